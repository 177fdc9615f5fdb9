import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planSettle, type SettleInput, settle } from '../../../../src/probe/identity/settle.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { html, NEW, OLD, type Replicas, startReplicas } from '../replicas.ts';
import { createRepository, type TestRepository } from '../repository.ts';
import { sendJson } from '../serve.ts';
import type { SmallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

let repository: TestRepository;
beforeAll(() => {
  repository = createRepository();
  repository.commit('feat: shop');
});
afterAll(() => repository.remove());

const running: Replicas[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((replicas) => replicas.close()));
});

async function start(...commits: string[]): Promise<Replicas> {
  const replicas = await startReplicas(commits);
  running.push(replicas);
  return replicas;
}

const SHORT = { settle: { readyWithin: '120ms' } };

async function run(replicas: Replicas, parts: SmallSystem = SHORT, more: Partial<SettleInput> = {}) {
  const system = replicas.system(parts);
  const plan = { expected: { commit: NEW.slice(0, 12) }, previousCommit: OLD };
  const result = await settle({
    system,
    plan,
    client: replicas.client,
    clock: testClock(),
    git: repository.git,
    ...more,
  });
  const planned = planSettle(system);
  expect(result.rows.map(({ id }) => id)).toEqual(planned.map(({ id }) => id));
  expect(planned.every(({ by }) => by === 'settle')).toBe(true);
  return { ...result, byId: Object.fromEntries(result.rows.map((row) => [row.id, row])) as Record<string, Row> };
}

function statuses(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

const PASSED = {
  'runtime.answers': 'passed',
  'code-authority.served-commit': 'passed',
  'runtime.replicas-one-build': 'passed',
  'code-authority.environment': 'passed',
};

describe('a build that is there', () => {
  it('settles, with enough samples on connections of their own', async () => {
    const replicas = await start(NEW, NEW);
    const { rows, ok, settledAt } = await run(replicas, { settle: { poll: '2s', readyWithin: '10s' } });
    expect(statuses(rows)).toEqual(PASSED);
    expect(ok).toBe(true);
    expect(settledAt).toMatch(/^\d{4}-.*Z$/);
    // one while waiting, 17 for the lock: a quarter of stale replicas is missed with less than 1 %
    expect(replicas.doorServer.seen).toHaveLength(18);
    expect(new Set(replicas.doorServer.seen.map(({ url }) => url)).size).toBe(18);
    expect(new Set(replicas.doorServer.seen.map(({ socket }) => socket)).size).toBe(18);
    expect(replicas.doorServer.seen.every(({ headers }) => headers['cache-control'] === 'no-cache')).toBe(true);
  });

  it('is known by its version where it has no commit', async () => {
    const replicas = await start(NEW);
    const identity = { service: 'api', path: '/__version', version: '/version' };
    const plan = { expected: { version: '1.4.0' } };
    expect((await run(replicas, { identity }, { plan })).ok).toBe(true);
    const other = await run(replicas, { identity, ...SHORT }, { plan: { expected: { version: '1.5.0' } } });
    expect(statuses(other.rows)['code-authority.served-commit']).toBe('failed');
  });

  it('plans the environment only where it is declared', async () => {
    const replicas = await start(NEW);
    const { rows } = await run(replicas, { expect: {} });
    expect(statuses(rows)).not.toHaveProperty('code-authority.environment');
  });
});

describe('a deployment in progress', () => {
  it('is noticed within one interval and a round trip', async () => {
    const replicas = await start(OLD, OLD);
    const clock = testClock();
    let deployedMs = 0;
    const timer = setTimeout(() => {
      for (const own of replicas.states) own.git_sha = NEW;
      deployedMs = Date.now();
    }, 90);
    const { ok, settledAt } = await run(replicas, { settle: { readyWithin: '2s', poll: '50ms' } }, { clock });
    clearTimeout(timer);
    expect(ok).toBe(true);
    expect(Date.parse(settledAt ?? '') - deployedMs).toBeLessThanOrEqual(50 + 100);
  });

  it('may answer 503, refuse and mix builds while it lasts', async () => {
    const replicas = await start(OLD, OLD);
    const [first, second] = replicas.states;
    if (first === undefined || second === undefined) throw new Error('no replicas');
    first.instead = (_, response) => sendJson(response, 503, {});
    const steps = [
      () => Object.assign(first, { instead: undefined, git_sha: NEW }),
      () => Object.assign(second, { git_sha: NEW }),
    ];
    const notes: string[] = [];
    const timer = setInterval(() => steps.shift()?.(), 120);
    const { ok, rows, samples } = await run(
      replicas,
      { settle: { readyWithin: '3s' } },
      { onProgress: (note) => notes.push(note) },
    );
    clearInterval(timer);
    expect(statuses(rows)).toEqual(PASSED);
    expect(ok).toBe(true);
    expect(samples.map(({ commit, error }) => commit ?? error)).toContain(OLD);
    expect(notes.join('\n')).toMatch(/waiting for 1111.*(503|2222)/);
  });

  it('does not hold up the next question with a silent answer', async () => {
    const replicas = await start(NEW);
    let asked = 0;
    replicas.door.instead = () => {
      asked += 1;
      if (asked >= 3) replicas.door.instead = undefined;
    };
    const startMs = Date.now();
    expect((await run(replicas, { settle: { readyWithin: '2s' } })).ok).toBe(true);
    expect(Date.now() - startMs).toBeLessThan(600);
  });
});

describe('a run that is kept out', () => {
  it.each([
    [429, {}],
    [423, {}],
    [403, { 'cf-mitigated': 'challenge' }],
  ])('by %i knows nothing, and blames nobody', async (status, headers) => {
    const replicas = await start(NEW);
    replicas.door.instead = (_, response) => response.writeHead(status, headers).end();
    const { rows, ok } = await run(replicas, SHORT);
    expect(ok).toBe(false);
    expect(statuses(rows)['code-authority.served-commit']).toBe('inconclusive');
    const served = rows.find(({ id }) => id === 'code-authority.served-commit');
    expect(served).toMatchObject({ reason: 'insufficient', message: expect.stringContaining(`answers ${status}`) });
    expect(Object.values(statuses(rows))).not.toContain('failed');
  });

  it('and sees another build besides has seen enough', async () => {
    const replicas = await start(OLD);
    let asked = 0;
    replicas.door.instead = (_, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(429).end();
      else sendJson(response, 200, replicas.states[0]);
    };
    expect(statuses((await run(replicas, SHORT)).rows)['code-authority.served-commit']).toBe('failed');
  });

  it('by a plain 403 has failed', async () => {
    const replicas = await start(NEW);
    replicas.door.instead = (_, response) => response.writeHead(403).end();
    expect(statuses((await run(replicas, SHORT)).rows)['code-authority.served-commit']).toBe('failed');
  });
});

describe('at the deadline', () => {
  it('an old build has failed, and is named with its subject', async () => {
    const subject = repository.commit('feat: the old shop');
    const replicas = await start(subject, subject);
    const { byId, ok, settledAt } = await run(replicas, SHORT, {
      plan: { expected: { commit: NEW }, previousCommit: subject },
    });
    expect(ok).toBe(false);
    expect(settledAt).toBeUndefined();
    expect(byId['code-authority.served-commit']?.status).toBe('failed');
    expect(byId['code-authority.served-commit']?.message).toContain(
      `still serves ${subject.slice(0, 12)} (feat: the old shop)`,
    );
    expect(byId['runtime.answers']?.status).toBe('passed');
  });

  it('one old replica of two fails both rows, with its share and its name', async () => {
    const { byId } = await run(await start(NEW, OLD));
    expect(byId['code-authority.served-commit']?.status).toBe('failed');
    expect(byId['runtime.replicas-one-build']).toMatchObject({ status: 'failed' });
    expect(byId['runtime.replicas-one-build']?.message).toMatch(/222222222222 at replica-2: \d+ of \d+/);
    expect(byId['code-authority.served-commit']?.message).toMatch(/in \d+ of 17 samples/);
  });

  it.each<[string, NonNullable<Replicas['door']['instead']>, RegExp]>([
    ['a missing endpoint', (_, response) => sendJson(response, 404, {}), /answers 404/],
    ['an error', (_, response) => sendJson(response, 500, {}), /answers 500/],
    ['an empty object', (_, response) => sendJson(response, 200, {}), /does not say its commit/],
    ['a web page', html, /SPA fallback/],
    [
      'a web page called JSON',
      (request, response) => {
        response.setHeader('content-type', 'application/json');
        response.writeHead(200).end('<!doctype html><title>Shop</title>');
        request.resume();
      },
      /SPA fallback/,
    ],
    [
      'text',
      (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('{}'),
      /content type text\/plain/,
    ],
    [
      'no commit id',
      (_, response) => sendJson(response, 200, { git_sha: 'main' }),
      /which is no commit id|does not say/,
    ],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/login' }).end(), /redirects to \/login/],
    [
      'a cached old error',
      (_, response) => response.writeHead(503, { age: '55', 'x-cache': 'HIT' }).end(),
      /from a cache \(age: 55, x-cache: HIT\)/,
    ],
    ['silence', () => undefined, /no answer within/],
  ])('%s at the front door has failed, and the backend is not blamed', async (_, instead, message) => {
    const replicas = await start(NEW, NEW);
    replicas.door.instead = instead;
    const { byId, ok } = await run(replicas);
    expect(ok).toBe(false);
    expect(byId['code-authority.served-commit']?.status).toBe('failed');
    expect(byId['code-authority.served-commit']?.message).toMatch(message);
    expect(byId['code-authority.served-commit']?.message).toMatch(/look at the proxy/);
    expect(byId['runtime.answers']?.status).toBe('passed');
  });

  it('a backend that says nothing has failed directly', async () => {
    const replicas = await start(NEW);
    for (const own of replicas.states) own.instead = (_, response) => sendJson(response, 500, {});
    const { byId } = await run(replicas);
    expect(byId['runtime.answers']).toMatchObject({ status: 'failed' });
    expect(byId['runtime.answers']?.message).toMatch(/answers 500/);
    expect(byId['runtime.replicas-one-build']).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
    expect(byId['code-authority.environment']?.status).toBe('failed');
  });

  it('nothing at all has failed, with the cause', async () => {
    const replicas = await start(NEW);
    await replicas.close();
    running.pop();
    const { byId } = await run(replicas);
    expect(byId['runtime.answers']?.message).toMatch(/refuses connections/);
    expect(byId['code-authority.served-commit']?.message).toMatch(/refuses connections/);
    const services = { app: { url: 'http://app.test:1' }, api: { url: 'http://api.test:1' } };
    const nameless = await run(replicas, { ...SHORT, services });
    expect(nameless.byId['runtime.answers']?.message).toMatch(/could not be resolved/);
  });

  it('a build that comes in the last moment is not taken for settled by a few samples', async () => {
    const replicas = await start(OLD, OLD);
    const services = { ...replicas.services, api: { url: replicas.services['api']?.url ?? '' } };
    let asked = 0;
    // Old while it is waited for; afterwards the front door serves the new build, but for every third request.
    replicas.door.instead = (_, response) => {
      asked += 1;
      sendJson(response, 200, { ...replicas.states[0], git_sha: asked === 1 || asked % 3 === 0 ? OLD : NEW });
    };
    for (const own of replicas.states) own.git_sha = NEW;
    const { byId, ok } = await run(replicas, { settle: { readyWithin: '1ms', poll: '60ms' }, services });
    expect(ok).toBe(false);
    expect(byId['code-authority.served-commit']?.status).toBe('failed');
    expect(byId['code-authority.served-commit']?.message).toMatch(/of 17 samples/);
  });

  it('another environment has failed', async () => {
    const replicas = await start(NEW, NEW);
    for (const own of replicas.states) own.environment_id = 'staging';
    const { byId, ok } = await run(replicas);
    expect(ok).toBe(false);
    expect(byId['code-authority.environment']?.message).toMatch(/environment staging, not live-1/);
  });
});

describe('the stabilisation', () => {
  it('is waited out, and locks again', async () => {
    const replicas = await start(NEW, NEW);
    const startMs = Date.now();
    const { ok } = await run(replicas, { settle: { stabilise: '150ms' } });
    expect(ok).toBe(true);
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(149);
    expect(replicas.doorServer.seen.length).toBeGreaterThan(18 + 17);
  });

  it('sees a build that does not stay', async () => {
    const replicas = await start(NEW, NEW);
    const timer = setTimeout(() => {
      for (const own of replicas.states) own.git_sha = OLD;
    }, 200);
    const { byId, ok } = await run(replicas, { settle: { stabilise: '400ms' } });
    clearTimeout(timer);
    expect(ok).toBe(false);
    expect(byId['code-authority.served-commit']?.status).toBe('failed');
    expect(byId['runtime.replicas-one-build']?.status).toBe('failed');
  });
});
