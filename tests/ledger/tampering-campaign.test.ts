/**
 * Seven ways of changing a history, each many times at random places, on both databases: every one is found. The whole
 * campaign: GATE10_TAMPERING_ROUNDS=200.
 */
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canonicalJson } from '../../src/contract/canonical.ts';
import { rowHash, type StoredRow } from '../../src/ledger/chain.ts';
import { eventFacts } from '../../src/ledger/event-facts.ts';
import { inspectHistory } from '../../src/ledger/inspect-history.ts';
import { type LedgerOptions, ledgerPaths } from '../../src/ledger/ledger-options.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { HistoryProblem, LedgerEvent } from '../../src/ledger/schema.ts';
import { at, intended, temporaryFolder } from '../unit/ledger/sample-events.ts';
import { deployed } from '../unit/ledger/told-events.ts';
import { createRandom } from './support/kill-writers.ts';
import { useServer } from './support/server.ts';

const COUNT = 24;
const ROUNDS = Number(process.env['GATE10_TAMPERING_ROUNDS']) || 40;
const server = useServer();

type Pick = (below: number) => number;
interface Change {
  readonly rows: StoredRow[];
  /** a row that has to be named; undefined = any finding will do */
  readonly seq?: number;
}

const replaced = (rows: readonly StoredRow[], index: number, change: Partial<StoredRow>): StoredRow[] =>
  rows.map((row, at) => (at === index ? { ...row, ...change } : row));
const rehashed = (row: StoredRow): StoredRow => ({ ...row, hash: rowHash(row) });

function rechained(rows: readonly StoredRow[]): StoredRow[] {
  let prev = rows[0]?.prev ?? '';
  return rows.map((row, index) => {
    const next = rehashed({ ...row, seq: index + 1, prev });
    prev = next.hash;
    return next;
  });
}

const other = (row: StoredRow): StoredRow => ({ ...row, event: row.event.replace(/mosaic/, 'moseic') });

function rowAt(rows: readonly StoredRow[], index: number): StoredRow {
  const row = rows[index];
  if (row === undefined) throw new Error(`there is no row ${index}`);
  return row;
}

const CLASSES: Readonly<Record<string, (rows: readonly StoredRow[], pick: Pick) => Change>> = {
  flipped: (rows, pick) => {
    const index = pick(COUNT);
    const field = (['at', 'key', 'event', 'prev', 'hash'] as const)[pick(5)] ?? 'event';
    const text = rowAt(rows, index)[field];
    const place = pick(text.length);
    const letter = text[place] === 'x' ? 'y' : 'x';
    return {
      rows: replaced(rows, index, { [field]: text.slice(0, place) + letter + text.slice(place + 1) }),
      seq: index + 1,
    };
  },
  edited: (rows, pick) => {
    const index = pick(COUNT);
    const row = other(rowAt(rows, index));
    return { rows: replaced(rows, index, pick(2) === 0 ? row : rehashed(row)) };
  },
  deleted: (rows, pick) => {
    const index = pick(COUNT - 1);
    const left = rows.filter((_, each) => each !== index);
    return { rows: pick(2) === 0 ? left : left.map((row, each) => ({ ...row, seq: each + 1 })), seq: index + 1 };
  },
  swapped: (rows, pick) => {
    const first = pick(COUNT);
    const second = (first + 1 + pick(COUNT - 1)) % COUNT;
    const [a, b] = [rowAt(rows, first), rowAt(rows, second)];
    const changed = replaced(replaced(rows, first, { ...b, seq: a.seq }), second, { ...a, seq: b.seq });
    return { rows: changed, seq: a.seq };
  },
  duplicated: (rows, pick) => {
    const source = rowAt(rows, pick(COUNT));
    const head = rowAt(rows, COUNT - 1);
    const copy = { ...source, seq: COUNT + 1 };
    return { rows: [...rows, pick(2) === 0 ? copy : rehashed({ ...copy, prev: head.hash })], seq: COUNT + 1 };
  },
  truncated: (rows, pick) => ({ rows: rows.slice(0, pick(COUNT)) }),
  replaced: (rows, pick) => {
    const index = pick(COUNT);
    return { rows: rechained(rows.map((row, each) => (each === index ? other(row) : row))) };
  },
};

interface Place {
  readonly rewrite: (rows: readonly StoredRow[]) => Promise<void>;
  readonly inspect: () => Promise<readonly HistoryProblem[]>;
  readonly rows: readonly StoredRow[];
}

async function filled(options: LedgerOptions): Promise<StoredRow[]> {
  const ledger = await openLedger(options);
  await ledger.appendAll(
    Array.from({ length: COUNT }, (_, index) => {
      const name = `row-${index}`;
      return { key: name, event: index % 2 === 0 ? intended(name) : deployed(name, at().toISOString()) };
    }),
  );
  const rows = (await ledger.rows()).map((row) => ({ ...row, event: canonicalJson(row.event) }));
  await ledger.close();
  return rows;
}

/** The file is a copy of the untampered one each time; its guards are taken down, as somebody with the file can. */
async function onSqlite(): Promise<Place> {
  const kept = temporaryFolder();
  const rows = await filled({ stateDir: kept, now: at });
  const stateDir = path.join(temporaryFolder(), 'state');
  mkdirSync(stateDir);
  return {
    rows,
    inspect: async () => (await inspectHistory({ stateDir, now: at })).problems,
    rewrite: async (changed) => {
      cpSync(ledgerPaths(kept).checkpoint, ledgerPaths(stateDir).checkpoint);
      copyFileSync(ledgerPaths(kept).database, ledgerPaths(stateDir).database);
      const database = new DatabaseSync(ledgerPaths(stateDir).database);
      database.exec(`PRAGMA synchronous = OFF; BEGIN; DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_delete;
        DROP TRIGGER events_refuse_replace; DROP INDEX events_key; DELETE FROM events`);
      const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)');
      for (const row of changed) insert.run(row.seq, row.at, row.key, row.event, row.prev, row.hash);
      database.exec('COMMIT');
      database.close();
    },
  };
}

/** The owner of the table takes its guards down and fills its columns as gate10 would. */
async function onPostgres(): Promise<Place> {
  const options = { stateDir: temporaryFolder(), now: at, store: await server.fresh() };
  const rows = await filled(options);
  const client = new pg.Client({ connectionString: options.store });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(
    'ALTER TABLE gate10_events DROP CONSTRAINT gate10_events_key_key; DROP TRIGGER gate10_events_refuse_change ON gate10_events',
  );
  return {
    rows,
    inspect: async () => (await inspectHistory(options)).problems,
    rewrite: async (changed) => {
      await client.query('TRUNCATE gate10_events');
      for (const row of changed) {
        const facts = factsOf(row.event) ?? factsOf(rows[0]?.event ?? '');
        await client.query(
          `INSERT INTO gate10_events (seq, at, key, event, prev, hash, type, system, environment, kind, outcome, minute)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
          [
            ...[row.seq, row.at, row.key, row.event, row.prev, row.hash],
            ...[facts?.type, facts?.system, facts?.environment, facts?.kind, facts?.outcome, facts?.minute],
          ],
        );
      }
    },
  };
}

function factsOf(event: string): ReturnType<typeof eventFacts> | undefined {
  try {
    const facts = eventFacts(JSON.parse(event) as LedgerEvent);
    return facts.environment === undefined || facts.minute === undefined ? undefined : facts;
  } catch {
    return undefined;
  }
}

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
] as const)('on %s', (_, place) => {
  it('an untouched history is whole, also written again as it was', async () => {
    const { rows, rewrite, inspect } = await place();
    await rewrite(rows);
    expect(await inspect()).toEqual([]);
  });

  it.each(Object.entries(CLASSES))(
    `${ROUNDS} histories that were %s are found, all of them`,
    async (name, change) => {
      const { rows, rewrite, inspect } = await place();
      const random = createRandom(name.length * 1000 + 5);
      const missed: unknown[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const made = change(rows, (below) => Math.floor(random() * below));
        await rewrite(made.rows);
        const problems = await inspect();
        const isNamed = made.seq === undefined || problems.some(({ seq }) => seq === made.seq);
        if (problems.length === 0 || !isNamed) missed.push({ round, seq: made.seq, problems });
      }
      expect(missed).toEqual([]);
    },
    600_000,
  );
});
