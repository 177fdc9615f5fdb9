import type { Behaviour } from './behaviour.ts';

/** One statement of the backend on its way to the database. */
export type Query = { readonly name: string; readonly text: string; readonly values: readonly unknown[] };

export type Row = Record<string, unknown>;

/** Runs a statement as it is. */
export type RunQuery = (query: Query) => Promise<Row[]>;

/** Answers a statement its own way, or by running it (or another one); undefined where it has nothing to say. */
export type QueryRule = (query: Query, run: RunQuery) => Promise<Row[]> | undefined;

/** A rule for one setting of a behaviour; it is made anew, with a memory of its own, each time that one is set. */
export type MakeQueryRule<Each extends Behaviour = Behaviour> = (behaviour: Each) => QueryRule;
