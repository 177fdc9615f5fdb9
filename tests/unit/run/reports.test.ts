import { validate } from 'ctrf';
import { describe, expect, it } from 'vitest';
import { toCtrf } from '../../../src/run/ctrf.ts';
import { toJUnit } from '../../../src/run/junit.ts';
import { healthyRecord, ROWS, row } from '../verdict/sample-record.ts';

const record = healthyRecord({
  rows: [
    ...ROWS,
    row('runtime.broken', {
      status: 'failed',
      message: 'answers <b>\u0000 & "500"',
      expected: '200',
      actual: '500',
      source: 'contracts/system.yaml:14',
    }),
    row('runtime.slow', { status: 'warned', message: 'slow' }),
    row('runtime.limited', { status: 'inconclusive', reason: 'insufficient', message: '429' }),
    row('runtime.never', { status: 'inconclusive', reason: 'not-run' }),
  ],
  integrity: [
    { code: 'flaky', verdict: 'warned', message: 'passed on attempt 2' },
    { code: 'skipped', verdict: 'inconclusive', message: 'was skipped' },
  ],
});

describe('CTRF', () => {
  it('is valid and has one test per promise and integrity finding', () => {
    const report = toCtrf(record);
    const result = validate(report);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(report['results']).toMatchObject({ summary: { tests: 8, passed: 4, failed: 1, skipped: 1, other: 2 } });
  });

  it('that lacks its summary is refused by the same validator', () => {
    expect(validate({ ...toCtrf(record), results: { tests: [] } }).valid).toBe(false);
  });
});

describe('JUnit', () => {
  const xml = toJUnit(record);
  it('counts failures, errors and skips apart', () => {
    expect(xml).toContain('<testsuite name="Backend runtime" tests="5" failures="1" errors="1" skipped="1"');
  });
  it('escapes what came from the target and drops what XML forbids', () => {
    expect(xml).toContain('message="answers &lt;b&gt; &amp; &quot;500&quot;"');
    expect(xml).not.toContain('\u0000');
  });
});
