/** Writes a scorecard and all that is made from it into the state folder, each file as a whole or not at all. */
import path from 'node:path';
import type { z } from 'zod';
import { sha256Hex } from '../../contract/canonical.ts';
import { writeDurably } from '../../ledger/durable-file.ts';
import { ARCHIVE, archiveScorecard, ownFolder, toArchiveName } from './archive.ts';
import { readFirst } from './found-block.ts';
import { withUnknownFields } from './keep-unknown.ts';
import type { Turn } from './newest-run.ts';
import { readinessMetricsSchema, readinessReportSchema } from './report-schema.ts';
import { type Scorecard, scorecardSchema } from './scorecard-schema.ts';
import { toLogLines } from './to-log-lines.ts';
import { toMetrics } from './to-metrics.ts';
import { toReport } from './to-report.ts';
import { type StatementRun, toStatement } from './to-statement.ts';
import { withLock } from './with-lock.ts';

export interface WriteScorecardOptions {
  readonly stateDir: string;
  readonly scorecard: Scorecard;
  readonly run: StatementRun;
  /** what comes between a file's name and its ending: `''`, `.staging` */
  readonly suffixes: readonly string[];
  readonly turn: Turn;
}

/**
 * The scorecard is archived where it says something new; then the latest one, the statement and the metrics are written, and
 * the report that names them with their digests. Paths are relative to the state folder. Rejects with OwnFaultError.
 */
export async function writeScorecard(options: WriteScorecardOptions): Promise<string[]> {
  const { stateDir, scorecard, suffixes, turn } = options;
  const archived = archiveScorecard(stateDir, scorecard);
  const logs = archived === undefined ? [] : [writeLog(stateDir, scorecard)];
  const files = await withLock(path.join(stateDir, 'scorecard-lock.sqlite'), async () => {
    const newest = await turn.newest();
    const isLate = (suffix: string): boolean => newest !== turn.known && isThere(stateDir, suffix, newest);
    return suffixes.filter((suffix) => !isLate(suffix)).flatMap((suffix) => writeLatest(options, suffix));
  });
  return [...files, ...(archived === undefined ? [] : [archived]), ...logs];
}

/** Of two runs that are sealed at once, the slower must not leave the older scorecard behind. */
function isThere(stateDir: string, suffix: string, runId: string | undefined): boolean {
  const found = readFirst(stateDir, [`readiness-scorecard${suffix}.json`]);
  const there = scorecardSchema.pick({ run_id: true }).safeParse(found.outcome === 'read' ? found.value : undefined);
  return there.data !== undefined && there.data.run_id === runId;
}

function writeLatest({ stateDir, scorecard, run }: WriteScorecardOptions, suffix: string): string[] {
  const name = (stem: string): string => `${stem}${suffix}.json`;
  const card = write(stateDir, name('readiness-scorecard'), scorecard, scorecardSchema);
  const latest = write(stateDir, path.join(ARCHIVE, name('latest')), scorecard, scorecardSchema);
  const statement = write(stateDir, name('readiness-scorecard.intoto'), toStatement(scorecard, run));
  const metrics = write(stateDir, name('readiness_metrics'), toMetrics(scorecard), readinessMetricsSchema);
  const named = { scorecard: card, statement, metrics };
  const listed = Object.entries(named).map(([what, { file, sha256 }]) => ({ what, file, sha256 }));
  const report = toReport(scorecard, run.rows, listed);
  const written = write(stateDir, name('readiness_report'), report, readinessReportSchema);
  return [card, latest, statement, metrics, written].map(({ file }) => file);
}

function write<T extends object>(
  stateDir: string,
  file: string,
  value: T,
  schema?: z.ZodObject,
): { readonly file: string; readonly sha256: string } {
  const target = path.join(stateDir, file);
  const kept = schema === undefined ? value : withUnknownFields(target, value as T & { schema: string }, schema);
  const text = `${JSON.stringify(kept, null, 2)}\n`;
  writeDurably(target, text);
  return { file, sha256: sha256Hex(text) };
}

function writeLog(stateDir: string, scorecard: Scorecard): string {
  const folder = 'readiness_logs';
  const name = `${toArchiveName(scorecard)}.jsonl`;
  writeDurably(path.join(ownFolder(stateDir, folder), name), toLogLines(scorecard));
  return path.join(folder, name);
}
