import { createHash } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attestConfig, readConfig } from '../../reference-system/backend/config.ts';
import { GIT_SHA, startSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

test('the version names commit, release, place and schema', async () => {
  const { body, headers } = await system.call('GET', '/__version');
  const lockfile = await readFile(path.join(system.env['RELEASE_DIR'] ?? '', 'package-lock.json'));
  expect(body).toMatchObject({
    git_sha: GIT_SHA,
    version: '1.4.0',
    instance_id: 'replica-1',
    environment_id: system.env['ENVIRONMENT_ID'],
    schema_version: 4,
    lockfile_sha256: createHash('sha256').update(lockfile).digest('hex'),
  });
  expect(headers['cache-control']).toBe('no-store');
});

test('the schema version is read from the database on every call', async () => {
  await system.pool.query("insert into schema_migrations (version, name) values (5, '0005_by_hand.sql')");
  try {
    expect((await system.call('GET', '/__version')).body.schema_version).toBe(5);
  } finally {
    await system.pool.query('delete from schema_migrations where version = 5');
  }
  expect((await system.call('GET', '/__version')).body.schema_version).toBe(4);
});

test('the configuration attests names and shows no value', async () => {
  const { body } = await system.call('GET', '/__config');
  const { settings, ...variables } = body;
  expect(new Set(Object.values(variables))).toEqual(new Set(['present']));
  expect(settings).toMatchObject({ features: { coach: 'on' }, unknown: [] });
  const text = JSON.stringify(body);
  for (const value of Object.values(system.env)) expect(text).not.toContain(value);
});

describe('the start', () => {
  test.each([
    ['a missing variable', { SESSION_SECRET: undefined }, 'SESSION_SECRET (missing)'],
    ['a blank variable', { AI_API_KEY: '  ' }, 'AI_API_KEY (blank)'],
    ['an empty variable', { AI_API_KEY: '' }, 'AI_API_KEY (empty)'],
    ['a line end that came with a secret', { AI_API_KEY: 'key-of-this-test\n' }, 'AI_API_KEY (padded)'],
    ['quotes', { AI_API_KEY: '"key-of-this-test"' }, 'AI_API_KEY (quoted)'],
    ['a byte order mark', { AI_API_KEY: '\uFEFFkey-of-this-test' }, 'AI_API_KEY (marked)'],
    ['a key of the test mode', { AI_API_KEY: 'sk_test_51Hxyz' }, 'AI_API_KEY (test-key)'],
    ['a placeholder', { AI_API_KEY: 'changeme' }, 'AI_API_KEY (placeholder)'],
    ['the word undefined', { INSTANCE_ID: 'undefined' }, 'INSTANCE_ID (placeholder)'],
    ['a short commit', { GIT_SHA: '8f14e45' }, 'GIT_SHA (invalid)'],
    ['an address of another protocol', { DATABASE_URL: 'mysql://127.0.0.1/x' }, 'DATABASE_URL (invalid)'],
    ['an origin with a path', { ALLOWED_ORIGINS: 'https://a.test/x' }, 'ALLOWED_ORIGINS (invalid)'],
    ['a limit that is no number', { RATE_LIMIT_PER_MINUTE: 'many' }, 'RATE_LIMIT_PER_MINUTE (invalid)'],
  ])('is refused for %s, by name and without the value', (_name, change, expected) => {
    const env = { ...system.env, ...change };
    expect(() => readConfig(env)).toThrow(expected);
    for (const value of Object.values(change)) {
      if (value !== undefined && value.trim() !== '' && value !== 'undefined')
        expect(() => readConfig(env)).not.toThrow(value);
    }
  });

  test('names all unusable variables at once', () => {
    expect(Object.keys(attestConfig({})).every((name) => name === 'settings' || throwsWith(name))).toBe(true);
  });
});

function throwsWith(name: string): boolean {
  try {
    readConfig({});
    return false;
  } catch (error) {
    return String(error).includes(name);
  }
}

test('metrics move with requests, under route patterns', async () => {
  const count = async (): Promise<number> => {
    const { body } = await system.call('GET', '/metrics');
    const line = /^http_requests_total\{method="GET",route="\/jobs\/:id",status="200"\} (\d+)$/m.exec(body);
    return Number(line?.[1] ?? 0);
  };
  const before = await count();
  for (const id of [1, 2, 3]) await system.call('GET', `/jobs/${id}`);
  expect(await count()).toBe(before + 3);
  const { body } = await system.call('GET', '/metrics');
  expect(body).toMatch(/db_query_duration_seconds_count\{query="find_job",outcome="success"\} \d+/);
  expect(body).not.toContain('/jobs/1"');
});

describe('health', () => {
  test('passes with every check while all dependencies work', async () => {
    const { status, body } = await system.call('GET', '/health');
    expect([status, body.ok, body.status]).toEqual([200, true, 'pass']);
  });

  const failing = (body: { checks: Record<string, { ok: boolean }> }): string[] =>
    Object.entries(body.checks).flatMap(([name, check]) => (check.ok ? [] : [name]));

  test('names the provider when it refuses the key', async () => {
    system.provider.setFault({ status: 401 });
    const { status, body } = await system.call('GET', '/health');
    system.provider.setFault(undefined);
    expect([status, failing(body), body.checks.provider.error]).toEqual([503, ['provider'], 'provider-refused']);
  });

  test('names the storage when its folder is gone', async () => {
    const folder = system.env['UPLOAD_DIR'] ?? '';
    await rename(folder, `${folder}.away`);
    const { status, body } = await system.call('GET', '/health');
    await rename(`${folder}.away`, folder);
    expect([status, failing(body)]).toEqual([503, ['storage']]);
  });

  test('names the schema when a migration is missing', async () => {
    const gone = await system.pool.query('delete from schema_migrations where version = 4 returning name');
    const { status, body } = await system.call('GET', '/health');
    await system.pool.query('insert into schema_migrations (version, name) values (4, $1)', [gone.rows[0].name]);
    expect([status, failing(body)]).toEqual([503, ['schema']]);
    expect(body.checks.schema).toMatchObject({ expected: 4, actual: 3, error: 'schema-behind' });
  });

  test('names database and schema when the database is stopped; identity stays readable', async () => {
    await system.database.stop();
    const { status, body } = await system.call('GET', '/health');
    expect([status, failing(body)]).toEqual([503, ['database', 'schema']]);
    const jobs = await system.call('GET', '/jobs');
    expect([jobs.status, jobs.body.code]).toEqual([503, 'database-unavailable']);
    expect((await system.call('GET', '/__version')).body).toMatchObject({ git_sha: GIT_SHA, schema_version: null });
  });
});
