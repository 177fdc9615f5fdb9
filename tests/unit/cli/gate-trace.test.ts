/** `gate10 gate` and its span: kept always, sent where a receiver is named, and never what decides. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type GateDecision, gateDecisionSchema, gateInputsSchema } from '../../../src/release/gate/schema.ts';
import { type GateSpan, type TraceRequest, toGateTrace } from '../../../src/release/trace/gate-span.ts';
import { type Served, sendJson, serve } from '../probe/serve.ts';
import { traceRequestSchema } from '../release/trace/otlp-json.ts';
import { type ReleaseStand, releaseStand } from './release-stand.ts';

const SECRET = 'a-key-that-nobody-may-see';
const PARENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

interface Asked {
  readonly code: number;
  readonly stderr: string;
  readonly decision: GateDecision;
  readonly trace: TraceRequest;
  readonly span: GateSpan | undefined;
}

/** Without a manifest: what it decides does not matter here, and is the same every time. */
async function ask(stand: ReleaseStand, env: Readonly<Record<string, string>>, ...args: string[]): Promise<Asked> {
  const { code, stdout, stderr } = await stand.gate10With(env, 'gate', '--json', ...args);
  const decision = gateDecisionSchema.parse(JSON.parse(stdout));
  const kept = (name: string): unknown =>
    JSON.parse(readFileSync(path.join(stand.folder, '.gate10/decisions', decision.id, name), 'utf8'));
  const trace = kept('trace.otlp.json') as TraceRequest;
  expect(traceRequestSchema.safeParse(trace).error).toBeUndefined();
  const about = { system: 'mosaic', shadow: args.includes('--shadow') };
  expect(toGateTrace(gateInputsSchema.parse(kept('inputs.json')), decision, about)).toEqual(trace);
  expect(`${stdout}${stderr}${JSON.stringify(trace)}`).not.toContain(SECRET);
  return { code, stderr, decision, trace, span: trace.resourceSpans[0]?.scopeSpans[0]?.spans[0] };
}

async function receiver(
  answer: (attempt: number) => readonly [number, unknown],
): Promise<Served & { bodies: string[] }> {
  const bodies: string[] = [];
  const served = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      sendJson(response, ...answer(bodies.length));
    });
  });
  open.push(served);
  return Object.assign(served, { bodies });
}

it('keeps the span, sends the same where a receiver is named, and decides the same again without it', async () => {
  const stand = await releaseStand();
  const before = Date.now();
  const quiet = await ask(stand, {});
  expect([quiet.code, quiet.stderr]).toEqual([3, '']);
  expect(quiet.span).toMatchObject({ name: 'deployment.gate', traceId: quiet.decision.traceId, status: { code: 2 } });
  expect(quiet.span).not.toHaveProperty('parentSpanId');
  const [start, end] = [quiet.span?.startTimeUnixNano, quiet.span?.endTimeUnixNano].map((nano) => Number(nano) / 1e6);
  expect([before <= (start ?? 0), (start ?? 0) <= (end ?? 0), (end ?? 0) <= Date.now()]).toEqual([true, true, true]);

  const { url, bodies, seen } = await receiver(() => [200, {}]);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: `x-key=${SECRET}` };
  const sent = await ask(stand, { ...env, TRACEPARENT: `00-${PARENT.traceId}-${PARENT.spanId}-01` }, '--shadow');
  expect([sent.code, sent.stderr, sent.decision.verdict]).toEqual([0, '', 'inconclusive']);
  expect(bodies.map((body) => JSON.parse(body))).toEqual([sent.trace]);
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1/traces', headers: { 'x-key': SECRET } });
  expect(sent.decision.traceId).toBe(PARENT.traceId);
  expect(sent.span).toMatchObject({ traceId: PARENT.traceId, parentSpanId: PARENT.spanId });
  expect(sent.span).not.toHaveProperty('status');
  const listed = JSON.parse((await stand.gate10('gate', 'list', '--json')).stdout) as { id: string; traceId: string }[];
  expect(listed.map(({ traceId }) => traceId)).toEqual([quiet.decision.traceId, PARENT.traceId]);

  const again = await stand.gate10With(env, 'gate', 'replay', sent.decision.id, '--json');
  expect(JSON.parse(again.stdout)).toEqual(sent.decision);
  expect(bodies.length).toBe(1);

  const own = await ask(stand, { TRACEPARENT: `00-${'0'.repeat(32)}-${PARENT.spanId}-01` });
  expect(own.decision.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
  expect(own.span).not.toHaveProperty('parentSpanId');
});

it('decides the same whatever becomes of the span, and says so', async () => {
  const stand = await releaseStand();
  const failing = await receiver(() => [503, { message: SECRET }]);
  const refusing = await receiver(() => [403, { message: SECRET }]);
  const gone = await receiver(() => [200, {}]);
  await gone.close();
  const rows: readonly [Record<string, string>, RegExp][] = [
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: failing.url, OTEL_EXPORTER_OTLP_TIMEOUT: '300' },
      /^The span was not delivered to http:\/\/127\.0\.0\.1:\d+: it answers 503.*\. It is kept: \.gate10\/decisions\/.*\/trace\.otlp\.json\n$/,
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${refusing.url}/in?key=${SECRET}` },
      /to http:\/\/127\.0\.0\.1:\d+: it answers 403 \(attempts: 1\)/,
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: gone.url, OTEL_EXPORTER_OTLP_TIMEOUT: '200' }, /it cannot be reached/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: SECRET }, /^The span was not sent: OTEL_EXPORTER_OTLP_ENDPOINT is no http/],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: refusing.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /^The span was not sent: OTEL_EXPORTER_OTLP_PROTOCOL asks for another protocol/,
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: refusing.url, OTEL_EXPORTER_OTLP_HEADERS: SECRET },
      /^The span was not sent: OTEL_EXPORTER_OTLP_HEADERS is no list/,
    ],
  ];
  for (const [env, said] of rows) {
    const { code, stderr, decision } = await ask(stand, { OTEL_EXPORTER_OTLP_HEADERS: `x-key=${SECRET}`, ...env });
    expect([code, decision.exitCode, decision.verdict], stderr).toEqual([3, 3, 'inconclusive']);
    expect(stderr).toMatch(said);
  }
  expect(refusing.bodies.length).toBe(1);
});
