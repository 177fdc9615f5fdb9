/** The ordered migrations of `ledger.sqlite`. `PRAGMA user_version` = how many of them a file has. */
import type { DatabaseSync } from 'node:sqlite';
import { InputError, OwnFaultError } from '../../errors.ts';

/** `PRAGMA application_id`: the bytes "gate". A SQLite file without it is somebody else's. */
const APPLICATION_ID = 0x67_61_74_65;

const CREATE_EVENTS = `
CREATE TABLE events (
  seq INTEGER PRIMARY KEY CHECK (seq > 0), at TEXT NOT NULL, key TEXT NOT NULL,
  event TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_key ON events (key);
CREATE UNIQUE INDEX events_hash ON events (hash);
CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
-- INSERT OR REPLACE deletes without firing the trigger above, so that a conflicting row is refused before it goes in.
CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
  WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM events)
    OR EXISTS (SELECT 1 FROM events WHERE key = NEW.key OR hash = NEW.hash)
  BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
`;

/** Stands down only within a transaction that adds many rows, which checks the same by itself. */
export const REFUSE_REPLACE = `
CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
  WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM events) OR EXISTS (SELECT 1 FROM events WHERE key = NEW.key)
  BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
`;

/**
 * What a row is found by is read from its event by SQLite itself, so that it cannot say anything else than the event. The
 * index holds all of it: a window of time reads no row that it does not need, and a count over all months, which stand
 * together in it, none at all. The order of the times is that of `eventTime`. A hash needs no index: it covers the seq,
 * and so stands in no other row.
 */
const FIND_BY_TIME = `
DROP INDEX events_hash;
DROP TRIGGER events_refuse_replace;
${REFUSE_REPLACE}
ALTER TABLE events ADD COLUMN type TEXT AS (${members('type')}) VIRTUAL;
ALTER TABLE events ADD COLUMN system TEXT AS (${members('system')}) VIRTUAL;
ALTER TABLE events ADD COLUMN environment TEXT AS (${members('environment')}) VIRTUAL;
ALTER TABLE events ADD COLUMN kind TEXT AS (${members('kind')}) VIRTUAL;
ALTER TABLE events ADD COLUMN outcome TEXT AS (${members('outcome', 'verdict')}) VIRTUAL;
ALTER TABLE events ADD COLUMN minute TEXT AS (substr(
  ${members('endedAt', 'deployedAt', 'openedAt', 'at', 'foundAt', 'refusedAt', 'startedAt')}, 1, 16)) VIRTUAL;
ALTER TABLE events ADD COLUMN month TEXT AS (substr(minute, 1, 7)) VIRTUAL;
CREATE INDEX events_found ON events (type, month, system, environment, outcome, kind, minute);
`;

/** The first of these that the event has. A text that is no JSON (somebody changed the file) has none, and stops no query. */
function members(...names: string[]): string {
  const values = names.map((name) => `event ->> '$.${name}'`).join(', ');
  return `CASE WHEN json_valid(event) THEN ${names.length > 1 ? `COALESCE(${values})` : values} END`;
}

export const MIGRATIONS: readonly string[] = [CREATE_EVENTS, FIND_BY_TIME];

/**
 * Brings a file to the newest schema: each missing migration in order, all of them in one transaction.
 * Throws InputError for a file of a newer gate10, OwnFaultError for a file that is not gate10's.
 */
export function migrate(database: DatabaseSync, file: string, migrations: readonly string[] = MIGRATIONS): void {
  if (isCurrent(database, file, migrations)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker: what counts is the version under the lock.
    if (!isCurrent(database, file, migrations)) {
      for (const migration of migrations.slice(pragma(database, 'user_version'))) database.exec(migration);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function isCurrent(database: DatabaseSync, file: string, migrations: readonly string[]): boolean {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  if (application !== APPLICATION_ID && (tables > 0 || version > 0)) {
    throw new OwnFaultError(
      `Failed to open ${file}: it is a SQLite file of another program. Move it away, or point GATE10_STATE_DIR elsewhere.`,
    );
  }
  if (version > migrations.length) throw newerSchema(file, version, migrations.length);
  return version === migrations.length;
}

function newerSchema(file: string, version: number, known: number): InputError {
  return new InputError([
    {
      code: 'newer-schema',
      file,
      what: `was written by a newer gate10 (schema ${version}, this one knows ${known})`,
      fix: 'update gate10, or point GATE10_STATE_DIR at another folder',
    },
  ]);
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
