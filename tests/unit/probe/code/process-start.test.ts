import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Git } from '../../../../src/probe/code/git.ts';
import { planProcessStart, probeProcessStart } from '../../../../src/probe/code/process-start.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { html, type ReplicaState, type Replicas, startReplicas } from '../replicas.ts';
import { createRepository, gitIn, type TestRepository } from '../repository.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const MINUTE_MS = 60_000;
let repository: TestRepository;
let commit = '';
let committedMs = 0;
beforeAll(async () => {
  repository = createRepository();
  commit = repository.commit('feat: shop');
  const entry = await repository.git.describe(commit);
  committedMs = Date.parse(entry.ok ? entry.value.time : '');
});
afterAll(() => repository.remove());

const running: Replicas[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((replicas) => replicas.close()));
});

async function rowFor(states: readonly Partial<ReplicaState>[], git: Git = repository.git): Promise<Row | undefined> {
  const replicas = await startReplicas(states.map(() => commit));
  running.push(replicas);
  for (const [index, own] of replicas.states.entries()) Object.assign(own, states[index]);
  const system = replicas.system();
  const plan = { expected: { commit }, rows: planProcessStart(system, commit) };
  const [row] = await probeProcessStart({ system, plan, client: replicas.client, clock: testClock(), git });
  return row;
}

const startedAfter = (ms: number) => ({ started_at: new Date(committedMs + ms).toISOString() });

it.each<[string, () => Partial<ReplicaState>[], string, RegExp]>([
  ['started after the commit was made', () => [startedAfter(MINUTE_MS)], 'passed', /^$/],
  ['started a little before it, by another clock', () => [startedAfter(-4 * MINUTE_MS)], 'passed', /^$/],
  ['is older than its commit', () => [startedAfter(-6 * MINUTE_MS)], 'failed', /replica-1 .* it still runs older code/],
  [
    'is older than its commit on one replica of two',
    () => [startedAfter(MINUTE_MS), startedAfter(-60 * MINUTE_MS)],
    'failed',
    /replica-2 .* it still runs older code/,
  ],
  ['says no time', () => [{ started_at: 'yesterday' }], 'inconclusive', /"yesterday", which is no ISO time/],
  ['answers with a web page', () => [{ instead: html }], 'failed', /SPA fallback/],
])('what answers %s', async (_, states, status, message) => {
  const row = await rowFor(states());
  expect(row).toMatchObject({ id: 'code-authority.started-after-commit', layer: 'code-authority', status });
  expect(row?.message ?? '').toMatch(message);
});

it('cannot be judged without git', async () => {
  expect(await rowFor([startedAfter(MINUTE_MS)], gitIn(repository.folder, '/nonexistent'))).toMatchObject({
    status: 'inconclusive',
    reason: 'blind',
  });
});

it('is planned only where a start can be compared with a commit', () => {
  const identity = { service: 'api', path: '/v', commit: '/sha' };
  expect(planProcessStart(smallSystem(), commit)).toHaveLength(1);
  expect(planProcessStart(smallSystem(), undefined)).toEqual([]);
  expect(planProcessStart(smallSystem({ identity }), commit)).toEqual([]);
});
