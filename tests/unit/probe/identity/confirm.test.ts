import { afterEach, describe, expect, it } from 'vitest';
import { confirm, planConfirm } from '../../../../src/probe/identity/confirm.ts';
import { judgeConfirm } from '../../../../src/probe/identity/confirm-rows.ts';
import { identityTargets, sampleIdentity } from '../../../../src/probe/identity/identity.ts';
import type { IdentitySample, Row } from '../../../../src/probe/schema.ts';
import { NEW, OLD, type Replicas, startReplicas } from '../replicas.ts';
import { sendJson } from '../serve.ts';
import { type SmallSystem, smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const running: Replicas[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((replicas) => replicas.close()));
});

async function start(): Promise<Replicas> {
  const replicas = await startReplicas([NEW, NEW]);
  running.push(replicas);
  return replicas;
}

const PLAN = { expected: { commit: NEW }, previousCommit: OLD };

/** Settles, lets `happen` happen, then confirms. */
async function run(replicas: Replicas, happen: () => void = () => undefined, parts: SmallSystem = {}) {
  const system = replicas.system(parts);
  const input = { system, client: replicas.client, clock: testClock() };
  const { door, direct, replicas: own } = identityTargets(system);
  const samples = await Promise.all([door, ...direct, ...own].map((target) => sampleIdentity(target, input)));
  const settledAt = new Date().toISOString();
  happen();
  const result = await confirm({ ...input, plan: PLAN, settledAt, samples });
  expect(result.rows.map(({ id }) => id)).toEqual(planConfirm(system).map(({ id }) => id));
  expect(result.controls).toEqual({ good: 'passed', bad: 'failed' });
  return { ...result, byId: Object.fromEntries(result.rows.map((row) => [row.id, row])) as Record<string, Row> };
}

const PASSED = {
  'code-authority.served-commit-again': 'passed',
  'code-authority.environment-again': 'passed',
  'runtime.no-restart': 'passed',
};

function statuses(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

describe('the end of a run', () => {
  it('confirms what did not change', async () => {
    const replicas = await start();
    expect(statuses((await run(replicas)).rows)).toEqual(PASSED);
    expect(replicas.doorServer.seen.length).toBeGreaterThanOrEqual(17);
  });

  it('waits for the end of the observation window, and asks meanwhile', async () => {
    const replicas = await start();
    const startMs = Date.now();
    const { rows } = await run(replicas, undefined, { settle: { observe: '200ms' } });
    expect(statuses(rows)).toEqual(PASSED);
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(199);
    expect(replicas.doorServer.seen.length).toBeGreaterThan(18);
  });

  it('is void when another build was deployed meanwhile', async () => {
    const replicas = await start();
    const { byId } = await run(replicas, () => {
      for (const own of replicas.states) Object.assign(own, { git_sha: '3'.repeat(40), instance_id: 'other' });
    });
    expect(byId['code-authority.served-commit-again']).toMatchObject({ status: 'inconclusive', reason: 'wrong-build' });
    expect(byId['runtime.no-restart']).toMatchObject({ status: 'inconclusive', reason: 'wrong-build' });
  });

  it('fails when one replica went back to the previous build', async () => {
    const replicas = await start();
    const { byId } = await run(replicas, () => Object.assign(replicas.states[1] ?? {}, { git_sha: OLD }));
    expect(byId['code-authority.served-commit-again']?.status).toBe('failed');
    expect(byId['code-authority.served-commit-again']?.message).toMatch(/went back to the previous build 222222222222/);
  });

  it('fails when an instance restarted, with the old and the new start', async () => {
    const replicas = await start();
    const { byId } = await run(replicas, () => {
      Object.assign(replicas.states[1] ?? {}, { started_at: '2026-01-02T00:00:00.000Z' });
    });
    expect(byId['runtime.no-restart']?.status).toBe('failed');
    expect(byId['runtime.no-restart']?.message).toMatch(/replica-2 of api restarted.*2026-01-01T00.*2026-01-02T00/);
  });

  it('fails when a process was replaced by one with another name', async () => {
    const replicas = await start();
    const { byId } = await run(replicas, () => {
      const started_at = new Date(Date.now() + 1000).toISOString();
      Object.assign(replicas.states[1] ?? {}, { instance_id: 'replica-3', started_at });
    });
    expect(byId['runtime.no-restart']?.message).toMatch(/replica-3 of api started at .* after the build had settled/);
  });

  it('sees a restart inside the window', async () => {
    const replicas = await start();
    const timer = setTimeout(() => {
      Object.assign(replicas.states[0] ?? {}, { started_at: '2026-01-02T00:00:00.000Z' });
    }, 100);
    const { byId } = await run(replicas, undefined, { settle: { observe: '250ms' } });
    clearTimeout(timer);
    expect(byId['runtime.no-restart']?.status).toBe('failed');
  });

  it('fails when a replica stops answering', async () => {
    const replicas = await start();
    const { byId } = await run(replicas, () => {
      Object.assign(replicas.states[1] ?? {}, {
        instead: (_: unknown, response: never) => sendJson(response, 503, {}),
      });
    });
    expect(byId['runtime.no-restart']?.message).toMatch(/^api \(of .*replica-2\) stopped answering .*503/);
    expect(byId['code-authority.served-commit-again']?.status).toBe('failed');
  });

  it('does not know whether anything changed where it is kept out now', async () => {
    const replicas = await start();
    const { rows } = await run(replicas, () => {
      replicas.door.instead = (_, response) => response.writeHead(429).end();
    });
    expect(statuses(rows)).toMatchObject({
      'code-authority.served-commit-again': 'inconclusive',
      'runtime.no-restart': 'inconclusive',
    });
  });

  it('names the front door where the service behind it goes on answering', async () => {
    const replicas = await start();
    const { byId } = await run(replicas, () => {
      replicas.door.instead = (_, response) => void sendJson(response, 502, {});
    });
    expect(byId['runtime.no-restart']?.message).toMatch(/^app, in front of api, stopped answering .*502/);
  });

  it('fails when it has become another environment', async () => {
    const replicas = await start();
    const { byId } = await run(replicas, () => {
      for (const own of replicas.states) own.environment_id = 'staging';
    });
    expect(byId['code-authority.environment-again']?.status).toBe('failed');
  });

  it('is not judged where nothing settled', async () => {
    const replicas = await start();
    const input = { system: replicas.system(), client: replicas.client, clock: testClock() };
    const { rows } = await confirm({ ...input, plan: PLAN, settledAt: undefined, samples: [] });
    expect(rows.map(({ status, reason }) => `${status} ${reason}`)).toEqual(rows.map(() => 'inconclusive not-run'));
    expect(rows).toHaveLength(3);
  });

  it('plans the restart only where it can be seen', () => {
    const identity = { service: 'api', path: '/__version', commit: '/git_sha' };
    expect(planConfirm(smallSystem({ identity })).map(({ id }) => id)).toEqual(['code-authority.served-commit-again']);
  });
});

describe('an instance that was not seen before', () => {
  const sample = (more: Partial<IdentitySample>): IdentitySample => ({
    at: '2026-01-03T00:00:00.000Z',
    via: 'app',
    commit: NEW,
    ...more,
  });
  const judge = (after: IdentitySample[]) =>
    judgeConfirm(
      {
        before: [sample({ instance: 'a', startedAt: '2026-01-01T00:00:00Z' })],
        after,
        settledAt: '2026-01-02T00:00:00Z',
      },
      smallSystem(),
      PLAN,
    )['runtime.no-restart'];

  it('was missed where it had started before', () => {
    expect(judge([sample({ instance: 'b', startedAt: '2026-01-01T10:00:00Z' })])?.status).toBe('passed');
  });

  it('cannot be told from a restart where it does not say when it started', () => {
    expect(judge([sample({ instance: 'b' })])).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
  });
});
