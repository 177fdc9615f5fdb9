import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../../src/contract/canonical.ts';
import type { Git } from '../../../../src/probe/code/git.ts';
import { planSchemaVersion, probeSchemaVersion } from '../../../../src/probe/database-schema/schema-version.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { html, NEW, type ReplicaState, type Replicas, startReplicas } from '../replicas.ts';
import { createRepository, gitIn, type TestRepository } from '../repository.ts';
import { type SmallSystem, smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const LOCKFILE = '{"lockfileVersion":3}';
let repository: TestRepository;
let commit = '';
beforeAll(() => {
  repository = createRepository();
  commit = repository.commit('feat: shop', {
    'migrations/0003_cart.sql': 'three',
    'migrations/0004_reranker_analytics.sql': 'four',
    'migrations/README.md': 'how to',
    'package-lock.json': LOCKFILE,
  });
});
afterAll(() => repository.remove());

const running: Replicas[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((replicas) => replicas.close()));
});

const CODE = { code: { migrations: 'migrations', lockfile: 'package-lock.json' } };
const right = { schema_version: 4, lockfile_sha256: sha256Hex(LOCKFILE) };

async function rowsFor(
  states: readonly Partial<ReplicaState>[],
  parts: SmallSystem = CODE,
  git: Git = repository.git,
): Promise<Record<string, Row>> {
  const replicas = await startReplicas(states.map(() => NEW));
  running.push(replicas);
  for (const [index, own] of replicas.states.entries()) Object.assign(own, right, states[index]);
  const system = replicas.system(parts);
  const planned = planSchemaVersion(system, commit);
  const plan = { expected: { commit }, rows: planned };
  const rows = await probeSchemaVersion({ system, plan, client: replicas.client, clock: testClock(), git });
  expect(rows.map(({ id }) => id)).toEqual(planned.map(({ id }) => id));
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

describe('the schema version', () => {
  it.each<[string, Partial<ReplicaState>, SmallSystem, string, RegExp]>([
    ['that of the newest migration', {}, CODE, 'passed', /^$/],
    ['the same number with zeros', { schema_version: '0004' }, CODE, 'passed', /^$/],
    ['older', { schema_version: 3 }, CODE, 'failed', /0004_reranker_analytics\.sql has not run/],
    ['much older', { schema_version: 2 }, CODE, 'failed', /0003_cart\.sql, 0004_reranker_analytics\.sql have not run/],
    ['newer', { schema_version: 5 }, CODE, 'failed', /ahead of the code/],
    ['not a number', { schema_version: 'main' }, CODE, 'failed', /or another one/],
    ['missing', { schema_version: '' }, CODE, 'failed', /does not say its schema version/],
    ['hidden by a web page', { instead: html }, CODE, 'failed', /SPA fallback/],
    ['declared', { schema_version: '2026-11' }, { expect: { schemaVersion: '2026-11' } }, 'passed', /^$/],
    ['not the declared one', {}, { ...CODE, expect: { schemaVersion: 7 } }, 'failed', /needs 7/],
    ['without a folder of migrations', {}, { code: { migrations: 'schema' } }, 'inconclusive', /no folder schema/],
  ])('is %s', async (_, own, parts, status, message) => {
    const row = (await rowsFor([own], parts))['schema.version'];
    expect(row).toMatchObject({ layer: 'schema', status });
    expect(row?.message ?? '').toMatch(message);
  });

  it('is wrong on one replica', async () => {
    expect((await rowsFor([{}, { schema_version: 3 }]))['schema.version']?.status).toBe('failed');
  });

  it('cannot be judged without git', async () => {
    const rows = await rowsFor([{}], CODE, gitIn(repository.folder, '/nonexistent'));
    expect(rows['schema.version']).toMatchObject({ status: 'inconclusive', reason: 'blind' });
    expect(rows['runtime.lockfile']).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });
});

describe('the lockfile', () => {
  it.each<[string, Partial<ReplicaState>, SmallSystem, string]>([
    ['of the commit', {}, CODE, 'passed'],
    ['in capitals', { lockfile_sha256: right.lockfile_sha256.toUpperCase() }, CODE, 'passed'],
    ['that is not said', { lockfile_sha256: '' }, CODE, 'failed'],
    ['of something else', { lockfile_sha256: 'f'.repeat(64) }, CODE, 'failed'],
    ['that is not in the commit', {}, { code: { lockfile: 'pnpm-lock.yaml' } }, 'inconclusive'],
  ])('%s', async (_, own, parts, status) => {
    expect((await rowsFor([own], parts))['runtime.lockfile']).toMatchObject({ layer: 'runtime', status });
  });
});

it('is planned only where there is something to compare', () => {
  const ids = (parts: SmallSystem, known?: string) => planSchemaVersion(smallSystem(parts), known).map(({ id }) => id);
  expect(ids({}, commit)).toEqual([]);
  expect(ids(CODE, commit)).toEqual(['schema.version', 'runtime.lockfile']);
  expect(ids(CODE)).toEqual([]);
  expect(ids({ expect: { schemaVersion: 4 } })).toEqual(['schema.version']);
  expect(ids({ ...CODE, identity: { service: 'api', path: '/v', commit: '/sha' } }, commit)).toEqual([]);
});
