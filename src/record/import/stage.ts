/**
 * What was read of a file waits here until all of it is known to be right: in a temporary database of SQLite's own
 * (no name: it has no other reader and is gone when it is closed), so that memory does not grow with the file.
 */
import { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '../../contract/canonical.ts';
import type { LedgerEntry } from '../../ledger/schema.ts';
import { exportedKey, type ToldEvent, timeOf } from './told-event.ts';

/** `conflict` = the same id with another content; `line` = where it was told first. */
export type Staged = { readonly kind: 'new' | 'same' } | { readonly kind: 'conflict'; readonly line: number };

export interface Stage {
  readonly add: (event: ToldEvent, line: number) => Staged;
  /** When a commit was made, for deployments that do not say it; the first word counts. */
  readonly addCommitTime: (commit: string, time: string) => void;
  /** In order of time, then of the file; each with the key under which the history keeps it. */
  readonly entries: () => Iterable<LedgerEntry>;
  readonly counts: () => Readonly<Record<ToldEvent['type'], number>>;
  readonly close: () => void;
}

export function openStage(): Stage {
  const database = new DatabaseSync('');
  database.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
    CREATE TABLE told (id TEXT PRIMARY KEY, time TEXT, line INTEGER, type TEXT, build TEXT, event TEXT) WITHOUT ROWID;
    CREATE TABLE made (build TEXT PRIMARY KEY, time TEXT) WITHOUT ROWID;
    BEGIN`);
  const insert = database.prepare('INSERT INTO told VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const select = database.prepare('SELECT line, event FROM told WHERE id = ?');
  const insertMade = database.prepare('INSERT INTO made VALUES (?, ?) ON CONFLICT DO NOTHING');
  return {
    add: (event, line) => {
      const id = `${event.type} ${event.id}`;
      const text = canonicalJson(event);
      const build = event.type === 'deployment.recorded' ? event.commit : null;
      if (insert.run(id, timeOf(event), line, event.type, build, text).changes > 0) return { kind: 'new' };
      const known = select.get(id);
      return known?.['event'] === text ? { kind: 'same' } : { kind: 'conflict', line: Number(known?.['line']) };
    },
    addCommitTime: (commit, time) => {
      insertMade.run(commit, time);
    },
    entries: () => readEntries(database),
    counts: () => countTypes(database),
    close: () => database.close(),
  };
}

function* readEntries(database: DatabaseSync): Generator<LedgerEntry> {
  const all = database.prepare(
    'SELECT event, made.time AS made FROM told LEFT JOIN made ON made.build = told.build ORDER BY told.time, told.line',
  );
  for (const row of all.iterate()) {
    const event = withCommitTime(JSON.parse(String(row['event'])) as ToldEvent, row['made']);
    yield { event, key: exportedKey(event) };
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
