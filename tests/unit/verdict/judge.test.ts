import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/probe/schema.ts';
import { integrityFindingSchema, type RunRecord, runRecordSchema } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { type VerdictRecord, verdictRecordSchema } from '../../../src/verdict/schema.ts';
import fc from '../seeded.ts';
import { healthyRecord, PLANNED, plannedRow, ROWS, row } from './sample-record.ts';

const [IDENTITY, HEALTH] = ROWS as [Row, Row];
const health = (over: Partial<Row>): RunRecord['rows'] => [IDENTITY, { ...HEALTH, ...over }];
const finding = (
  code: RunRecord['integrity'][number]['code'],
  verdict: RunRecord['integrity'][number]['verdict'],
): RunRecord['integrity'] => [{ code, verdict, message: `because of ${code}` }];
const withoutLayer = (layer: string): RunRecord['layers'] => {
  const { [layer]: _gone, ...rest } = healthyRecord().layers;
  return rest;
};

type Expected = [verdict: string, exitCode: number, reason: string | undefined];

describe('the verdict', () => {
  it.each<[string, Partial<RunRecord>, Expected]>([
    ['everything planned was observed and kept', {}, ['passed', 0, undefined]],
    ['a row warns', { rows: health({ status: 'warned', message: 'slow' }) }, ['warned', 0, undefined]],
    ['a row failed', { rows: health({ status: 'failed' }) }, ['failed', 1, undefined]],
    [
      'a row cannot be judged',
      { rows: health({ status: 'inconclusive', reason: 'insufficient' }) },
      ['inconclusive', 3, 'insufficient'],
    ],
    [
      'a row failed and another cannot be judged',
      {
        rows: [
          { ...IDENTITY, status: 'inconclusive', reason: 'blind' },
          { ...HEALTH, status: 'failed' },
        ],
      },
      ['failed', 1, undefined],
    ],
    ['nothing was observed at all', { rows: [] }, ['inconclusive', 3, 'not-run']],
    ['a planned row is missing', { rows: [IDENTITY] }, ['inconclusive', 3, 'not-run']],
    ['a layer is undeclared', { layers: withoutLayer('dns') }, ['inconclusive', 3, 'not-run']],
    [
      'a declared layer has no row',
      { layers: { ...healthyRecord().layers, dns: 'declared' } },
      ['inconclusive', 3, 'not-run'],
    ],
    [
      'the known-good control is not green',
      { controls: { good: 'inconclusive', bad: 'failed' } },
      ['inconclusive', 70, 'blind'],
    ],
    ['the known-bad control is green', { controls: { good: 'passed', bad: 'passed' } }, ['inconclusive', 70, 'blind']],
    [
      'a blind runner saw a failure',
      {
        rows: health({ status: 'failed' }),
        controls: { good: 'failed', bad: 'failed' },
      },
      ['inconclusive', 70, 'blind'],
    ],
    [
      'the build changed during the run',
      {
        rows: health({ status: 'inconclusive', reason: 'wrong-build' }),
      },
      ['inconclusive', 3, 'wrong-build'],
    ],
    [
      'the build changed during the run and something else failed',
      {
        plan: { ...healthyRecord().plan, rows: [...PLANNED, plannedRow('runtime.x')] },
        rows: [...health({ status: 'inconclusive', reason: 'wrong-build' }), row('runtime.x', { status: 'failed' })],
      },
      ['inconclusive', 3, 'wrong-build'],
    ],
    [
      'the build changed and the identity check itself failed',
      {
        rows: [
          { ...IDENTITY, status: 'failed' },
          { ...HEALTH, status: 'inconclusive', reason: 'wrong-build' },
        ],
      },
      ['failed', 1, undefined],
    ],
    [
      'gate10 failed itself, whatever else',
      {
        rows: health({ status: 'failed' }),
        integrity: finding('global-error', 'own-fault'),
      },
      ['inconclusive', 70, 'blind'],
    ],
    ['the arguments are wrong', { integrity: finding('no-tests', 'wrong-input') }, ['inconclusive', 2, 'not-run']],
    ['a test asserts nothing', { integrity: finding('no-evidence', 'inconclusive') }, ['inconclusive', 3, 'not-run']],
    [
      'a test failed by its own assertion',
      { integrity: finding('runner-failure', 'failed') },
      ['failed', 1, undefined],
    ],
    [
      'a filtered run saw a failure',
      {
        rows: health({ status: 'failed' }),
        integrity: finding('filtered', 'inconclusive'),
      },
      ['failed', 1, undefined],
    ],
    ['a test was flaky', { integrity: finding('flaky', 'warned') }, ['warned', 0, undefined]],
  ])('when %s', (_, over, [verdict, exitCode, reason]) => {
    const judged = judge(runRecordSchema.parse(healthyRecord(over)));
    expect([judged.verdict, judged.exitCode, judged.reason]).toEqual([verdict, exitCode, reason]);
    expect(judged.because.length).toBeGreaterThan(0);
    expect(verdictRecordSchema.parse(judged)).toEqual(judged);
  });

  it('is inconclusive when the controls never ran', () => {
    const { controls: _none, ...record } = healthyRecord();
    expect(judge(record)).toMatchObject({ verdict: 'inconclusive', exitCode: 3, reason: 'not-run' });
    expect(judge({ ...record, rows: health({ status: 'failed' }) })).toMatchObject({ verdict: 'inconclusive' });
  });

  it.each(integrityFindingSchema.shape.code.options)('never passes with an inconclusive finding "%s"', (code) => {
    expect(judge(healthyRecord({ integrity: finding(code, 'inconclusive') })).verdict).toBe('inconclusive');
  });

  it('shows absent layers with their reason, and counts what is proven', () => {
    const judged = judge(healthyRecord());
    expect(judged.layers.find(({ layer }) => layer === 'dns')).toMatchObject({
      status: 'absent',
      why: expect.stringContaining('no such'),
    });
    expect(judged.coverage).toEqual({ proven: 2, of: 14, absent: 12 });
    expect(judged.complete).toBe(true);
  });

  it.each<[string, Row[], string]>([
    [
      'the proxy before the build that it hides',
      [
        row('code-authority.served-commit', { layer: 'code-authority', status: 'failed' }),
        row('integration.app-api./health', { layer: 'integration', status: 'failed' }),
      ],
      'integration: title of integration.app-api./health',
    ],
    [
      'a name that does not resolve before everything',
      [
        row('code-authority.served-commit', { layer: 'code-authority', status: 'failed' }),
        row('integration.app-api./health', { layer: 'integration', status: 'failed' }),
        row('dns.app', { layer: 'dns', status: 'failed' }),
      ],
      'dns: title of dns.app',
    ],
    [
      'the backend before the proxy in front of it',
      [
        row('integration.app-api./health', { layer: 'integration', status: 'failed' }),
        row('runtime.answers', { status: 'failed' }),
      ],
      'runtime: title of runtime.answers',
    ],
    [
      'the build before the promises that it breaks',
      [
        row('endpoints.x', { layer: 'endpoints', status: 'failed' }),
        row('code-authority.served-commit', { layer: 'code-authority', status: 'failed' }),
      ],
      'code-authority: title of code-authority.served-commit',
    ],
  ])('names %s', (_, failed, first) => {
    expect(judge(healthyRecord({ rows: failed })).because[0]).toBe(first);
  });

  it('says what to write for layers that are not declared, once', () => {
    const { dns: _dns, tls: _tls, ...layers } = healthyRecord().layers;
    const { because } = judge(healthyRecord({ layers }));
    expect(because).toEqual([
      expect.stringMatching(/^not declared, so not proven: dns, tls\..*"dns: \{ absent: "why" \}"/),
    ]);
  });

  it('says that a declared layer without a promise is empty', () => {
    const { because } = judge(healthyRecord({ layers: { ...healthyRecord().layers, dns: 'declared' } }));
    expect(because).toEqual([
      expect.stringMatching(/^dns: is declared, and nothing in the contract promises anything/),
    ]);
  });

  it('says that identity by version is weaker', () => {
    const judged = judge(
      healthyRecord({
        expected: { version: '1.4.0' },
        identity: [{ at: ROWS[0]?.at ?? '', via: 'app', version: '1.4.0' }],
      }),
    );
    expect(judged).toMatchObject({ verdict: 'passed', identityStrength: 'version' });
    expect(judged.because.join(' ')).toContain('version only');
  });
});

const opens = ({ verdict }: VerdictRecord): boolean => verdict === 'passed' || verdict === 'warned';
const status = fc.constantFrom<Row['status']>('passed', 'warned', 'failed', 'inconclusive');
const reason = fc.constantFrom('not-run', 'insufficient', 'stale', 'blind', 'wrong-build' as const);
const rows = fc
  .array(fc.record({ status, reason }), { maxLength: 6 })
  .map((all) =>
    all.map((one, index) =>
      row(`runtime.r${index}`, { status: one.status, ...(one.status === 'inconclusive' && { reason: one.reason }) }),
    ),
  );

function recordOf(extra: readonly Row[]): RunRecord {
  const plan = { ...healthyRecord().plan, rows: [...PLANNED, ...extra.map(({ id }) => plannedRow(id))] };
  return healthyRecord({ plan, rows: [...ROWS, ...extra] });
}

describe('monotonicity', () => {
  it('a further row that is not passed never opens what was closed, nor turns warned into passed', () => {
    fc.assert(
      fc.property(rows, status, reason, (base, worse, why) => {
        const added = row('runtime.added', { status: worse, ...(worse === 'inconclusive' && { reason: why }) });
        const [before, after] = [judge(recordOf(base)), judge(recordOf([...base, added]))];
        if (!opens(before)) expect(opens(after)).toBe(false);
        if (before.verdict === 'warned') expect(after.verdict).not.toBe('passed');
      }),
      { numRuns: 500 },
    );
  });

  it('removing observed rows never makes a run pass', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }), (base, gone) => {
        const record = recordOf(base);
        const kept = record.rows.filter((_, index) => !gone.includes(index));
        fc.pre(kept.length < record.rows.length);
        expect(opens(judge({ ...record, rows: kept }))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('any failed row with behaving controls and one build is "failed"', () => {
    fc.assert(
      fc.property(rows, (base) => {
        fc.pre(base.some((one) => one.status === 'failed') && !base.some((one) => one.reason === 'wrong-build'));
        expect(judge(recordOf(base)).verdict).toBe('failed');
      }),
      { numRuns: 300 },
    );
  });
});
