/** Is the history whole? Page by page, so that a million rows take no more memory than a thousand. */
import { GENESIS, rowHash } from './chain.ts';
import {
  compareWithCheckpoint,
  findHistoryProblems,
  findUnreadable,
  type KnownRows,
  type NamedCheckpoint,
} from './find-history-problems.ts';
import type { HistoryProblem } from './schema.ts';
import type { FiledRow, RowStore } from './store.ts';

const PAGE = 200;
/** Before every seq that somebody may have written. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

/** `checkpoints` have to be read before: what is appended meanwhile makes the history longer, never shorter. */
export async function verifyHistory(
  store: RowStore,
  checkpoints: readonly NamedCheckpoint[],
): Promise<readonly HistoryProblem[]> {
  const known = await walkChain(store, new Set(checkpoints.map(({ checkpoint }) => checkpoint?.count)));
  if (known !== undefined && !(await store.hasDoubledKeys()))
    return checkpoints.flatMap((each) => compareWithCheckpoint(known, each));
  // Something was changed. To say what, all rows have to be looked at together.
  return findHistoryProblems(await readAll(store), checkpoints);
}

/** Undefined as soon as one row does not stand where it has to, or does not say what its hash stands for. */
async function walkChain(store: RowStore, wanted: ReadonlySet<number | undefined>): Promise<KnownRows | undefined> {
  const hashAt = new Map<number, string>();
  let [last, head] = [0, GENESIS];
  for await (const row of eachStored(store)) {
    const fits = row.seq === last + 1 && row.prev === head && rowHash(row) === row.hash;
    if (!fits || findUnreadable(row).length > 0) return undefined;
    [last, head] = [row.seq, row.hash];
    if (wanted.has(last)) hashAt.set(last, head);
  }
  return { last, hashAt, named: new Set() };
}

async function* eachStored(store: RowStore): AsyncGenerator<FiledRow> {
  for (let seq = BEFORE_ALL; ; ) {
    const page = await store.after(seq, PAGE);
    yield* page;
    const end = page.at(-1);
    if (end === undefined) return;
    seq = end.seq;
  }
}

async function readAll(store: RowStore): Promise<FiledRow[]> {
  const rows: FiledRow[] = [];
  for await (const row of eachStored(store)) rows.push(row);
  return rows;
}
