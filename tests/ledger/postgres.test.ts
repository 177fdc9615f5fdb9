/** What is PostgreSQL's own: its guards, its migrations, and what its user reads where it cannot be used. Never a hang. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InputError, OwnFaultError } from '../../src/errors.ts';
import { inspectHistory } from '../../src/ledger/inspect-history.ts';
import { checkpointFiles, type LedgerOptions } from '../../src/ledger/ledger-options.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { migrate } from '../../src/ledger/postgres/migrations.ts';
import { withoutPassword } from '../../src/ledger/server-address.ts';
import { at, intended, temporaryFolder } from '../unit/ledger/sample-events.ts';
import { runHistory } from './support/processes.ts';
import { useServer } from './support/server.ts';

const server = useServer();

async function historyOf(count: number): Promise<LedgerOptions & { readonly store: string }> {
  const options = { stateDir: temporaryFolder(), now: at, store: await server.fresh() };
  const ledger = await openLedger(options);
  for (let index = 1; index <= count; index++) await ledger.append(intended(`run-${index}`), `run-${index}`);
  await ledger.close();
  return options;
}

const withGuardsDown = (sql: string): string =>
  `ALTER TABLE gate10_events DISABLE TRIGGER USER; ${sql}; ALTER TABLE gate10_events ENABLE TRIGGER USER`;

describe('the table itself', () => {
  it.each([
    ['UPDATE', "UPDATE gate10_events SET event = '{}' WHERE seq = 1"],
    ['DELETE', 'DELETE FROM gate10_events WHERE seq = 2'],
    ['TRUNCATE', 'TRUNCATE gate10_events'],
    [
      'an upsert',
      `INSERT INTO gate10_events (seq, at, key, event, prev, hash, type, environment, minute)
       VALUES (1, '', 'x', '{}', '', '', '', '', '') ON CONFLICT (seq) DO UPDATE SET event = '{}'`,
    ],
  ])('refuses %s, also of its owner', async (_, sql) => {
    const { store } = await historyOf(2);
    await expect(server.sql(store, sql)).rejects.toThrow(/the history is append-only/);
  });

  it('says that a row is filed under something else than it says', async () => {
    const options = await historyOf(3);
    await server.sql(
      options.store,
      withGuardsDown("UPDATE gate10_events SET minute = '1999-01-01T00:00' WHERE seq = 2"),
    );
    expect((await inspectHistory(options)).problems).toMatchObject([
      { class: 'edited', seq: 2, message: /filed under/ },
    ]);
  });
});

describe('a history on a server that is gone or changed', () => {
  it('is not begun anew where a checkpoint knows it, and that is a finding', async () => {
    const options = await historyOf(2);
    await server.sql(options.store, 'DROP TABLE gate10_events, gate10_schema; DROP FUNCTION gate10_refuse_change');
    await expect(openLedger(options)).rejects.toThrow(/the history is gone.*2 rows/);
    expect((await inspectHistory(options)).problems).toMatchObject([{ class: 'replaced', message: /knows 2 rows/ }]);
  });

  it('is not extended where its end is cut off', async () => {
    const options = await historyOf(3);
    await server.sql(options.store, withGuardsDown('DELETE FROM gate10_events WHERE seq = 3'));
    const ledger = await openLedger(options);
    onTestFinished(() => ledger.close());
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/stands for \(3 rows\)/);
    expect(await ledger.verify()).toMatchObject([{ class: 'truncated', seq: 3 }]);
  });

  it('is read on a machine that never wrote, which says that no checkpoint knows its end', async () => {
    const options = await historyOf(3);
    rmSync(checkpointFiles(options)[0] ?? '');
    expect(await inspectHistory(options)).toEqual({ rows: 3, problems: [], checkpoints: 0 });
    const env = { GATE10_LEDGER: options.store };
    expect(runHistory(options.stateDir, ['verify'], env)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/3 rows.*\n.*no checkpoint/i),
    });
  });
});

describe('migrations on a server', () => {
  async function connected(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: await server.fresh() });
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  }
  const first = 'CREATE TABLE one (a integer)';

  it('bring an older history forward and keep its rows', async () => {
    const client = await connected();
    await migrate(client, 'place', [first]);
    await client.query('INSERT INTO one VALUES (5)');
    await migrate(client, 'place', [first, 'ALTER TABLE one ADD COLUMN b integer']);
    expect((await client.query('SELECT a, b FROM one')).rows).toEqual([{ a: 5, b: null }]);
  });

  it('leave everything as it was when one of them fails', async () => {
    const client = await connected();
    await migrate(client, 'place', [first]);
    await expect(migrate(client, 'place', [first, 'CREATE TABLE two (a integer)', 'NONSENSE'])).rejects.toThrow(
      /syntax/,
    );
    expect((await client.query('SELECT version FROM gate10_schema')).rows).toEqual([{ version: 1 }]);
    expect((await client.query("SELECT to_regclass('two') AS two")).rows).toEqual([{ two: null }]);
  });

  it('are made once by eight that begin at the same time', async () => {
    const options = { stateDir: temporaryFolder(), now: at, store: await server.fresh() };
    const ledgers = await Promise.all(Array.from({ length: 8 }, () => openLedger(options)));
    onTestFinished(async () => void (await Promise.all(ledgers.map((ledger) => ledger.close()))));
    await Promise.all(ledgers.map((ledger, index) => ledger.append(intended(`run-${index}`), `run-${index}`)));
    expect(await ledgers[0]?.verify()).toEqual([]);
    expect(await ledgers[0]?.size()).toBe(8);
  });

  it('of a newer gate10 are said', async () => {
    const options = await historyOf(1);
    await server.sql(options.store, 'INSERT INTO gate10_schema VALUES (7)');
    const opening = openLedger(options);
    await expect(opening).rejects.toThrow(/was written by a newer gate10 \(schema 7, this one knows 1\)/);
    await expect(opening).rejects.toThrow(InputError);
  });
});

/** A password with a sign that has to be escaped in an address. */
const SECRET = 'pa%24s-w0rd';

describe('a server that cannot be used', () => {
  const opened = (store: string, busyMs = 2000): Promise<unknown> => {
    const options = { stateDir: temporaryFolder(), now: at, store, busyMs };
    return openLedger(options).then(
      (ledger) => ledger.close(),
      (error: unknown) => error,
    );
  };

  it.each([
    ['no address', `mysql://user:${SECRET}@host/db`, /is not the address of a PostgreSQL server/],
    ['an address that is none', `postgresql://us er:${SECRET}@[/db`, /is not the address of a PostgreSQL server/],
    ['a host that does not exist', `postgresql://user:${SECRET}@nowhere.invalid/db`, /nowhere\.invalid/],
  ])('because of %s is wrong input', async (_, store, words) => {
    const error = await opened(store);
    expect(String(error)).toMatch(words);
    expect(String(error)).not.toMatch(/pa(%24|\$)s-w0rd/);
  });

  it.each([
    ['the wrong password', /password authentication failed.*Correct user and password/],
    ['a database that does not exist', /does not exist.*Create the database/],
  ])('because of %s is wrong input', async (what, words) => {
    const store = await server.fresh();
    const url = new URL(store);
    if (what === 'the wrong password') {
      await server.sql(store, "CREATE ROLE locked LOGIN PASSWORD 'right'");
      await askForPassword(store, 'locked');
      url.username = 'locked';
      url.password = 'pa$s-w0rd';
    } else url.pathname = '/nowhere';
    const error = await opened(url.href);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(words);
    expect(String(error)).not.toMatch(/pa(%24|\$)s-w0rd/);
  });

  it('because its driver is not installed says how to install it', () => {
    const hide =
      "import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) { if (name === 'pg') throw new Error('not found'); return next(name, context); } });";
    const gate10 = path.resolve(import.meta.dirname, '../../bin/gate10.js');
    const run = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(hide)}`, gate10, 'history', 'verify'],
      {
        env: { ...process.env, GATE10_STATE_DIR: temporaryFolder(), GATE10_LEDGER: 'postgresql://h/d' },
        encoding: 'utf8',
      },
    );
    expect(run.stderr).toMatch(/the package "pg" is not installed here.*npm install --save-dev pg/);
    expect(run.status).toBe(2);
  });

  it('because nobody listens is said at once', async () => {
    const free = await listen(() => {});
    await free.close();
    const error = await opened(`postgresql://user:${SECRET}@127.0.0.1:${free.port}/db`);
    expect(error).toBeInstanceOf(OwnFaultError);
    expect(String(error)).toMatch(/ECONNREFUSED.*No server answers there/);
    expect(String(error)).not.toMatch(/pa(%24|\$)s-w0rd/);
  });

  it.each<[string, (socket: net.Socket) => void, RegExp]>([
    ['says nothing', () => {}, /timeout.*does not answer/],
    ['hangs up', (socket) => socket.destroy(), /Check|broke/],
    ['speaks another language', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), /Failed to open/],
  ])('because it %s is given up', async (_, answer, words) => {
    const silent = await listen(answer);
    const error = await opened(`postgresql://user@127.0.0.1:${silent.port}/db`, 1000);
    await silent.close();
    expect(error).toBeInstanceOf(OwnFaultError);
    expect(String(error)).toMatch(words);
  });

  it('because it is read-only can be read and not written', async () => {
    const { stateDir, store } = await historyOf(2);
    const url = new URL(store);
    url.searchParams.set('options', `${url.searchParams.get('options')} -c default_transaction_read_only=on`);
    const ledger = await openLedger({ stateDir, now: at, store: url.href });
    onTestFinished(() => ledger.close());
    expect(await ledger.verify()).toEqual([]);
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(
      /read-only.*Point GATE10_LEDGER at the primary/,
    );
  });

  it('because another writer never ends is given up after the time that was allowed', async () => {
    const options = { ...(await historyOf(1)), busyMs: 500 };
    const other = new pg.Client({ connectionString: options.store });
    await other.connect();
    onTestFinished(() => other.end());
    await other.query("BEGIN; SELECT pg_advisory_xact_lock(1734440037, 'gate10_events'::regclass::oid::integer)");
    const ledger = await openLedger(options);
    onTestFinished(() => ledger.close());
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/Another process holds the history/);
    await other.query('ROLLBACK');
    expect((await ledger.append(intended('next'), 'next')).seq).toBe(2);
  });

  it('because it goes silent in the middle is given up, and closing does not wait for it', async () => {
    const { stateDir, store } = await historyOf(1);
    const url = new URL(store);
    const behind = { host: url.hostname, port: Number(url.port) };
    let isSilent = false;
    const between = await listen((socket) => {
      const onwards = net.connect(behind).on('error', () => undefined);
      socket.on('data', (data) => !isSilent && onwards.write(data)).on('close', () => onwards.destroy());
      onwards.on('data', (data) => socket.write(data));
    });
    url.port = String(between.port);
    const ledger = await openLedger({ stateDir, now: at, store: url.href, busyMs: 1000 });
    isSilent = true;
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/timeout.*does not answer/);
    await ledger.close();
    await between.close();
    expect(await inspectHistory({ stateDir, now: at, store })).toMatchObject({ rows: 1, problems: [] });
  });

  it('because its connection broke says so, and what was acknowledged is there', async () => {
    const options = await historyOf(1);
    const ledger = await openLedger(options);
    onTestFinished(() => ledger.close());
    const others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gate10'";
    await server.sql(options.store, others);
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/Failed to append to .*(broke|shut down)/);
    expect(await inspectHistory(options)).toMatchObject({ rows: 1, problems: [] });
  });
});

describe('its address', () => {
  it.each([
    [`postgresql://user:${SECRET}@host:5432/db?password=other`, 'postgresql://host:5432/db'],
    ['postgres://host/db', 'postgresql://host/db'],
    ['postgresql:///db?host=/run/postgresql', 'postgresql:///run/postgresql/db'],
  ])('is shown without its password: %s', (address, shown) => {
    expect(withoutPassword(address)).toBe(shown);
  });
});

/** From now on the server asks this role for its password. */
async function askForPassword(store: string, role: string): Promise<void> {
  const [found] = await server.sql(store, 'SHOW data_directory');
  const file = path.join(String(found?.['data_directory']), 'pg_hba.conf');
  writeFileSync(file, `host all ${role} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n`);
  await server.sql(store, 'SELECT pg_reload_conf()');
}

async function listen(answer: (socket: net.Socket) => void): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets: net.Socket[] = [];
  const listening = net.createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    answer(socket);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return {
    port: (listening.address() as net.AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => listening.close(() => resolve()));
    },
  };
}
