/** One statement of the backend on its way to the database. */
export type Query = { readonly name: string; readonly text: string; readonly values: readonly unknown[] };

export type Row = Record<string, unknown>;

/** Runs a statement as it is. */
export type RunQuery = (query: Query) => Promise<Row[]>;

/** Answers a statement its own way, or by running it (or another one); undefined where it has nothing to say. */
export type QueryRule = (query: Query, run: RunQuery) => Promise<Row[]> | undefined;
