/** The span of a decision, as a receiver of OTLP reads it. */
import { describe, expect, it, test } from 'vitest';
import { decide } from '../../../../src/release/gate/decide.ts';
import { type GateSpan, toGateTrace } from '../../../../src/release/trace/gate-span.ts';
import { COMMIT, digest, goodInputs, lose } from '../gate/gate-stand.ts';
import { manifest, type Spoil } from '../gate/spoil.ts';
import { traceRequestSchema } from './otlp-json.ts';

function traceOf(spoil: Spoil = () => undefined, shadow = false) {
  const inputs = goodInputs();
  inputs.readAt = '2026-11-22T09:00:01.250Z';
  spoil(inputs);
  const decision = decide(inputs);
  const request = toGateTrace(inputs, decision, { system: 'careers', shadow });
  expect(traceRequestSchema.safeParse(request).error).toBeUndefined();
  return { request, decision };
}

function spanOf(spoil?: Spoil, shadow?: boolean): GateSpan {
  const [span, ...others] = traceOf(spoil, shadow).request.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  expect(others).toEqual([]);
  if (span === undefined) throw new Error('There is no span.');
  return span;
}

const named = (attributes: GateSpan['attributes']): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
const early = manifest((value) => {
  if (value.rollout !== null) value.rollout.notBefore = '2026-11-22T10:00:00.000Z';
});

describe('the span of a decision', () => {
  it('says of a gate that opens what it was about, and has no status', () => {
    const { request } = traceOf();
    const [resource] = request.resourceSpans;
    expect(named(resource?.resource.attributes ?? [])).toEqual({
      'service.name': 'gate10',
      'service.version': '0.1.0',
    });
    const span = spanOf();
    expect(span).toMatchObject({
      name: 'deployment.gate',
      traceId: '1'.padStart(32, '0'),
      kind: 1,
      flags: 0x101,
      // 2026-11-22T09:00:00Z
      startTimeUnixNano: '1795338000000000000',
      endTimeUnixNano: '1795338001250000000',
    });
    expect(span).not.toHaveProperty('status');
    expect(span).not.toHaveProperty('parentSpanId');
    expect(named(span.attributes)).toEqual({
      'deployment.environment.name': 'production',
      'vcs.ref.head.revision': COMMIT,
      'cicd.pipeline.task.name': 'deployment.gate',
      'cicd.pipeline.task.run.id': 'gate-20261122090000-00000001',
      'cicd.pipeline.task.run.result': 'success',
      'gate10.gate.decision.id': 'gate-20261122090000-00000001',
      'gate10.gate.system': 'careers',
      'gate10.gate.release': 'v1.4.0',
      'gate10.gate.verdict': 'passed',
      'gate10.gate.manifest.sha256': digest('5'),
      'gate10.gate.scorecard.sha256': digest('4'),
      'gate10.gate.inputs.sha256': traceOf().decision.inputsSha256,
      'gate10.gate.exit_code': '0',
      'gate10.gate.shadow': false,
    });
  });

  it.each<[string, Spoil, string, string, string]>([
    ['failed', early, '1', 'the rollout window opens', 'too-early'],
    ['inconclusive', (inputs) => lose(inputs, 'proof'), '3', 'proof is missing', 'proof-missing'],
  ])('is an error where it blocks: %s', (verdict, spoil, exit, message, code) => {
    const span = spanOf(spoil);
    expect(span.status).toEqual({ code: 2, message: expect.stringContaining(message) });
    expect(named(span.attributes)).toMatchObject({
      'cicd.pipeline.task.run.result': 'failure',
      'error.type': verdict,
      'gate10.gate.verdict': verdict,
      'gate10.gate.exit_code': exit,
    });
    expect(named(span.events[0]?.attributes ?? [])).toMatchObject({ 'gate10.gate.reason.code': code });
  });

  it('is no error in the shadow, where nothing is blocked, and says the verdict all the same', () => {
    const span = spanOf(early, true);
    expect(span).not.toHaveProperty('status');
    expect(named(span.attributes)).toMatchObject({
      'cicd.pipeline.task.run.result': 'success',
      'gate10.gate.verdict': 'failed',
      'gate10.gate.exit_code': '0',
      'gate10.gate.shadow': true,
    });
    expect(named(span.attributes)).not.toHaveProperty('error.type');
  });

  it('has every reason as an event, the worst first', () => {
    const { decision } = traceOf(early);
    const events = spanOf(early).events.map(({ attributes }) => named(attributes));
    expect(events.length).toBe(decision.reasons.length);
    const worst = decision.reasons.find(({ code }) => code === 'too-early');
    expect(events[0]).toEqual({
      'gate10.gate.reason.rule': 'window',
      'gate10.gate.reason.status': 'failed',
      'gate10.gate.reason.code': 'too-early',
      'gate10.gate.reason.message': worst?.message,
      'gate10.gate.reason.fix': worst?.fix,
    });
  });

  it('has no more events than a reader takes, and says how many there were', () => {
    const span = spanOf((inputs) => {
      inputs.artifacts = Array.from({ length: 200 }, (_, index) => ({
        path: `dist/${index}`,
        state: 'changed' as const,
      }));
    });
    expect(span.events.length).toBe(128);
    expect(span.droppedEventsCount).toBeGreaterThan(70);
    expect(span.events.every(({ attributes }) => named(attributes)['gate10.gate.reason.status'] === 'failed')).toBe(
      true,
    );
  });

  it('is one of the trace that asked for it', () => {
    const span = spanOf((inputs) => {
      inputs.parentSpanId = 'eee19b7ec3c1b173';
    });
    expect(span).toMatchObject({ parentSpanId: 'eee19b7ec3c1b173', flags: 0x301 });
  });

  it('is the same for the same inputs, and another for another decision', () => {
    expect(JSON.stringify(traceOf().request)).toBe(JSON.stringify(traceOf().request));
    const other = spanOf((inputs) => {
      inputs.id = 'gate-20261122090000-00000002';
    });
    expect(other.spanId).not.toBe(spanOf().spanId);
  });

  it('ends when it begins where nobody wrote down the end, or a clock went back', () => {
    for (const readAt of [undefined, '2026-11-22T08:59:59.000Z']) {
      const span = spanOf((inputs) => {
        if (readAt === undefined) delete inputs.readAt;
        else inputs.readAt = readAt;
      });
      expect(span.endTimeUnixNano).toBe(span.startTimeUnixNano);
    }
  });

  it('holds no escape sequence and no half of a character', () => {
    const span = spanOf((inputs) => {
      inputs.proof = { state: 'unusable', why: 'a\u001b[2Jb \ud800 c', fix: 'x' };
    });
    expect(span.status?.message).toBe('ab \ufffd c');
  });

  it('says nothing of a release and a commit that it does not know', () => {
    const span = spanOf((inputs) => {
      lose(inputs, 'manifest');
      delete inputs.commit;
    });
    const keys = Object.keys(named(span.attributes));
    for (const key of ['vcs.ref.head.revision', 'gate10.gate.release', 'gate10.gate.manifest.sha256'])
      expect(keys).not.toContain(key);
  });
});

/** By hand, of the form of opentelemetry-proto's examples/trace.json. */
const EXAMPLE = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [
        {
          scope: { name: 'library', version: '1.0.0', attributes: [{ key: 'a', value: { stringValue: 'b' } }] },
          spans: [
            {
              traceId: '5B8EFFF798038103D269B633813FC60C',
              spanId: 'EEE19B7EC3C1B174',
              parentSpanId: 'EEE19B7EC3C1B173',
              name: 'a server span',
              startTimeUnixNano: '1544712660000000000',
              endTimeUnixNano: '1544712661000000000',
              kind: 2,
              attributes: [{ key: 'count', value: { intValue: '3' } }],
            },
          ],
        },
      ],
    },
  ],
};

test('the schema of these tests takes the example of opentelemetry-proto', () => {
  expect(traceRequestSchema.safeParse(EXAMPLE).error).toBeUndefined();
});

test.each<[string, RegExp, string]>([
  ['ids in base64', /5B8EFFF798038103D269B633813FC60C/, 'W47/95gDgQPSabYzgT/GDA=='],
  ['an id of zeroes', /EEE19B7EC3C1B174/, '0000000000000000'],
  ['an enum by its name', /"kind":2/, '"kind":"SPAN_KIND_SERVER"'],
  ['a time with a fraction', /"1544712660000000000"/, '"1544712660.5"'],
  ['an end before the beginning', /1544712661000000000/, '1544712659000000000'],
  ['names as in the proto file', /"traceId"/, '"trace_id"'],
  ['a number where a value stands', /\{"intValue":"3"\}/, '3'],
  ['a name that the protocol does not have', /"name":"a server span"/, '"name":"x","verdict":"passed"'],
])('the schema of these tests refuses %s', (_, found, put) => {
  const text = JSON.stringify(EXAMPLE);
  expect(text).toMatch(found);
  expect(traceRequestSchema.safeParse(JSON.parse(text.replace(found, put))).success).toBe(false);
});
