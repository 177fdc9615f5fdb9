/** Faults of the layer database: Database Layer. */
import { behaves, database, together } from '../broken.ts';
import { type CatalogueFault, fault } from '../fault.ts';
import { answers, appears, backendAnswers, backendPatches, problem } from '../inject.ts';

/** A health answer that asks nothing. */
const LYING_HEALTH = backendAnswers(
  '/health',
  answers(200, {
    ok: true,
    status: 'pass',
    checks: {
      database: { ok: true, latency_ms: 1 },
      schema: { ok: true, latency_ms: 1, actual: 4, expected: 4 },
      storage: { ok: true, latency_ms: 1 },
      provider: { ok: true, latency_ms: 1 },
    },
    time: '2026-01-01T00:00:00.000Z',
  }),
);
const P0 = { severity: 'P0', layer: 'database' } as const;
const P1 = { severity: 'P1', layer: 'database' } as const;
const P2 = { severity: 'P2', layer: 'database' } as const;

export const DATABASE_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L04-01',
    { ...P0, title: 'Postgres stopped; /health still 200' },
    {
      stop: database({ action: 'stop' }),
      'stop, and health says 200': together(database({ action: 'stop' }), LYING_HEALTH),
      'refuse conn': database({ action: 'refuse', code: '57P03' }),
      'refuse conn, and health says 200': together(database({ action: 'refuse', code: '57P03' }), LYING_HEALTH),
      'wrong password': database({ action: 'refuse', code: '28P01' }),
      'wrong password, and health says 200': together(database({ action: 'refuse', code: '28P01' }), LYING_HEALTH),
    },
  ),
  fault(
    'L04-03',
    { ...P1, title: 'Pool exhausted' },
    {
      'app pool=1 + long tx': behaves({ name: 'pool-exhausted' }),
      'app pool=1 + long tx at one of two replicas': behaves({ name: 'pool-exhausted' }, 2),
      max_connections: database({ action: 'refuse', code: '53300' }),
      'max_connections, and health says 200': together(database({ action: 'refuse', code: '53300' }), LYING_HEALTH),
    },
  ),
  fault(
    'L04-04',
    {
      ...P1,
      title: 'Table locked',
      notInjectable: { advisory: 'the backend takes advisory locks while it migrates only, never for a request' },
    },
    {
      'ACCESS EXCLUSIVE': database({ action: 'lock', table: 'jobs' }),
      'ACCESS EXCLUSIVE on the accounts': database({ action: 'lock', table: 'users' }),
      'ACCESS EXCLUSIVE, and health says 200': together(database({ action: 'lock', table: 'sessions' }), LYING_HEALTH),
    },
  ),
  fault(
    'L04-05',
    { ...P0, title: 'Connected to the wrong (empty / staging) database' },
    {
      empty: database({ action: 'other', content: 'empty' }),
      'empty, said by the answers only': backendPatches('/jobs', { '/items': [], '/total': 0 }),
      'staging copy': database({ action: 'other', content: 'staging' }),
      'old snapshot': database({ action: 'other', content: 'snapshot' }),
    },
  ),
  fault(
    'L04-07',
    { ...P0, title: 'Fixtures/mock data served as production data' },
    {
      fixtures: behaves({ name: 'fixtures' }),
      'fixtures at one of two replicas': behaves({ name: 'fixtures' }, 2),
      'fixtures, patched into the answer': backendPatches('/auth/me', {
        '/email': 'demo@example.com',
        '/name': 'Demo',
      }),
      // What is cached first is the session: everybody is the first user who came.
      'cached response': { ...behaves({ name: 'cached' }), layer: 'authentication' },
      'cached response, patched in': backendAnswers(
        '/auth/me',
        answers(200, { id: '1', email: 'a@b.example', name: 'canary of before' }),
      ),
      'in-memory store': behaves({ name: 'in-memory' }),
      'in-memory store of one of two replicas': behaves({ name: 'in-memory' }, 2),
      'one replica knows nobody': { faults: [{ ...appears('/auth/me', problem(401)), replica: 2 }] },
    },
  ),
  fault(
    'L04-06',
    { ...P2, title: 'Replica lag: write OK, read-back stale', expect: 'passed' },
    {
      'hardly any': behaves({ name: 'stale-reads', lagMs: 1 }),
      'beyond deadline => FAILED': { ...behaves({ name: 'stale-reads', lagMs: 600_000 }), expect: 'failed' },
    },
  ),
  fault(
    'L04-09',
    { ...P2, title: 'DB 10x slower than yesterday but within static limit', expect: 'warned' },
    { '150 ms': database({ action: 'slow', delayMs: 150 }) },
  ),
  fault(
    'X04-01',
    { ...P0, title: 'The database takes reads and refuses writes' },
    {
      'read-only': database({ action: 'read-only' }),
      'read-only, and health says 200': together(database({ action: 'read-only' }), LYING_HEALTH),
    },
  ),
  fault(
    'X04-02',
    { ...P0, title: 'Rows of production are lost' },
    {
      jobs: database({ action: 'rows-lost', table: 'jobs' }),
      'jobs, and health says 200': together(database({ action: 'rows-lost', table: 'jobs' }), LYING_HEALTH),
    },
  ),
  fault(
    'X04-03',
    { ...P1, title: 'The database answers, far too late' },
    {
      '1.2 s': database({ action: 'slow', delayMs: 1200 }),
      '3 s, later than the pool waits': database({ action: 'slow', delayMs: 3000 }),
    },
  ),
  fault(
    'X04-04',
    { ...P1, title: 'One replica reads another copy of the data' },
    {
      'a copy that is ten minutes behind': behaves({ name: 'stale-reads', lagMs: 600_000 }, 2),
    },
  ),
  fault(
    'X04-05',
    { ...P1, title: 'The database is the wrong one, and health knows nothing of it' },
    {
      'staging, and health says 200': together(database({ action: 'other', content: 'staging' }), LYING_HEALTH),
      'snapshot, and health says 200': together(database({ action: 'other', content: 'snapshot' }), LYING_HEALTH),
    },
  ),
  fault(
    'X04-06',
    { ...P0, title: 'Accounts are lost as soon as they are made' },
    { 'both replicas': behaves({ name: 'deleted-user' }), 'one of two replicas': behaves({ name: 'deleted-user' }, 1) },
  ),
  fault(
    'X04-07',
    { ...P0, title: 'The connection leads to another database than the environment names' },
    { 'its name': { contract: { set: { '/environments/embedded/database/name': 'mosaic_production' } } } },
  ),
  fault(
    'X04-08',
    { ...P0, title: 'Some rows of production are lost: too few for any page to look empty' },
    { 'five of sixty jobs': database({ action: 'rows-left', jobs: 55 }) },
  ),
  fault(
    'X04-09',
    { ...P0, title: 'The disk of the database is full for everything new' },
    {
      'no table can be made': database({ action: 'no-room-for-tables' }),
      'and health says 200': together(database({ action: 'no-room-for-tables' }), LYING_HEALTH),
    },
  ),
  fault(
    'X04-10',
    { ...P1, title: 'Nobody else gets a connection', expect: 'warned' },
    { 'the limit is one': database({ action: 'connection-limit', connections: 1 }) },
  ),
  fault(
    'X04-11',
    { ...P1, title: 'A transaction that nobody ended keeps a table from being written', expect: 'warned' },
    {
      prepared: {
        ...database({ action: 'prepared-transaction', table: 'jobs' }),
        contract: { set: { '/database/locks': { warnAfter: '100ms', failAfter: '30s' } } },
      },
    },
  ),
  fault(
    'X04-12',
    { ...P1, title: 'The way of the backend to its database is ill, and the database is not' },
    {
      'slow, as health says': backendPatches('/health', { '/checks/database/latency_ms': 1800 }),
      'refused, as health says': backendPatches('/health', {
        '/ok': false,
        '/status': 'fail',
        '/checks/database': { ok: false, latency_ms: 5, error: 'unreachable' },
      }),
    },
  ),
];
