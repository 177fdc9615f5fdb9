/** What reads one format of scanner output. */
import type { z } from 'zod';
import type { ScanReport } from './finding.ts';
import type { SeverityScale } from './severity.ts';

export interface Reader<Report = unknown> {
  /** As it is shown in messages. */
  readonly format: string;
  /** Whether a parsed document claims to be of this format. */
  readonly recognises: (document: unknown) => boolean;
  /** Keys that are not known are let through: scanners add some with every release. */
  readonly schema: z.ZodType<Report>;
  readonly read: (report: Report, scale: SeverityScale) => ScanReport;
}

/** Keeps the type of the report between `schema` and `read`. */
export function defineReader<Report>(reader: Reader<Report>): Reader<Report> {
  return reader;
}
