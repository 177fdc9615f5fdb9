/**
 * What was read of a file waits here until all of it is known to be right: in a temporary database of SQLite's own
 * (no name: it has no other reader and is gone when it is closed), so that memory does not grow with the file.
 */
import { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '../../contract/canonical.ts';
import { guarded } from '../../ledger/own-fault.ts';
import type { LedgerEntry } from '../../ledger/schema.ts';
import { exportedKey, type ToldEvent, timeOf } from './told-event.ts';

/** The same id with another content; `firstLine` = where it was told first. */
export interface Conflict {
  readonly id: string;
  readonly line: number;
  readonly firstLine: number;
}

export interface Stage {
  readonly add: (event: ToldEvent, line: number) => void;
  /** When a commit was made, for deployments that do not say it; the first word counts. */
  readonly addCommitTime: (commit: string, time: string) => void;
  /** After the last one: what was told twice stays once. */
  readonly settle: () => { readonly repeated: number; readonly conflicts: readonly Conflict[] };
  /** In order of time, then of the file; each with the key under which the history keeps it. */
  readonly entries: () => Iterable<LedgerEntry>;
  readonly counts: () => Readonly<Record<ToldEvent['type'], number>>;
  readonly close: () => void;
}

const KEEPING = 'keep what was read in a temporary file (TMPDIR)';

/** Its functions throw OwnFaultError where there is no room. */
export function openStage(): Stage {
  const database = new DatabaseSync('');
  database.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
    CREATE TABLE told (line INTEGER, time TEXT, type TEXT, id TEXT, build TEXT, event TEXT);
    CREATE TABLE made (build TEXT PRIMARY KEY, time TEXT) WITHOUT ROWID;
    BEGIN`);
  const insert = database.prepare('INSERT INTO told VALUES (?, ?, ?, ?, ?, ?)');
  const insertMade = database.prepare('INSERT INTO made VALUES (?, ?) ON CONFLICT DO NOTHING');
  let [last, isInOrder] = ['', true];
  return {
    add: (event, line) => {
      const time = timeOf(event);
      isInOrder &&= last <= time;
      last = time;
      const build = event.type === 'deployment.recorded' ? event.commit : null;
      guarded(KEEPING, () => insert.run(line, time, event.type, event.id, build, canonicalJson(event)));
    },
    addCommitTime: (commit, time) => {
      guarded(KEEPING, () => insertMade.run(commit, time));
    },
    settle: () => guarded(KEEPING, () => settle(database)),
    entries: () => readEntries(database, isInOrder),
    counts: () => countTypes(database),
    close: () => database.close(),
  };
}

/** Sorted once, after everything: an index that grows with every row costs more than all the rest. */
function settle(database: DatabaseSync): ReturnType<Stage['settle']> {
  const doubled = database.prepare(
    `SELECT rowid, line, type, id, event FROM told
     WHERE (type, id) IN (SELECT type, id FROM told GROUP BY type, id HAVING count(*) > 1) ORDER BY type, id, rowid`,
  );
  const conflicts: Conflict[] = [];
  const gone: number[] = [];
  let first: Readonly<Record<string, unknown>> = {};
  let repeated = 0;
  for (const row of doubled.iterate()) {
    if (first['id'] !== row['id'] || first['type'] !== row['type']) {
      first = row;
      continue;
    }
    gone.push(Number(row['rowid']));
    if (first['event'] === row['event']) repeated += 1;
    else conflicts.push({ id: String(row['id']), line: Number(row['line']), firstLine: Number(first['line']) });
  }
  const remove = database.prepare('DELETE FROM told WHERE rowid = ?');
  for (const rowid of gone) remove.run(rowid);
  return { repeated, conflicts: conflicts.sort((a, b) => a.line - b.line) };
}

function* readEntries(database: DatabaseSync, isInOrder: boolean): Generator<LedgerEntry> {
  const all = database.prepare(
    `SELECT event, made.time AS made FROM told LEFT JOIN made ON made.build = told.build
     ORDER BY ${isInOrder ? 'told.rowid' : 'told.time, told.line'}`,
  );
  for (const row of all.iterate()) {
    const text = String(row['event']);
    const told = JSON.parse(text) as ToldEvent;
    const event = withCommitTime(told, row['made']);
    yield { event, key: event === told ? exportedKey(event, text) : exportedKey(event) };
  }
}

/** A commit that would be later than its deployment is not that commit's time. */
function withCommitTime(event: ToldEvent, made: unknown): ToldEvent {
  if (event.type !== 'deployment.recorded' || event.commitTime !== undefined || typeof made !== 'string') return event;
  return made <= event.deployedAt ? { ...event, commitTime: made } : event;
}

function countTypes(database: DatabaseSync): Record<ToldEvent['type'], number> {
  const counts = { 'deployment.recorded': 0, 'incident.recorded': 0, 'intervention.recorded': 0 };
  for (const row of database.prepare('SELECT type, count(*) AS n FROM told GROUP BY type').all()) {
    counts[row['type'] as ToldEvent['type']] = Number(row['n']);
  }
  return counts;
}
