/** The state of a folder's history for those who only look: a lost one is a finding here, not an error. */
import { existsSync } from 'node:fs';
import { readCheckpoint } from './checkpoint.ts';
import { ledgerPaths, openLedger } from './open-ledger.ts';
import type { Checkpoint, HistoryProblem } from './schema.ts';

export interface HistoryState {
  /** rows that are there; null where they cannot be counted */
  readonly rows: number | null;
  readonly problems: readonly HistoryProblem[];
}

/** Throws InputError where there never was a history, OwnFaultError where it cannot be read. */
export async function inspectHistory(options: {
  readonly stateDir: string;
  readonly now: () => Date;
  readonly externalCheckpoint?: string;
  readonly given?: Checkpoint;
}): Promise<HistoryState> {
  const paths = ledgerPaths(options.stateDir);
  if (!existsSync(paths.database)) {
    const known = options.given ?? findCheckpoint([paths.checkpoint, options.externalCheckpoint]);
    if (known && known.count > 0) {
      const message = `${paths.database} is gone, a checkpoint knows ${known.count} rows`;
      return { rows: null, problems: [{ class: 'replaced', message }] };
    }
  }
  const ledger = await openLedger({ ...options, create: false });
  try {
    const problems = await ledger.verify(options.given);
    return { rows: problems.length === 0 ? (await ledger.rows()).length : null, problems };
  } finally {
    await ledger.close();
  }
}

function findCheckpoint(files: readonly (string | undefined)[]): Checkpoint | undefined {
  return files
    .map((file) => (file === undefined ? undefined : readCheckpoint(file)))
    .find((checkpoint) => checkpoint !== undefined && checkpoint.count > 0);
}
