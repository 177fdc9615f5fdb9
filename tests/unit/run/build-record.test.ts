import { describe, expect, it } from 'vitest';
import type { Evidence, Row } from '../../../src/probe/schema.ts';
import { buildRecord } from '../../../src/run/build-record.ts';
import type { CollectedResult, CollectedRun, CollectedTest } from '../../../src/run/collected.ts';
import { runRecordSchema } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { healthyRecord, ROWS } from '../verdict/sample-record.ts';

const { plan, startedAt, endedAt, frontDoor, layers } = healthyRecord();
const context = { startedAt, frontDoor, commit: {}, layers, filters: [] };
const [IDENTITY, HEALTH] = ROWS as [Row, Row];

function evidence(rows: readonly Row[], over: Partial<Evidence> = {}): Evidence {
  return { schema: 'gate10/evidence/v1', runId: 'run-1', planDigest: plan.digest, rows: [...rows], ...over };
}

function test(
  project: string,
  found: readonly Evidence[],
  over: Partial<CollectedTest> = {},
  result: Partial<CollectedResult> = {},
): CollectedTest {
  const one: CollectedResult = {
    retry: 0,
    status: 'passed',
    durationMs: 1,
    errors: [],
    assertions: 1,
    swallowed: [],
    unfinished: [],
    unreadable: [],
    evidence: found,
    ...result,
  };
  return {
    id: project,
    name: `${project} test`,
    project,
    file: 'a.spec.ts',
    line: 1,
    expectedStatus: 'passed',
    outcome: 'expected',
    annotations: [],
    results: [one],
    ...over,
  };
}

const settle = test('settle', [
  evidence([IDENTITY], { plan, context, identity: [{ at: startedAt, via: 'app', commit: 'a'.repeat(40) }] }),
]);
const production = test('production', [evidence([HEALTH])]);
const confirm = test('confirm', [evidence([], { controls: { good: 'passed', bad: 'failed' } })]);

function record(over: Partial<CollectedRun>, blobConfigured = false) {
  const run: CollectedRun = {
    mode: 'test',
    runnerVersion: '1.65.1',
    status: 'passed',
    forbidOnly: true,
    tests: [settle, production, confirm],
    errors: [],
    filters: [],
    ...over,
  };
  return runRecordSchema.parse(
    buildRecord({ run, plan, context, runId: 'run-1', endedAt, node: '24', argv: [], blobConfigured }),
  );
}
const codes = (over: Partial<CollectedRun>) => record(over).integrity.map(({ code }) => code);

describe('the run record', () => {
  it('of a whole run has no findings and passes', () => {
    const built = record({});
    expect(built.integrity).toEqual([]);
    expect(judge(built)).toMatchObject({ verdict: 'passed', complete: true });
  });

  it('keeps planned rows that nobody observed as not-run', () => {
    const built = record({ tests: [settle, confirm] });
    expect(built.rows.find(({ id }) => id === HEALTH.id)).toMatchObject({ status: 'inconclusive', reason: 'not-run' });
    expect(built.integrity.map(({ code }) => code)).toContain('missing-row');
  });

  it('is the same, byte for byte, for the same run', () => {
    expect(JSON.stringify(record({}))).toBe(JSON.stringify(record({})));
  });

  it.each<[string, Partial<CollectedRun>, string]>([
    [
      'evidence of another plan',
      { tests: [settle, test('production', [evidence([HEALTH], { planDigest: 'x' })]), confirm] },
      'mixed-runs',
    ],
    [
      'evidence of another run',
      { tests: [settle, test('production', [evidence([HEALTH], { runId: 'run-2' })]), confirm] },
      'mixed-runs',
    ],
    [
      'one row in two tests',
      { tests: [settle, production, test('production', [evidence([HEALTH])]), confirm] },
      'duplicate-row',
    ],
    [
      'evidence that cannot be read',
      { tests: [settle, test('production', [evidence([HEALTH])], {}, { unreadable: ['x'] }), confirm] },
      'no-evidence',
    ],
    ['a reporter’s error', { errors: [{ origin: 'reporter', message: 'boom' }] }, 'global-error'],
    ['a runner that failed for no visible reason', { status: 'failed' }, 'overruled'],
    [
      'a runner that passed in spite of a failed test',
      {
        tests: [
          settle,
          test(
            'production',
            [evidence([HEALTH])],
            { outcome: 'unexpected' },
            { status: 'failed', errors: ['x'], breakage: 'assertion' },
          ),
          confirm,
        ],
      },
      'overruled',
    ],
    ['a global time limit', { status: 'timedout' }, 'interrupted'],
    [
      'a shard missing from a merge',
      {
        mode: 'merge',
        tests: [settle, test('production', [evidence([HEALTH], { shard: { current: 1, total: 2 } })]), confirm],
      },
      'missing-shard',
    ],
    [
      'shards cut differently',
      {
        mode: 'merge',
        tests: [
          settle,
          test('production', [evidence([HEALTH], { shard: { current: 1, total: 2 } })]),
          test('confirm', [evidence([], { shard: { current: 1, total: 3 } })]),
        ],
      },
      'mixed-runs',
    ],
  ])('names %s', (_, over, code) => {
    expect(codes(over)).toContain(code);
    expect(judge(record(over)).verdict === 'passed').toBe(false);
  });

  it('joins what several shards settled: the worst wins', () => {
    const [one, two] = [1, 2].map((current) => ({ shard: { current, total: 2 } }));
    const bad: Row = { ...IDENTITY, status: 'failed', message: 'old build' };
    const built = record({
      mode: 'merge',
      tests: [test('settle', [evidence([IDENTITY], one)]), test('settle', [evidence([bad], two)]), production, confirm],
    });
    expect(built.rows.find(({ id }) => id === IDENTITY.id)?.status).toBe('failed');
    expect(built.integrity.map(({ code }) => code)).not.toContain('duplicate-row');
  });
});
