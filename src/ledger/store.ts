/** What a database does for the history. Everything above it (events, chain, checkpoints, findings) is the same for each. */
import type { StoredRow } from './chain.ts';
import type { EventFacts } from './event-facts.ts';
import type { LedgerEvent, MonthlyCount, RowFilter } from './schema.ts';

/** A row with what it is found by, where the database keeps that beside the event and somebody could have changed it. */
export type FiledRow = StoredRow & { readonly facts?: EventFacts };

/** An event on its way into the history. */
export interface NewRow {
  readonly key: string;
  /** canonical JSON */
  readonly event: string;
  readonly value: LedgerEvent;
  /** the row that another history made of it: it stays as it was where it fits behind the head */
  readonly kept?: StoredRow;
  /** where a person finds it */
  readonly place?: { readonly file: string; readonly line: number };
}

export interface Appended {
  readonly added: number;
  /** that were there before, under the same key */
  readonly known: number;
}

export interface RowStore {
  /** in messages: the file, or the server's address without a password */
  readonly name: string;
  readonly checkpoints: readonly string[];
  /** the first checkpoint begins with the history and has to be there; else each begins with the first append that knows of it */
  readonly hasOwnCheckpoint: boolean;
  append(at: string, row: NewRow): Promise<StoredRow>;
  /** all or none */
  appendAll(at: string, rows: Iterable<NewRow>): Promise<Appended>;
  /** seq of the last row; 0 where there is none */
  lastSeq(): Promise<number>;
  /** in order; times to the minute, so that a row too much may be among them */
  seqs(filter: RowFilter): Promise<readonly number[]>;
  bySeqs(seqs: readonly number[]): Promise<readonly StoredRow[]>;
  /** the next rows behind `seq`, in order */
  after(seq: number, limit: number): Promise<readonly FiledRow[]>;
  hasDoubledKeys(): Promise<boolean>;
  /** the types of all events; null stands for an event that says none */
  types(): Promise<readonly (string | null)[]>;
  countPerMonth(filter: RowFilter): Promise<readonly MonthlyCount[]>;
  close(): Promise<void>;
}
