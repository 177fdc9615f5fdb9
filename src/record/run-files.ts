/** Where a run's record and verdict lie in the state folder. */
import path from 'node:path';
import { OwnFaultError } from '../errors.ts';

/** Paths relative to the state folder. Throws OwnFaultError for an id that could lead out of it. */
export function runFiles(runId: string): { record: string; verdict: string } {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(runId)) {
    throw new OwnFaultError(
      `Failed to place run ${JSON.stringify(runId)}: a run id has letters, digits, ".", "_" and "-" only, at most 128.`,
    );
  }
  return { record: path.join('runs', runId, 'record.json'), verdict: path.join('runs', runId, 'verdict.json') };
}
