import { describe, expect, test } from 'vitest';
import type { PerformancePolicy } from '../../../../src/contract/policy-schema.ts';
import type { Exchange } from '../../../../src/probe/http/exchange.ts';
import type { Client } from '../../../../src/probe/http/request.ts';
import { measureOperation } from '../../../../src/probe/performance/measure-operation.ts';
import type { PlannedOperation } from '../../../../src/probe/performance/plan-operations.ts';
import { judgeMeasured, slowest } from '../../../../src/record/performance/judge-measured.ts';
import { defaultPolicy } from '../../record/vulnerabilities/samples.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';

const operation: PlannedOperation = {
  key: 'GET /jobs',
  at: 'app',
  method: 'GET',
  url: 'https://shop.example/jobs',
  headers: {},
  class: 'service',
  objectives: { p95: 200 },
};

interface Reply {
  readonly afterMs?: number;
  readonly status?: number;
  readonly error?: 'timeout' | 'reset';
}

/** A server in virtual time: the n-th request (the first = 0 is the look before) is answered as told. */
function answering(clock: VirtualClock, reply: (number: number) => Reply): Client {
  let number = 0;
  return {
    close: () => {},
    send: async ({ url, method = 'GET' }): Promise<Exchange> => {
      const { afterMs = 5, status = 200, error } = reply(number);
      number += 1;
      await clock.sleep(afterMs);
      const common = { url, method, attempts: [] };
      if (error !== undefined) {
        return { ...common, ok: false, error: { kind: error, code: error, message: `it ended with a ${error}` } };
      }
      const timing = { dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: afterMs, totalMs: afterMs };
      const body = Buffer.from('{}');
      const parts = { headers: {}, rawHeaders: [], contentType: 'application/json', body, remoteAddress: '127.0.0.1' };
      const read = { text: () => '{}', json: () => ({}), reused: true, closeDelimited: false };
      return { ...common, ...parts, ...read, ok: true, status, timing };
    },
  };
}

async function measure(
  reply: (number: number) => Reply,
  changes: Partial<PerformancePolicy> = {},
  planned: PlannedOperation = operation,
) {
  const clock = virtualClock();
  const policy = { ...defaultPolicy.performance, warmup: 0, ...changes };
  const result = await measureOperation(planned, { client: answering(clock, reply), clock, policy });
  return judgeMeasured(planned, result, policy);
}

describe('an operation', () => {
  test('that is fast enough passes, with its figures and their bounds', async () => {
    const check = await measure((number) => ({ afterMs: number % 20 === 0 ? 150 : 10 }));
    expect(check).toMatchObject({ name: 'GET /jobs at app', status: 'passed', extra: { n: 100, class: 'service' } });
    expect(check.message).toBe(
      'GET /jobs at app: P50 10 ms, P95 10 ms (at most 150 ms), P99 150 ms (no bound), n = 100; class "service".',
    );
  });

  test('that is too slow fails', async () => {
    const check = await measure((number) => ({ afterMs: number % 5 === 0 ? 250 : 10 }));
    expect([check.status, check.message]).toEqual([
      'failed',
      expect.stringContaining('It is not so that P95 is at most 200 ms: 20 of 100 took longer.'),
    ]);
  });

  test('that stalls is too slow for all who would have come meanwhile', async () => {
    // one request in a hundred takes 1 s and holds up those behind it: a closed loop would count one
    let freeMs = 0;
    const clock = virtualClock();
    const policy = { ...defaultPolicy.performance, warmup: 0, ratePerSecond: 50 };
    const client = answering(clock, (number) => {
      const serviceMs = number === 20 ? 1000 : 1;
      freeMs = Math.max(freeMs, clock.monotonicMs()) + serviceMs;
      return { afterMs: freeMs - clock.monotonicMs() };
    });
    const check = judgeMeasured(operation, await measureOperation(operation, { client, clock, policy }), policy);
    expect([check.status, check.message]).toEqual(['failed', expect.stringMatching(/4\d of 100 took longer/)]);
  });

  test('is asked more often where the first samples decide nothing', async () => {
    const check = await measure((number) => ({ afterMs: [7, 40, 80].includes(number) ? 300 : 10 }));
    expect(check).toMatchObject({
      status: 'passed',
      extra: { n: expect.toSatisfy((n: number) => n > 100 && n < 200) },
    });
  });

  test('is inconclusive where as many as are allowed decide nothing', async () => {
    const check = await measure((number) => ({ afterMs: number % 20 === 0 ? 300 : 10 }), { maxSamples: 120 });
    expect(check).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
    expect(check.message).toMatch(
      /Too few samples to say whether P95 is at most 200 ms: \d of 120 took longer, \d+ with/,
    );
  });

  test('of too few samples shows nothing, however fast', async () => {
    const check = await measure(() => ({}), { samples: 58, maxSamples: 58 });
    expect(check).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
    expect((await measure(() => ({}), { samples: 59, maxSamples: 59 })).status).toBe('passed');
  });

  test('is held to its P99 where its class has one', async () => {
    const both = { ...operation, objectives: { p95: 200, p99: 400 } };
    const slowTail = (number: number): Reply => ({ afterMs: number % 25 === 1 ? 500 : 10 });
    expect(await measure(slowTail, {}, both)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('It is not so that P99 is at most 400 ms'),
    });
    expect((await measure(() => ({}), {}, both)).extra).toMatchObject({ n: 299 });
  });
});

describe('failures', () => {
  test.each<[string, (number: number) => Reply, string, RegExp]>([
    [
      'a few answers of 500',
      (n) => (n === 9 ? { status: 500 } : {}),
      'warned',
      /1 of \d+ failed, the first: .*answers 500/,
    ],
    ['many answers of 500', (n) => (n % 10 === 9 ? { status: 500 } : {}), 'failed', /1\d of 100 failed/],
    ['many resets', (n) => (n % 10 === 9 ? { error: 'reset' } : {}), 'failed', /got no answer: it ended with a reset/],
    ['another status than at first', (n) => (n % 2 === 1 ? { status: 404 } : {}), 'failed', /answers 404/],
    ['no answer that ends', (n) => (n === 0 ? {} : { error: 'timeout' }), 'failed', /P50 without end/],
    ['a limit of the rate', (n) => (n > 10 ? { status: 429 } : {}), 'inconclusive', /90 more were kept out by a limit/],
    ['a few that a limit kept out', (n) => (n === 11 ? { status: 429 } : {}), 'warned', /1 more were kept out/],
  ])('such as %s are not fast answers', async (_, reply, status, said) => {
    const check = await measure(reply);
    expect([check.status, check.message]).toEqual([status, expect.stringMatching(said)]);
  });

  test.each<[string, Reply, string, RegExp]>([
    ['500', { status: 500 }, 'failed', /answers 500: the service failed\.$/],
    ['404', { status: 404 }, 'inconclusive', /answers 404.*Its latency says nothing/],
    ['401', { status: 401 }, 'inconclusive', /answers 401: it asks for a login.*headers in the policy/],
    ['nothing', { error: 'reset' }, 'failed', /reset/],
  ])('an operation whose first answer is %s is not measured', async (_, reply, status, said) => {
    let asked = 0;
    const check = await measure(() => {
      asked += 1;
      return reply;
    });
    expect([check.status, check.message, asked]).toEqual([status, expect.stringMatching(said), 1]);
  });

  test('requests that could not be sent in time count as slow', async () => {
    const check = await measure((number) => (number === 0 ? {} : { afterMs: 10_000 }), { maxInFlight: 5 });
    expect(check).toMatchObject({ status: 'failed', message: expect.stringContaining('was due while too many') });
  });
});

test('the slowest operation speaks for all; one that never ended has no number', async () => {
  const [fast, slow] = [await measure(() => ({ afterMs: 5 })), await measure(() => ({ afterMs: 50 }))];
  expect(slowest([fast, slow]).p95).toBe(slow.extra?.['p95']);
  const never = await measure((number) => (number === 0 ? {} : { error: 'timeout' }));
  expect(slowest([fast, never])).toEqual({ p50: null, p95: null, p99: null });
  expect(slowest([])).toEqual({ p50: null, p95: null, p99: null });
});
