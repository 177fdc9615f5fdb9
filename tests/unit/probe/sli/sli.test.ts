import type http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { SliContract } from '../../../../src/contract/schema.ts';
import { createClient } from '../../../../src/probe/http/request.ts';
import type { Row, SliResult } from '../../../../src/probe/schema.ts';
import { planSlis, sampleSlis } from '../../../../src/probe/sli/sli.ts';
import { judgeSlis, type SliLimits } from '../../../../src/probe/sli/sli-judge.ts';
import { createTally, type Tally } from '../../../../src/probe/sli/sli-tally.ts';
import { html } from '../replicas.ts';
import { type Served, sendJson, serve } from '../serve.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const servers: Served[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const SLIS = {
  routes: [{ at: 'app', path: '/health', expect: { status: 200, json: { '/ok': true } } }],
  // far beyond what a busy machine adds by itself
  latency: { p95: '4s', p99: '5s' },
  availability: { objective: 0.99, gate: 0.95 },
  correctness: 1,
};

interface Outcome {
  readonly rows: Record<string, Row>;
  readonly slis: Record<string, SliResult>;
  readonly server: Served;
}

/** Samples a real server: `answer` is told the number of the request. */
async function sample(
  answer: (number: number, response: http.ServerResponse, request: http.IncomingMessage) => void,
  sampling: Record<string, unknown> = {},
  slis: Record<string, unknown> = SLIS,
  limitMs = 10_000,
): Promise<Outcome> {
  let number = 0;
  const server = await serve((request, response) => {
    answer(number, response, request);
    number += 1;
  });
  servers.push(server);
  const services = { app: { url: server.url }, api: { url: server.url } };
  const system = smallSystem({ services, slis, sampling: { maxInFlight: 1000, ...sampling } });
  const clock = testClock();
  const deadlines = { connect: limitMs, headers: limitMs, total: limitMs };
  const client = createClient({ resolve: () => Promise.resolve([]), clock, concurrency: 1000, deadlines, nonce: 'n' });
  try {
    const { rows, slis: results } = await sampleSlis({ system, client, clock });
    expect(rows.map(({ id }) => id)).toEqual(planSlis(system).map(({ id }) => id));
    return {
      rows: Object.fromEntries(rows.map((row) => [row.id, row])),
      slis: Object.fromEntries(results.map((result) => [result.name, result])),
      server,
    };
  } finally {
    client.close();
  }
}

function statuses({ rows }: Outcome): Record<string, string> {
  return Object.fromEntries(Object.values(rows).map(({ id, status }) => [id, status]));
}

const fine = (_: number, response: http.ServerResponse): void => sendJson(response, 200, { ok: true });
const STRICT = { ...SLIS, latency: { p95: '100ms', p99: '200ms' } };

describe('sampling', () => {
  it('shows what a healthy system keeps, with n, misses, value and bound', async () => {
    const outcome = await sample(fine, { samples: 320 });
    expect(statuses(outcome)).toEqual({
      'runtime.latency-p95': 'passed',
      'runtime.latency-p99': 'passed',
      'runtime.availability': 'passed',
      'endpoints.correctness': 'passed',
    });
    expect(outcome.slis['availability']).toMatchObject({ n: 320, misses: 0, value: 1, objective: 0.99, unit: 'ratio' });
    expect(outcome.slis['availability']?.bound).toBeCloseTo(0.05 ** (1 / 320), 6);
    expect(outcome.slis['latency-p95']).toMatchObject({
      n: 320,
      misses: 0,
      objective: 4000,
      unit: 'ms',
      confidence: 0.95,
    });
    expect(outcome.slis['latency-p95']?.value).toBeGreaterThan(0);
    const { p50 = null, value } = outcome.slis['latency-p95'] ?? { value: null };
    expect(p50, 'the median is reported').toBeGreaterThan(0);
    expect(p50).toBeLessThanOrEqual(value ?? 0);
    expect(outcome.slis['latency-p99']).not.toHaveProperty('p50');
    const { objective, gate, objectiveNeeds } = outcome.slis['availability'] ?? {};
    expect({ objective, gate, objectiveNeeds }).toEqual({ objective: 0.99, gate: 0.95, objectiveNeeds: 299 });
  });

  it('does not count the warm-up', async () => {
    const cold = (number: number, response: http.ServerResponse): void =>
      number < 20 ? sendJson(response, 503, {}) : fine(number, response);
    const outcome = await sample(cold, { samples: 300, warmup: 20 });
    expect(outcome.slis['availability']).toMatchObject({ n: 300, misses: 0 });
    expect(outcome.server.seen).toHaveLength(320);
  });

  it('goes on while a claim is undecided, to where it could be shown', async () => {
    const outcome = await sample(
      (number, response) => (number === 5 ? sendJson(response, 503, {}) : fine(number, response)),
      { samples: 60, maxSamples: 400 },
      { ...SLIS, latency: undefined },
    );
    // one miss: 93 samples show 95 %
    expect(outcome.slis['availability']).toMatchObject({ n: 93, misses: 1, status: 'passed', needed: 93 });
  });

  it('says how many samples would do where there are too few', async () => {
    const outcome = await sample(fine, { samples: 59 });
    expect(statuses(outcome)).toMatchObject({ 'runtime.latency-p95': 'passed', 'runtime.latency-p99': 'inconclusive' });
    expect(outcome.slis['latency-p99']).toMatchObject({ n: 59, reason: 'insufficient', needed: 299 });
    expect(outcome.rows['runtime.latency-p99']?.message).toMatch(/299 samples with 0 misses would show it/);
  });
});

describe('samples that are kept out', () => {
  it.each([
    [429, {}],
    [423, {}],
    [403, { 'cf-mitigated': 'challenge' }],
  ])('by %i are neither hits nor misses, and what they leave open is said', async (status, headers) => {
    const outcome = await sample(
      (number, response) => {
        if (number % 3 !== 0) return fine(number, response);
        response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end('{}');
      },
      { samples: 320 },
    );
    expect(outcome.slis['availability']).toMatchObject({ misses: 0, status: 'inconclusive', reason: 'insufficient' });
    expect(outcome.slis['correctness']).toMatchObject({ misses: 0, status: 'inconclusive' });
    expect(outcome.slis['latency-p95']).toMatchObject({ misses: 0, status: 'passed' });
    expect(Object.values(statuses(outcome))).not.toContain('failed');
  });

  it('in a share that is too small to matter leave the availability shown', async () => {
    const outcome = await sample(
      (number, response) => (number === 7 ? sendJson(response, 423, {}) : fine(number, response)),
      { samples: 320 },
    );
    expect(outcome.slis['availability']).toMatchObject({ n: 319, misses: 0, status: 'passed' });
  });

  it('by a plain 403 are wrong answers', async () => {
    const outcome = await sample(
      (number, response) => (number % 3 === 0 ? sendJson(response, 403, {}) : fine(number, response)),
      { samples: 320 },
    );
    expect(outcome.slis['correctness']).toMatchObject({ status: 'failed' });
  });
});

it('a route is sampled with the headers that let it in', async () => {
  const [route] = SLIS.routes;
  const slis = { ...SLIS, routes: [{ ...route, headers: { 'X-Ops': 'let me in' } }] };
  const answer = (_: number, response: http.ServerResponse, request: http.IncomingMessage): void =>
    sendJson(response, request.headers['x-ops'] === 'let me in' ? 200 : 401, { ok: true });
  const outcome = await sample(answer, { samples: 100 }, slis);
  expect(outcome.slis['correctness']).toMatchObject({ misses: 0, status: 'passed' });
  expect((await sample(answer, { samples: 100 })).slis['correctness']).toMatchObject({ status: 'failed' });
});

describe('a fault is a miss of its own indicator', () => {
  it.each<[string, Parameters<typeof sample>[0], Record<string, unknown>, string[], RegExp]>([
    [
      '20 % of 500',
      (number, response) => (number % 5 === 0 ? sendJson(response, 500, {}) : fine(number, response)),
      SLIS,
      ['runtime.availability'],
      /answers 500/,
    ],
    [
      '20 % reset',
      (number, response) => (number % 5 === 0 ? response.destroy() : fine(number, response)),
      SLIS,
      ['runtime.availability'],
      /got no answer/,
    ],
    [
      '20 % wrong',
      (number, response) => sendJson(response, 200, { ok: number % 5 !== 0 }),
      SLIS,
      ['endpoints.correctness'],
      /\/ok/,
    ],
    [
      'one web page',
      (number, response, request) => (number === 7 ? html(request, response) : fine(number, response)),
      SLIS,
      ['endpoints.correctness'],
      /SPA fallback/,
    ],
    [
      '20 % slow',
      (number, response) => void setTimeout(() => fine(number, response), number % 5 === 0 ? 230 : 0),
      STRICT,
      ['runtime.latency-p95', 'runtime.latency-p99'],
      /took \d+ ms/,
    ],
    [
      'a 404 where nothing is said',
      (number, response) => sendJson(response, number === 3 ? 404 : 200, {}),
      { ...SLIS, routes: [{ at: 'app', path: '/x' }] },
      ['endpoints.correctness'],
      /answers 404/,
    ],
  ])('%s', async (_, answer, slis, failed, message) => {
    const outcome = await sample(answer, { samples: 320 }, slis);
    const failing = Object.values(outcome.rows).filter(({ status }) => status === 'failed');
    expect(failing.map(({ id }) => id)).toEqual(failed);
    expect(failing[0]?.message).toMatch(message);
  });

  it('20 % silent: not available, and too slow whatever the threshold', async () => {
    const answer = (number: number, response: http.ServerResponse): void =>
      number % 5 === 0 ? undefined : fine(number, response);
    const outcome = await sample(answer, { samples: 320 }, SLIS, 1500);
    const failing = Object.values(outcome.rows).filter(({ status }) => status === 'failed');
    expect(failing.map(({ id }) => id)).toEqual(['runtime.latency-p95', 'runtime.latency-p99', 'runtime.availability']);
    expect(failing[0]?.message).toMatch(/no answer within 1500 ms/);
  });

  it('none is tried again', async () => {
    const outcome = await sample((_, response) => response.destroy(), { samples: 60 });
    expect(outcome.server.seen).toHaveLength(60);
    expect(outcome.slis['availability']).toMatchObject({ n: 60, misses: 60, value: 0 });
    expect(outcome.slis['correctness']).toMatchObject({ n: 0, status: 'inconclusive', value: null });
  });

  it('what could not be sent in time is a miss', async () => {
    const slow = (number: number, response: http.ServerResponse) => void setTimeout(() => fine(number, response), 150);
    const outcome = await sample(slow, { samples: 100, maxInFlight: 8 }, SLIS);
    expect(outcome.rows['runtime.availability']).toMatchObject({ status: 'failed' });
    expect(outcome.rows['runtime.availability']?.message).toMatch(/too many requests were under way/);
  });
});

describe('429', () => {
  const limited = (share: number) => (number: number, response: http.ServerResponse) =>
    number % share === 0 ? sendJson(response, 429, {}) : fine(number, response);

  it('is no failure, and makes the claim impossible where it matters', async () => {
    const outcome = await sample(limited(4), { samples: 320 });
    expect(outcome.slis['availability']).toMatchObject({
      n: 240,
      misses: 0,
      status: 'inconclusive',
      reason: 'insufficient',
    });
    expect(outcome.rows['runtime.availability']?.message).toMatch(/80 were answered 429/);
  });

  it('does not matter where the claim stands with it', async () => {
    expect(statuses(await sample(limited(300), { samples: 320 }))['runtime.availability']).toBe('passed');
  });

  it('does not hide a failure', async () => {
    const answer = (number: number, response: http.ServerResponse): void =>
      number % 2 === 0 ? sendJson(response, 429, {}) : sendJson(response, 500, {});
    expect(statuses(await sample(answer, { samples: 100 }))['runtime.availability']).toBe('failed');
  });
});

describe('the judgement of counts', () => {
  const slis = {
    routes: [],
    latency: { p95: 100, p99: 200 },
    availability: { objective: 0.999, gate: 0.99 },
  } as SliContract;
  const limits: SliLimits = { confidence: 0.95, samples: 300 };
  const judge = (change: (tally: Tally) => void) => {
    const tally = createTally();
    for (const count of [tally.p95, tally.p99, tally.availability]) count.n = 300;
    for (let index = 0; index < 300; index += 1) tally.latencies.record(5);
    change(tally);
    return Object.fromEntries(judgeSlis(tally, slis, limits).map((outcome) => [outcome.id, outcome]));
  };

  it('is blind where the slowness is this machine’s own', () => {
    const outcomes = judge((tally) => Object.assign(tally.p95, { misses: 60, own: 58 }));
    expect(outcomes['runtime.latency-p95']?.judgement).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });

  it('fails where it is not', () => {
    const outcomes = judge((tally) => Object.assign(tally.p95, { misses: 60, own: 2 }));
    expect(outcomes['runtime.latency-p95']?.judgement.status).toBe('failed');
  });

  it('is blind where samples could not be sent from here', () => {
    const outcomes = judge((tally) => Object.assign(tally, { blind: 20 }));
    expect(outcomes['runtime.availability']?.judgement).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });

  it('judges the gate and reports the objective', () => {
    const outcome = judge(() => undefined)['runtime.availability'];
    expect(outcome?.result).toMatchObject({ status: 'passed', objective: 0.999, needed: 299 });
  });

  it('has nothing to say without samples', () => {
    const outcomes = judge((tally) => Object.assign(tally.availability, { n: 0 }));
    expect(outcomes['runtime.availability']?.result).toMatchObject({
      status: 'inconclusive',
      value: null,
      bound: null,
    });
  });
});

it('plans nothing without indicators', () => {
  expect(planSlis(smallSystem())).toEqual([]);
});
