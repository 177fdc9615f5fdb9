/** Where each row belongs: its hash covers its seq, so that a row that was moved still says where it stood. */
import { GENESIS, rowHash, type StoredRow } from './chain.ts';

/** How far a row that lost its predecessor is looked for; further away it counts as edited. */
const SEARCH_SPAN = 1000;
/** Up to how many changed rows are compared pair by pair; beyond, they are all called edited. */
const EXCHANGE_LIMIT = 200;

export interface Places {
  readonly duplicated: readonly { row: StoredRow; original: number }[];
  readonly swapped: readonly { row: StoredRow; trueSeq: number }[];
  readonly edited: readonly StoredRow[];
  readonly missing: readonly number[];
}

/** Sorts rows (in order of seq) into those that stand where they were written, and those that do not. */
export function createPlaces(rows: readonly StoredRow[]): Places {
  const { unique, duplicated } = splitDuplicates(rows);
  const trueSeqs = findTrueSeqs(unique);
  const exchanged = findExchangedContents(unique.filter((row) => !trueSeqs.has(row)));
  for (const [row, trueSeq] of exchanged) trueSeqs.set(row, trueSeq);
  const edited = unique.filter((row) => !trueSeqs.has(row));
  return {
    duplicated,
    edited,
    swapped: findCycles(unique, trueSeqs),
    missing: findMissing([...trueSeqs.values(), ...edited.map(({ seq }) => seq)]),
  };
}

function splitDuplicates(rows: readonly StoredRow[]): Pick<Places, 'duplicated'> & { unique: StoredRow[] } {
  const seen = new Map<string, number>();
  const unique: StoredRow[] = [];
  const duplicated: { row: StoredRow; original: number }[] = [];
  for (const row of rows) {
    const original = seen.get(`hash ${row.hash}`) ?? seen.get(`key ${row.key}`);
    if (original === undefined) unique.push(row);
    else duplicated.push({ row, original });
    seen.set(`hash ${row.hash}`, original ?? row.seq).set(`key ${row.key}`, original ?? row.seq);
  }
  return { unique, duplicated };
}

/** The seq that each row's hash was made with; rows for which none fits are left out. */
function findTrueSeqs(rows: readonly StoredRow[]): Map<StoredRow, number> {
  const found = new Map<StoredRow, number>();
  const bySeqOfHash = new Map([[GENESIS, 0]]);
  const note = (row: StoredRow, seq: number): void => {
    found.set(row, seq);
    bySeqOfHash.set(row.hash, seq);
  };
  for (const row of rows) if (fits(row, row.seq)) note(row, row.seq);
  // Moved rows: one after another along the chain; more rounds where a row stands before its predecessor.
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const row of rows) {
      const seq = (bySeqOfHash.get(row.prev) ?? Number.NaN) + 1;
      if (!found.has(row) && fits(row, seq)) note(row, seq);
    }
  }
  for (const row of rows) {
    const seq = found.has(row) ? undefined : searchSeq(row);
    if (seq !== undefined) note(row, seq);
  }
  return found;
}

function fits(row: StoredRow, seq: number): boolean {
  return Number.isInteger(seq) && rowHash({ ...row, seq }) === row.hash;
}

function searchSeq(row: StoredRow): number | undefined {
  for (let distance = 1; distance <= SEARCH_SPAN; distance++) {
    if (fits(row, row.seq + distance)) return row.seq + distance;
    if (row.seq > distance && fits(row, row.seq - distance)) return row.seq - distance;
  }
  return undefined;
}

/** Two rows that kept seq and hash, but exchanged what they say. Every pair is tried, so only among a few. */
function findExchangedContents(rows: readonly StoredRow[]): [StoredRow, number][] {
  if (rows.length > EXCHANGE_LIMIT) return [];
  return rows.flatMap((row) => {
    const other = rows.find(
      (each) =>
        each !== row &&
        [{ event: row.event }, { event: row.event, at: row.at, key: row.key }].some(
          (content) => rowHash({ ...each, ...content }) === each.hash,
        ),
    );
    return other ? [[row, other.seq] as [StoredRow, number]] : [];
  });
}

/** Rows that stand in each other's places. A row that only moved up because one before it is gone is not among them. */
function findCycles(rows: readonly StoredRow[], trueSeqs: ReadonlyMap<StoredRow, number>): Places['swapped'] {
  const places = new Map(rows.map((row) => [row.seq, trueSeqs.get(row)]));
  const isInCycle = (start: number): boolean => {
    let at = places.get(start);
    for (let steps = 0; steps < rows.length && at !== undefined; steps++) {
      if (at === start) return true;
      at = places.get(at);
    }
    return false;
  };
  return rows.flatMap((row) => {
    const trueSeq = trueSeqs.get(row);
    return trueSeq !== undefined && trueSeq !== row.seq && isInCycle(row.seq) ? [{ row, trueSeq }] : [];
  });
}

function findMissing(seqs: readonly number[]): number[] {
  const present = new Set(seqs);
  const last = seqs.reduce((highest, seq) => Math.max(highest, seq), 0);
  return Array.from({ length: last }, (_, index) => index + 1).filter((seq) => !present.has(seq));
}
