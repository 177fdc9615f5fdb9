/** What a Prometheus may answer, and what is made of it. The real one is asked in tests/cli/slo.test.ts. */
import type http from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { PrometheusIndicator } from '../../../../src/contract/objectives/objective.ts';
import { systemClock } from '../../../../src/probe/clock.ts';
import { createClient } from '../../../../src/probe/http/request.ts';
import { type PrometheusAccess, queryNumber, querySample } from '../../../../src/record/slo/prometheus-query.ts';
import { checkFreshness, readPrometheus } from '../../../../src/record/slo/read-prometheus.ts';
import { type Served, serve } from '../../probe/serve.ts';
import { COUNTED, NOW } from './sample-slo.ts';

const TOKEN = 'a-token-that-nobody-may-see';
const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function access(handler: http.RequestListener): Promise<PrometheusAccess> {
  const served = await serve(handler);
  open.push(served);
  const client = createClient({
    resolve: async () => ['127.0.0.1'],
    clock: systemClock(),
    concurrency: 1,
    deadlines: { connect: 1000, headers: 2000, total: 2000 },
    maxBytes: 100_000,
    nonce: 'n',
  });
  const redact = (text: string) => text.replaceAll(TOKEN, '[redacted]');
  const headers = { authorization: `Bearer ${TOKEN}` };
  return { client, url: `${served.url}/`, headers, redact, now: () => NOW, maxAgeMs: 600_000 };
}

const SECONDS = NOW.getTime() / 1000;
const vector = (...values: readonly (readonly [number, string])[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value })) },
});
const json =
  (value: unknown, status = 200): http.RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };

test('a fresh, finite number is an answer; the query travels in the body, the token in a header', async () => {
  let seen = { method: '', url: '', body: '', authorization: '' };
  const found = await access((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '' } = request;
      seen = { method, url, body, authorization: request.headers.authorization ?? '' };
      json(vector([SECONDS, '12.5']))(request, response);
    });
  });
  expect(await queryNumber(found, 'sum(a{b="c&d"})')).toEqual({ ok: true, value: 12.5 });
  expect(seen).toEqual({
    method: 'POST',
    url: '/api/v1/query',
    body: 'query=sum%28a%7Bb%3D%22c%26d%22%7D%29',
    authorization: `Bearer ${TOKEN}`,
  });
});

const NO_NUMBERS: readonly [string, http.RequestListener, string, RegExp][] = [
  ['an empty vector', json(vector()), 'insufficient', /no sample/],
  ['NaN', json(vector([SECONDS, 'NaN'])), 'insufficient', /NaN, no number/],
  ['+Inf', json(vector([SECONDS, '+Inf'])), 'insufficient', /\+Inf, no number/],
  ['a number beyond all numbers', json(vector([SECONDS, '1e400'])), 'insufficient', /1e400, no number/],
  ['an empty text', json(vector([SECONDS, ''])), 'insufficient', /empty, no number/],
  ['a negative number', json(vector([SECONDS, '-1'])), 'blind', /contradict/],
  ['two series', json(vector([SECONDS, '1'], [SECONDS, '2'])), 'blind', /2 series where one is needed/],
  ['an answer of eleven minutes ago', json(vector([SECONDS - 660, '1'])), 'stale', /660 s old/],
  ['an answer of tomorrow', json(vector([SECONDS + 86_400, '1'])), 'blind', /86400 s ahead/],
  [
    'a warning',
    json({ ...vector([SECONDS, '1']), warnings: ['a remote read failed'] }),
    'blind',
    /it warns: a remote read failed/,
  ],
  [
    'lists within lists, deeper than they can be followed',
    json(`{"status":"success","data":{"resultType":"vector","result":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`),
    'blind',
    /cannot be read/,
  ],
  [
    'a vector of nothing',
    json({ status: 'success', data: { resultType: 'vector' } }),
    'blind',
    /no answer of a Prometheus/,
  ],
  [
    'a scalar',
    json({ status: 'success', data: { resultType: 'scalar', result: [SECONDS, '1'] } }),
    'blind',
    /a scalar, not a vector/,
  ],
  [
    'a matrix',
    json({ status: 'success', data: { resultType: 'matrix', result: [] } }),
    'blind',
    /a matrix, not a vector/,
  ],
  [
    'a vector without values',
    json({ status: 'success', data: { resultType: 'vector', result: [{ metric: {} }] } }),
    'blind',
    /cannot be read/,
  ],
  [
    'an error that is called a success',
    json({ status: 'error', errorType: 'internal', error: 'out of memory' }),
    'blind',
    /out of memory/,
  ],
  ['other JSON', json({ ok: true }), 'blind', /no answer of a Prometheus/],
  ['null', json('null'), 'blind', /no answer of a Prometheus/],
  ['JSON that was cut off', json('{"status":"success","data":{'), 'blind', /not JSON/],
  ['nothing', json(''), 'blind', /the body is empty/],
  [
    'a login page',
    (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><form>'),
    'blind',
    /web page/,
  ],
  [
    'a redirect to a login',
    (_request, response) => response.writeHead(302, { location: '/login' }).end(),
    'blind',
    /302: it redirects to .*login/,
  ],
  [
    'a wrong query',
    json({ status: 'error', errorType: 'bad_data', error: 'parse error: unclosed' }, 400),
    'blind',
    /400.*bad_data: parse error/,
  ],
  [
    'a query that takes too long',
    json({ status: 'error', errorType: 'timeout', error: 'query timed out' }, 503),
    'blind',
    /503.*query timed out/,
  ],
  ['a refusal', json({}, 401), 'blind', /401: it asks for a login/],
  ['a failure', json('oops', 500), 'blind', /500: the service failed/],
  ['more than it may', json(`"${'x'.repeat(200_000)}"`), 'blind', /gives no answer/],
  ['silence', () => undefined, 'blind', /gives no answer/],
  ['a broken connection', (request) => request.socket.destroy(), 'blind', /gives no answer/],
  [
    'the token itself',
    json({ status: 'error', errorType: 'bad_data', error: `no such user ${TOKEN}` }, 400),
    'blind',
    /no such user \[redacted\]/,
  ],
];

test.each(NO_NUMBERS)('%s is no number', async (_, handler, reason, said) => {
  expect(await queryNumber(await access(handler), 'q')).toMatchObject({
    ok: false,
    reason,
    why: expect.stringMatching(said),
  });
});

/** What is only too little, too old or too young to be a count. */
const SAMPLES = ['a negative number', 'an answer of eleven minutes ago', 'an answer of tomorrow'];

test.each(NO_NUMBERS.filter(([what]) => !SAMPLES.includes(what)))(
  '%s is no sample',
  async (_, handler, reason, said) => {
    expect(await querySample(await access(handler), 'q')).toMatchObject({
      ok: false,
      reason,
      why: expect.stringMatching(said),
    });
  },
);

test.each<[string, readonly [number, string], object]>([
  ['a negative number', [SECONDS, '-1.5'], { ok: true, value: -1.5, seconds: SECONDS }],
  ['an old answer', [SECONDS - 86_400, '2'], { ok: true, value: 2, seconds: SECONDS - 86_400 }],
  ['an answer of tomorrow', [SECONDS + 86_400, '2'], { ok: true, value: 2, seconds: SECONDS + 86_400 }],
  ['an answer of before all time', [-1, '2'], { ok: false, reason: 'blind' }],
  ['an answer of after all time', [1e15, '2'], { ok: false, reason: 'blind' }],
])('%s is a sample, or none', async (_, value, expected) => {
  expect(await querySample(await access(json(vector(value))), 'q')).toMatchObject(expected);
});

/** Answers by what is asked. */
function answering(answers: Readonly<Record<string, number | null>>): http.RequestListener {
  return (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const asked = `${form.get('query')}${form.has('time') ? ' then' : ''}`;
      const value = answers[asked];
      if (value === undefined)
        json({ status: 'error', errorType: 'bad_data', error: `not expected: ${asked}` }, 400)(request, response);
      else json(value === null ? vector() : vector([SECONDS, String(value)]))(request, response);
    });
  };
}

const ALL = 'sum(increase(all[1h]))';
const BAD = `(${ALL}) - (sum(increase(ok[1h])))`;

test.each<[string, Readonly<Record<string, number | null>>, object]>([
  ['counts', { [ALL]: 1000, [BAD]: 3 }, { known: true, basis: 'counted', n: 1000, fewest: 3, most: 3, value: 0.997 }],
  ['one failure stays one, whatever is extrapolated', { [ALL]: 1040.2, [BAD]: 1.04 }, { n: 1040, most: 1 }],
  ['half a failure is one', { [ALL]: 1000, [BAD]: 0.4 }, { n: 1000, most: 1 }],
  ['dust is none', { [ALL]: 1000, [BAD]: 1e-7 }, { n: 1000, most: 0, value: 1 }],
  [
    'no event',
    { [ALL]: 0, [BAD]: 0 },
    { known: false, reason: 'insufficient', message: expect.stringMatching(/no event over 1h/) },
  ],
  [
    'no good series',
    { [ALL]: 1000, [BAD]: null, 'sum(increase(ok[1h]))': null },
    { known: false, message: expect.stringMatching(/cannot tell "good" over 1h: it has no sample/) },
  ],
  [
    'other labels',
    { [ALL]: 1000, [BAD]: null, 'sum(increase(ok[1h]))': 5 },
    { known: false, message: expect.stringMatching(/other labels/) },
  ],
])('%s', async (_, answers, expected) => {
  expect(await readPrometheus(COUNTED as PrometheusIndicator, 3600, await access(answering(answers)))).toMatchObject(
    expected,
  );
});

test('bad events without a series are not taken for none', async () => {
  const indicator: PrometheusIndicator = {
    ...(COUNTED as PrometheusIndicator),
    counts: 'bad',
    numerator: 'sum(increase(bad[{{.window}}]))',
  };
  const found = await access(answering({ [ALL]: 1000, 'sum(increase(bad[1h]))': null }));
  expect(await readPrometheus(indicator, 3600, found)).toMatchObject({
    known: false,
    reason: 'insufficient',
    message: expect.stringMatching(/"bad" over 1h.*or vector\(0\)/),
  });
});

test.each<[string, Readonly<Record<string, number | null>>, object]>([
  [
    'fresh, and as old as the window',
    { 'sum(increase(all[10m]))': 5, 'sum(increase(all[10m])) then': 5 },
    { notes: [] },
  ],
  [
    'fresh, and younger than the window',
    { 'sum(increase(all[10m]))': 5, 'sum(increase(all[10m])) then': null },
    { notes: [expect.stringMatching(/no samples from the beginning/)] },
  ],
  ['stale', { 'sum(increase(all[10m]))': null }, { stale: { known: false, reason: 'stale' } }],
])('a history is %s', async (_, answers, expected) => {
  expect(await checkFreshness(COUNTED as PrometheusIndicator, 86_400, await access(answering(answers)))).toMatchObject(
    expected,
  );
});
