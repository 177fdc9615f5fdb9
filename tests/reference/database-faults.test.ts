import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../reference-system/attach.ts';
import { type BreakableSystem, type Case, startBreakableSystem } from './support/breaks-and-heals.ts';
import { type Look, look, type Sight } from './support/user-day.ts';

let system: BreakableSystem;
beforeAll(async () => {
  system = await startBreakableSystem();
});
afterAll(() => system.stop());

const database = (fault: object): Fault[] => [{ kind: 'database', ...fault } as Fault];
const schema = (change: string): Fault[] => [{ kind: 'schema', change } as Fault];
const environment = (set: Record<string, string | null>, replica?: 1 | 2): Fault[] => [
  { kind: 'environment', set, ...(replica === undefined ? {} : { replica }) },
];
const settings = (change: object): Sight =>
  `200 ${JSON.stringify({ timezone: 'UTC', locale: 'en-US', features: { coach: 'on' }, unknown: [], ...change })}`;

/** What is seen where nothing is wrong. */
const healthy = {
  analytics: '200 1',
  chat: '200 mosaic-coach-1',
  config: '200',
  configOfReplica2: '200 present',
  health: '200',
  job: '200 Frontend Engineer',
  jobs: '200 60',
  login: '200',
  register: '201',
  rerank: '200',
  salary: '200 number',
  schemaVersion: '200 4',
  settings: settings({}),
  upload: '201',
} satisfies Partial<Record<Look, Sight>>;

type Broken = [fault: string, faults: Fault[], where: keyof typeof healthy, broken: Sight];

const heals = (rows: readonly Broken[]): Case[] =>
  rows.map(([fault, faults, where, broken]) => [fault, faults, where, broken, healthy[where]]);

const databaseCases = heals([
  ['is gone', database({ action: 'stop' }), 'jobs', '503'],
  ['shuts down', database({ action: 'refuse', code: '57P03' }), 'jobs', '503'],
  ['has no room for a connection', database({ action: 'refuse', code: '53300' }), 'jobs', '503'],
  ['has another password', database({ action: 'refuse', code: '28P01' }), 'jobs', '500'],
  ['is an empty one', database({ action: 'other', content: 'empty' }), 'jobs', '200 0'],
  ['is that of staging', database({ action: 'other', content: 'staging' }), 'job', '200 Staging Frontend Engineer'],
  ['is an old snapshot', database({ action: 'other', content: 'snapshot' }), 'jobs', '200 40'],
  ['has lost rows', database({ action: 'rows-lost', table: 'jobs' }), 'jobs', '200 0'],
  ['has lost the last rows', database({ action: 'rows-left', jobs: 55 }), 'jobs', '200 55'],
  ['takes no writes', database({ action: 'read-only' }), 'register', '500'],
  ['… and answers reads', database({ action: 'read-only' }), 'jobs', '200 60'],
  ['is locked by another session', database({ action: 'lock', table: 'jobs' }), 'jobs', '503'],
]);

const schemaCases = heals([
  ['the last migration has not run', schema('migration-missing'), 'health', '503 schema'],
  ['a migration is recorded, its table is not there', schema('migration-aborted'), 'analytics', 'login 500'],
  ['… and the version says nothing of it', schema('migration-aborted'), 'schemaVersion', '200 4'],
  ['a table is missing', schema('table-missing'), 'rerank', '500'],
  ['a column is missing', schema('column-missing'), 'analytics', 'login 500'],
  ['a column of an old table is missing', schema('column-of-old-table-missing'), 'upload', '500'],
  ['a column of the users is renamed', schema('users-column-renamed'), 'register', '500'],
  ['a column was dropped for a later release', schema('ahead-column-dropped'), 'job', '500'],
  ['a column was made obligatory for a later release', schema('ahead-not-null'), 'register', '500'],
  ['a later migration is recorded', schema('ahead'), 'schemaVersion', '200 5'],
  ['a check is that of before', schema('old-check'), 'login', 'login 500'],
  ['a check refuses what the code writes', schema('old-check-on-files'), 'upload', '500'],
  ['a unique index is missing', schema('unique-index-missing'), 'register', '500'],
  ['a number is stored as a text', schema('type-changed'), 'salary', '200 string'],
  ['a trigger refuses', schema('trigger-refuses'), 'login', 'login 500'],
  ['a foreign key leads elsewhere', schema('foreign-key'), 'upload', '500'],
  ['a sequence is at its end', schema('sequence-at-max'), 'register', '500'],
  ['a column of the new migration is missing', schema('column-of-feedback-missing'), 'rerank', '500'],
  ['the search path leads elsewhere', schema('search-path'), 'jobs', '500'],
]);

const key = (value: string | null): Fault[] => environment({ AI_API_KEY: value });
const environmentCases = heals([
  ['not there', key(null), 'config', '200 AI_API_KEY missing'],
  ['empty', key(''), 'config', '200 AI_API_KEY empty'],
  ['blank', key(' '), 'config', '200 AI_API_KEY blank'],
  ['the word undefined', key('undefined'), 'config', '200 AI_API_KEY placeholder'],
  ['followed by a line end', key('{{value}}\n'), 'config', '200 AI_API_KEY padded'],
  ['in quotes', key('"{{value}}"'), 'chat', '502'],
  ['behind a byte order mark', key('\uFEFF{{value}}'), 'config', '200 AI_API_KEY marked'],
  ['a key of the test mode', key('sk_test_{{value}}'), 'config', '200 AI_API_KEY test-key'],
  [
    'a placeholder at one replica',
    environment({ SESSION_SECRET: 'changeme' }, 2),
    'configOfReplica2',
    '200 placeholder',
  ],
  ['a flag that is off', environment({ FEATURE_COACH: 'off' }), 'chat', '404'],
  ['a flag too many', environment({ FEATURE_OLD: 'on' }), 'settings', settings({ unknown: ['FEATURE_OLD'] })],
  [
    'another time zone',
    environment({ TZ: 'America/New_York' }),
    'settings',
    settings({ timezone: 'America/New_York' }),
  ],
]);

describe('the database', () => {
  it.each(databaseCases)('%s', (...each) => system.breaksAndHeals(each));

  it('is slow: each answer of it comes later', async () => {
    await system.control.setFaults(database({ action: 'slow', delayMs: 150 }));
    const health = JSON.parse((await system.ask('REPLICA_1', '/health')).text);
    expect(health.checks.database.latency_ms).toBeGreaterThanOrEqual(140);
    await system.control.clearFaults();
    expect(JSON.parse((await system.ask('REPLICA_1', '/health')).text).checks.database.latency_ms).toBeLessThan(140);
  });
});

/** What only a connection to the database itself sees, on it and off it. */
describe('the database itself', () => {
  const ask = async (sql: string): Promise<unknown> => {
    const { env } = await system.control.state();
    const client = new pg.Client({ connectionString: env['REFERENCE_DATABASE_URL'] });
    await client.connect();
    try {
      return (await client.query(sql)).rows[0];
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.end();
    }
  };

  it.each([
    [
      'has no room for a table',
      { action: 'no-room-for-tables' },
      'create temporary table t (i integer) on commit drop',
      '53100',
    ],
    [
      'takes one connection',
      { action: 'connection-limit', connections: 1 },
      'select datconnlimit as most from pg_database where datname = current_database()',
      { most: 1 },
    ],
    [
      'has a transaction that nobody ended',
      { action: 'prepared-transaction', table: 'jobs' },
      `select count(*)::int as held from pg_locks l join pg_class c on c.oid = l.relation
         where c.relname = 'jobs' and l.mode = 'ShareLock'`,
      { held: 1 },
    ],
  ])('%s, and users see nothing of it', async (_, fault, sql, broken) => {
    const healthy = await ask(sql);
    await system.control.setFaults(database(fault));
    expect(await ask(sql)).toEqual(broken);
    expect(await look(system.ask, 'jobs')).toBe('200 60');
    await system.control.clearFaults();
    expect(await ask(sql)).toEqual(healthy);
    expect(healthy).not.toEqual(broken);
  });
});

describe('the schema', () => {
  it.each(schemaCases)('%s', (...each) => system.breaksAndHeals(each));

  it.each(['index-missing', 'index-of-old-table-missing', 'constraint-not-validated', 'sequence-near-its-end'])(
    '%s: only its catalog says so',
    async (change) => {
      await system.control.setFaults(schema(change));
      expect(await look(system.ask, 'analytics')).toBe('200 1');
      await system.control.clearFaults();
    },
  );

  it('is whole after faults that follow each other, and a deployment among them', async () => {
    await system.control.setFaults(schema('migration-missing'));
    await system.control.setFaults([...schema('old-check'), ...schema('foreign-key')]);
    await system.deploy('B');
    expect(await look(system.ask, 'login')).toBe('login 500');
    await system.control.clearFaults();
    expect(await look(system.ask, 'download')).toBe('200 kept as it is');
  });
});

describe('a variable of the replicas is', () => {
  it.each(environmentCases)('%s', (...each) => system.breaksAndHeals(each));
});
