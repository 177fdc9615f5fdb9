/** What is wrong with a history: which rows were edited, deleted, swapped, duplicated, and whether its end is missing. */
import { canonicalJson } from '../contract/canonical.ts';
import { GENESIS, rowHash, type StoredRow } from './chain.ts';
import { eventFacts } from './event-facts.ts';
import { parseEvent } from './parse-event.ts';
import { createPlaces } from './place-rows.ts';
import { parseJson } from './read-event.ts';
import type { Checkpoint, HistoryProblem, LedgerEvent } from './schema.ts';
import type { FiledRow } from './store.ts';

/** `checkpoint` undefined = the file that has to be there is missing. */
export interface NamedCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint | undefined;
}

/**
 * Checks the whole chain and every checkpoint. No problem = no row was changed since it was written, and none that a
 * checkpoint knows is missing. `rows` in order of seq. What was appended after the newest checkpoint, and rewritten
 * with all its hashes, cannot be told from an honest history: keep a checkpoint elsewhere (GATE10_CHECKPOINT).
 */
export function findHistoryProblems(
  rows: readonly FiledRow[],
  checkpoints: readonly NamedCheckpoint[],
): readonly HistoryProblem[] {
  const inRows = [...findMovedAndEdited(rows), ...findBrokenLinks(rows)];
  const named = new Set(inRows.map(({ seq }) => seq));
  const unreadable = rows.filter(({ seq }) => !named.has(seq)).flatMap(findUnreadable);
  const hashAt = new Map(rows.map(({ seq, hash }) => [seq, hash]));
  const known = { last: rows.at(-1)?.seq ?? 0, hashAt, named };
  const ends = checkpoints.flatMap((each) => compareWithCheckpoint(known, each));
  return [...inRows, ...unreadable, ...ends].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}

function findMovedAndEdited(rows: readonly StoredRow[]): HistoryProblem[] {
  const places = createPlaces(rows);
  return [
    ...places.duplicated.map(({ row, original }) =>
      problem('duplicated', row.seq, `repeats the row of seq ${original}`),
    ),
    ...places.swapped.map(({ row, trueSeq }) =>
      problem('swapped', row.seq, `holds what was recorded at seq ${trueSeq}`),
    ),
    ...places.edited.map((row) => problem('edited', row.seq, 'does not have the content that its hash stands for')),
    ...places.missing.map((seq) => problem('deleted', seq, 'is missing')),
  ];
}

/** A row whose own hash is right, but whose successor was chained to another one: it was rewritten, hash and all. */
function findBrokenLinks(rows: readonly StoredRow[]): HistoryProblem[] {
  return rows.flatMap((row, index) => {
    if (rowHash(row) !== row.hash) return [];
    const before = rows[index - 1];
    if (!before) {
      return row.seq === 1 && row.prev !== GENESIS ? [problem('edited', 1, 'does not begin the chain')] : [];
    }
    if (before.seq !== row.seq - 1 || rowHash(before) !== before.hash || row.prev === before.hash) return [];
    return [problem('edited', before.seq, 'was rewritten: the row after it is chained to another content')];
  });
}

/** What one row says by itself, whatever stands before it. */
export function findUnreadable(row: FiledRow): HistoryProblem[] {
  const value = parseJson(row.event);
  if (value === undefined || canonicalJson(value) !== row.event) {
    return [problem('unreadable', row.seq, 'does not hold canonical JSON')];
  }
  const result = parseEvent(value);
  if (result.success) return findMisfiled(row, result.data);
  const unknownType = result.error.issues.some(({ path, code }) => code === 'invalid_union' && path[0] === 'type');
  return unknownType
    ? [problem('newer-schema', row.seq, 'holds an event that this gate10 does not know; update gate10')]
    : [problem('unreadable', row.seq, `holds an event that is not valid: ${result.error.issues[0]?.message}`)];
}

/** A database that keeps beside the event what it is found by may have been made to overlook it. */
function findMisfiled({ seq, facts }: FiledRow, event: LedgerEvent): HistoryProblem[] {
  if (facts === undefined || canonicalJson(facts) === canonicalJson(eventFacts(event))) return [];
  return [problem('edited', seq, 'is filed under another time, system or outcome than its event says')];
}

/** What is to be known of the rows to hold them against a checkpoint. */
export interface KnownRows {
  /** seq of the last */
  readonly last: number;
  /** at least at the checkpoints */
  readonly hashAt: ReadonlyMap<number, string>;
  /** rows about which something was said already */
  readonly named: ReadonlySet<number | undefined>;
}

export function compareWithCheckpoint(
  { last, hashAt, named }: KnownRows,
  { name, checkpoint }: NamedCheckpoint,
): HistoryProblem[] {
  if (!checkpoint) {
    return last === 0
      ? []
      : [
          {
            class: 'truncated',
            message: `${name} is missing: whether the end of the history is cut off cannot be told`,
          },
        ];
  }
  if (checkpoint.count === 0 || named.has(checkpoint.count)) return [];
  if (checkpoint.count > last) {
    return [problem('truncated', last + 1, `is missing: ${name} knows ${checkpoint.count} rows, ${last} are left`)];
  }
  if (hashAt.get(checkpoint.count) === checkpoint.head) return [];
  return [problem('replaced', checkpoint.count, `is not the head that ${name} knows: this is another history`)];
}

function problem(kind: HistoryProblem['class'], seq: number, what: string): HistoryProblem {
  return { class: kind, seq, message: `seq ${seq} ${what}` };
}
