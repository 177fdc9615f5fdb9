/** The state of a history for those who only look: a lost one is a finding here, not an error. */
import { InputError } from '../errors.ts';
import { isLost, readCheckpoints } from './checkpoint-guard.ts';
import type { NamedCheckpoint } from './find-history-problems.ts';
import { checkpointFiles, type LedgerOptions, placeOf } from './ledger-options.ts';
import { openLedger } from './open-ledger.ts';
import type { Checkpoint, HistoryProblem, Ledger } from './schema.ts';

export interface HistoryState {
  /** rows that are there; null where they cannot be counted */
  readonly rows: number | null;
  readonly problems: readonly HistoryProblem[];
  /** how many checkpoints it was held against: with none, nobody knows whether its end is missing */
  readonly checkpoints: number;
}

type Inspected = Omit<LedgerOptions, 'create' | 'busyMs'> & { readonly given?: Checkpoint };

/** Rejects with InputError where there never was a history, with OwnFaultError where it cannot be read. */
export async function inspectHistory({ given, ...options }: Inspected): Promise<HistoryState> {
  const known: NamedCheckpoint[] = readCheckpoints(checkpointFiles(options), false);
  if (given) known.unshift({ name: 'the given checkpoint', checkpoint: given });
  const ledger = await openOrFind(options, known);
  if ('problems' in ledger) return { ...ledger, checkpoints: known.length };
  try {
    const problems = await ledger.verify(given);
    const rows = problems.length === 0 ? await ledger.size() : null;
    return { rows, problems, checkpoints: known.length };
  } finally {
    await ledger.close();
  }
}

async function openOrFind(
  options: LedgerOptions,
  known: readonly NamedCheckpoint[],
): Promise<Ledger | Omit<HistoryState, 'checkpoints'>> {
  try {
    return await openLedger({ ...options, create: false });
  } catch (error) {
    const checkpoint = known.map((each) => each.checkpoint).find((each) => each !== undefined && each.count > 0);
    const isGone =
      isLost(error) || (error instanceof InputError && error.problems.some(({ code }) => code === 'no-history'));
    if (checkpoint === undefined || !isGone) throw error;
    const message = `${placeOf(options)} is gone, a checkpoint knows ${checkpoint.count} rows`;
    return { rows: null, problems: [{ class: 'replaced', message }] };
  }
}
