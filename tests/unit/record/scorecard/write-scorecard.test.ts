/** The files that a production run leaves, read back against their schemas. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256Hex } from '../../../../src/contract/canonical.ts';
import {
  type ReadinessMetrics,
  readinessLogSchema,
  readinessMetricsSchema,
  readinessReportSchema,
} from '../../../../src/record/scorecard/report-schema.ts';
import { type Scorecard, scorecardSchema } from '../../../../src/record/scorecard/scorecard-schema.ts';
import { sealRun } from '../../../../src/record/seal.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { brokenAt, COMMIT, NOW, OTHER_COMMIT, of, openState, runAt, seal } from '../sealed-state.ts';
import { block, put, read } from './state-folder.ts';

const SLIS: ReturnType<typeof runAt>['slis'] = [
  {
    ...{ name: 'latency-p95', n: 500, misses: 3, value: 174, bound: 190, objective: 200, unit: 'ms' },
    ...{ confidence: 0.95, status: 'passed', p50: 41 },
  },
  {
    ...{ name: 'availability', n: 500, misses: 1, value: 0.998, bound: 0.99, objective: 0.999, gate: 0.99 },
    ...{ unit: 'ratio', confidence: 0.95, status: 'passed' },
  },
];

async function afterRun(record = runAt(1)) {
  const state = await openState();
  const files = await seal(state, record);
  return { ...state, files };
}

function metric(stateDir: string, name: string, suite?: string): number | null | undefined {
  const { metrics } = read<ReadinessMetrics>(stateDir, 'readiness_metrics.json');
  return metrics.find((each) => each.name === name && each.attributes?.['suite'] === suite)?.value;
}

describe('after a production run', () => {
  it('lie scorecard, archive, statement, report, metrics and log, and the run names them', async () => {
    const { stateDir, files } = await afterRun();
    const archived = '20261121T100500000Z_embedded_aaaaaaaaaaaa';
    expect(files).toEqual(
      expect.arrayContaining([
        'readiness-scorecard.json',
        'readiness_scorecards/latest.json',
        `readiness_scorecards/${archived}.json`,
        'readiness-scorecard.intoto.json',
        'readiness_report.json',
        'readiness_metrics.json',
        `readiness_logs/${archived}.jsonl`,
      ]),
    );
    expect(files.map((file) => readFileSync(path.join(stateDir, file)).length).filter((size) => size === 0)).toEqual(
      [],
    );
  });

  it.each([
    ['readiness-scorecard.json', scorecardSchema],
    ['readiness_scorecards/latest.json', scorecardSchema],
    ['readiness_report.json', readinessReportSchema],
    ['readiness_metrics.json', readinessMetricsSchema],
  ] as const)('%s is of its schema, in zod and as JSON Schema', async (name, schema) => {
    const { stateDir } = await afterRun(brokenAt(1, { slis: SLIS, owner: 'platform' }));
    const value: object = read(stateDir, name);
    expect(schema.parse(value)).toEqual(value);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      z.toJSONSchema(schema, { io: 'input' }),
    );
    expect([validate(value), validate.errors]).toEqual([true, null]);
    expect(validate({ ...value, of_a_newer_gate10: 1 })).toBe(true);
    expect(validate({ ...value, generated_at: 5 })).toBe(false);
  });

  it("has the readiness programme's fields in the scorecard", async () => {
    const { stateDir } = await afterRun(runAt(1, { slis: SLIS, owner: 'platform' }));
    expect(read(stateDir, 'readiness-scorecard.json')).toMatchObject({
      release: COMMIT,
      suites: [{ name: 'production', status: 'passed', duration: 9, p95_latency_ms: 174 }],
      waivers: [],
      generated_at: NOW.toISOString(),
      owner: 'platform',
      overall_passed: true,
      dora: { status: 'measured', deployment_frequency: { total_deployments: 1 } },
    });
  });

  it('are the metrics that monitoring asks for, null where nothing is known', async () => {
    const { stateDir } = await afterRun(runAt(1, { slis: SLIS }));
    expect(metric(stateDir, 'readiness.passed')).toBe(1);
    expect(metric(stateDir, 'readiness.latency.p95')).toBe(174);
    expect(metric(stateDir, 'readiness.latency.p99')).toBeNull();
    expect(metric(stateDir, 'readiness.error_rate')).toBe(1 / 500);
    expect(metric(stateDir, 'readiness.flake_rate')).toBeNull();
    expect(metric(stateDir, 'readiness.suite.duration', 'production')).toBe(9);
    expect(metric(stateDir, 'readiness.suite.passed', 'production')).toBe(1);
  });

  it('have a flake rate where flake.json counts, and none where it is stale', async () => {
    const state = await openState();
    put(state.stateDir, 'flake.json', block({ totals: { flake_rate: 0.02 } }));
    await seal(state, runAt(1));
    expect(metric(state.stateDir, 'readiness.flake_rate')).toBe(0.02);
    await seal(state, runAt(2, of(OTHER_COMMIT)));
    expect(metric(state.stateDir, 'readiness.flake_rate')).toBeNull();
  });

  it('of a broken run say so', async () => {
    const { stateDir } = await afterRun(brokenAt(1));
    expect(metric(stateDir, 'readiness.passed')).toBe(0);
    expect(metric(stateDir, 'readiness.suite.passed', 'production')).toBe(0);
    expect(read(stateDir, 'readiness_report.json')).toMatchObject({
      overall_passed: false,
      failures: [{ check: 'runtime.health', status: 'failed', severity: 'P0' }],
      pillars: [{ name: 'deployment-governance', status: 'failed' }, { status: 'unknown' }, { status: 'unknown' }],
    });
  });

  it('the report names the other files with the digests of their bytes', async () => {
    const { stateDir } = await afterRun();
    const { files } = readinessReportSchema.parse(read(stateDir, 'readiness_report.json'));
    expect(files.map(({ what }) => what)).toEqual(['scorecard', 'statement', 'metrics']);
    for (const { file, sha256 } of files) {
      expect(sha256Hex(readFileSync(path.join(stateDir, file)))).toBe(sha256);
    }
  });

  it('each log line has the fields of the programme, and an escape sequence of a system is none there', async () => {
    const message = '/health answers \u001b[31m500';
    const { stateDir, files } = await afterRun(
      brokenAt(1, { rows: brokenAt(1).rows.map((row) => ({ ...row, message })) }),
    );
    const log = files.find((file) => file.startsWith('readiness_logs')) ?? '';
    const text = readFileSync(path.join(stateDir, log), 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => readinessLogSchema.parse(JSON.parse(line)));
    expect(Object.keys(lines[0] ?? {})).toEqual([
      ...['timestamp', 'tenant', 'environment', 'component', 'command', 'artifact', 'trace_id', 'span_id'],
      ...['outcome', 'duration_ms', 'error'],
    ]);
    expect(lines).toMatchObject([
      { component: 'readiness', outcome: 'failed', duration_ms: 9000 },
      { component: 'layer.code-authority', outcome: 'ok', error: null },
      { component: 'layer.runtime', outcome: 'failed', error: 'runtime.health' },
    ]);
    expect(text).not.toContain('\\u001b');
  });
});

describe('a field that this gate10 does not know', () => {
  it('stays in the file when the next run writes it anew, and opens nothing', async () => {
    const { stateDir, ledger } = await afterRun();
    const names = ['readiness-scorecard.json', 'readiness_report.json', 'readiness_metrics.json'];
    for (const name of names)
      put(stateDir, name, { ...read<object>(stateDir, name), of_a_newer_gate10: { deep: [1] } });
    const next = brokenAt(2);
    await sealRun({ stateDir, ledger, record: next, verdict: judge(next), now: () => NOW });
    for (const name of names)
      expect(read(stateDir, name)).toMatchObject({ run_id: 'run-2', of_a_newer_gate10: { deep: [1] } });
    expect(read<Scorecard>(stateDir, 'readiness-scorecard.json').overall_passed).toBe(false);
  });

  it('takes the place of none that it does know', async () => {
    const { stateDir, ledger } = await afterRun(brokenAt(1));
    const { reason: _, ...card } = read<Scorecard>(stateDir, 'readiness-scorecard.json');
    put(stateDir, 'readiness-scorecard.json', { ...card, overall_passed: true, reason: 'blind', verdict: 'passed' });
    await seal({ stateDir, ledger }, brokenAt(2));
    const after = read<Scorecard>(stateDir, 'readiness-scorecard.json');
    expect(after).toMatchObject({ overall_passed: false, verdict: 'failed' });
    expect(after).not.toHaveProperty('reason');
  });

  it.each([
    ['half a file', '{"schema":"gate10/scorecard/v1","x":'],
    ['a file of somebody else', { schema: 'theirs', theirs: 1 }],
    ['a list', '[1]'],
  ])('is not kept from %s', async (_, value) => {
    const state = await openState();
    put(state.stateDir, 'readiness-scorecard.json', value);
    await seal(state, runAt(1));
    const card = read(state.stateDir, 'readiness-scorecard.json');
    expect(Object.keys(card)).toEqual(Object.keys(scorecardSchema.shape).filter((key) => key in card));
  });
});

describe('the latest scorecard', () => {
  it('stays the one of the run that ended last, whoever is sealed last', async () => {
    const { stateDir, ledger } = await afterRun(brokenAt(4));
    const files = await seal({ stateDir, ledger }, runAt(2));
    expect(read(stateDir, 'readiness-scorecard.json')).toMatchObject({ run_id: 'run-4', overall_passed: false });
    expect(files.some((file) => /^readiness_scorecards\/2026/.test(file))).toBe(true);
  });

  it.each([
    ['of the future', { ended_at: '2036-01-01T00:00:00.000Z' }],
    ['of another run', { ended_at: NOW.toISOString(), run_id: 'run-9' }],
  ])('is not held back by one that claims to be %s', async (_, claim) => {
    const { stateDir, ledger } = await afterRun(runAt(1));
    put(stateDir, 'readiness-scorecard.json', { ...read<object>(stateDir, 'readiness-scorecard.json'), ...claim });
    await seal({ stateDir, ledger }, brokenAt(2));
    expect(read(stateDir, 'readiness-scorecard.json')).toMatchObject({ run_id: 'run-2', overall_passed: false });
  });

  it('is there as a whole or not at all', async () => {
    const state = await openState();
    mkdirSync(path.join(state.stateDir, 'readiness_metrics.json'), { recursive: true });
    await expect(seal(state, runAt(1))).rejects.toThrow(/Failed to write .*readiness_metrics\.json/);
    expect(scorecardSchema.safeParse(read(state.stateDir, 'readiness-scorecard.json')).success).toBe(true);
    expect(readdirSync(state.stateDir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
