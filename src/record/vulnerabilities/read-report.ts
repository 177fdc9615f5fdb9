/** A file that a scanner wrote → what it found, or why that cannot be known. */
import type { Problem } from '../../errors.ts';
import { checkReport, isMapping, type NothingKnown, readJsonReport, type WrongFile } from '../json-report.ts';
import { bandit } from './bandit.ts';
import type { ScanReport } from './finding.ts';
import { npmAudit } from './npm-audit.ts';
import { osvScanner } from './osv-scanner.ts';
import type { Reader } from './reader.ts';
import { safetyCheck, safetyList, safetyScan } from './safety.ts';
import { sarif } from './sarif.ts';
import type { SeverityScale } from './severity.ts';
import { trivy } from './trivy.ts';

const READERS: readonly Reader[] = [
  npmAudit,
  trivy,
  sarif,
  bandit,
  safetyScan,
  safetyCheck,
  safetyList,
  osvScanner,
] as readonly Reader[];

export type ReadReport =
  | { readonly outcome: 'read'; readonly report: ScanReport; readonly bytes: Uint8Array }
  | NothingKnown
  | WrongFile;

/** `file` is absolute; `shownAs` is how messages name it. Never throws. */
export function readReport(file: string, shownAs: string, scale: SeverityScale): ReadReport {
  const read = readJsonReport(file, shownAs);
  if (read.outcome !== 'read') return read;
  const failure = failureOf(read.value);
  if (failure !== undefined) return { outcome: 'nothing', why: failure };
  const reader = READERS.find(({ recognises }) => recognises(read.value));
  if (reader === undefined) return { outcome: 'wrong', problems: [unknownFormat(shownAs)] };
  const checked = checkReport(read, { ...reader, shownAs });
  if (!checked.ok) return { outcome: 'wrong', problems: checked.problems };
  return { outcome: 'read', report: reader.read(checked.data, scale), bytes: read.bytes };
}

/** npm prints an error in the place of a report where the registry refuses; others do alike. */
function failureOf(value: unknown): string | undefined {
  if (!isMapping(value) || !('error' in value) || 'vulnerabilities' in value) return undefined;
  const { error, message } = value;
  const detail = isMapping(error) ? (error['summary'] ?? error['detail'] ?? error['code']) : error;
  const said = [message, detail].find((text) => typeof text === 'string' && text !== '');
  return `the scanner failed (${typeof said === 'string' ? said : 'it does not say why'})`;
}

function unknownFormat(file: string): Problem {
  const formats = READERS.map(({ format }) => format).join(', ');
  const what = 'this is no report that is known here';
  return { code: 'unknown-report', file, line: 1, what, expected: `the JSON of one of: ${formats}` };
}
