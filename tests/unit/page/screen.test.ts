import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../src/page/progress.ts';
import { drawScreen } from '../../../src/page/screen.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { healthyRecord, ROWS, row } from '../verdict/sample-record.ts';

function screen(over: Partial<RunRecord> = {}, columns = 80, colour = false): string {
  const record = healthyRecord(over);
  return drawScreen({ record, verdict: judge(record), files: ['.gate10/runs/run-1/record.json'], colour, columns });
}

describe('the screen', () => {
  it('draws the user path from left to right, and says the verdict with its exit code', () => {
    const text = screen();
    expect(text).toContain('User → DNS · → TLS · → Frontend · → Proxy · → Backend ✓ → Database · → APIs ·');
    expect(text).toContain('PASSED  exit 0');
    expect(text).toContain('.gate10/runs/run-1/record.json');
  });

  it('shows each failure with expected, actual and the place of its promise', () => {
    const text = screen({
      rows: [
        ...ROWS,
        row('runtime.x', {
          status: 'failed',
          message: 'answers 500',
          expected: '200',
          actual: '500',
          source: 'contracts/system.yaml:14',
        }),
      ],
    });
    expect(text).toMatch(/✗ runtime\.x: answers 500\n {2}expected 200, got 500\n {2}contracts\/system\.yaml:14/);
    expect(text).toContain('Backend ✗');
    expect(text).toContain('FAILED  exit 1');
  });

  it('shows service levels with n, bound and objective, and what is new', () => {
    const text = screen({
      slis: [
        {
          name: 'latency-p95',
          n: 3000,
          misses: 2,
          value: 12.34,
          bound: 15,
          objective: 500,
          unit: 'ms',
          confidence: 0.95,
          status: 'passed',
        },
      ],
      plan: {
        ...healthyRecord().plan,
        newOperations: ['GET /reranker/health', 'GET /unseen'],
        previousCommit: 'b'.repeat(40),
      },
      rows: [...ROWS, row('endpoints.new.GET /reranker/health')],
    });
    expect(text).toContain('latency-p95   12.3 ms    bound ≤ 15 ms (95 %), n 3000, objective ≤ 500 ms');
    expect(text).toContain('✓ GET /reranker/health');
    expect(text).toContain('? GET /unseen');
  });

  it.each([80, 100, 40])('fits into %i columns', (columns) => {
    const long = row('runtime.long', { status: 'failed', message: 'word '.repeat(80) });
    const lines = screen({ rows: [...ROWS, long] }, columns)
      .split('\n')
      .filter((line) => !line.startsWith('.gate10/'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('is plain without colour, coloured with it', () => {
    expect(screen()).not.toContain('\u001b');
    expect(screen({}, 80, true)).toContain('\u001b[32m');
  });

  it('lets no escape sequence and no CI command through', () => {
    const evil = '::set-output name=x::y \u001b[2J\u001b]0;owned\u0007';
    const text = screen({
      rows: [...ROWS, row('runtime.x', { status: 'failed', message: evil })],
      commit: { subject: evil },
      system: '::x',
    });
    expect(text).not.toContain('\u001b');
    expect(text.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
  });
});

describe('progress', () => {
  it.each<[string, boolean, string]>([
    ['is a line per phase in a log', false, 'one\ntwo\n'],
    ['is one rewritten line on a terminal', true, '\r\u001b[2Kone\r\u001b[2Ktwo\r\u001b[2K'],
  ])('%s', (_, tty, expected) => {
    let written = '';
    const progress = createProgress({
      write: (text) => {
        written += text;
      },
      tty,
      columns: 80,
    });
    for (const text of ['one', 'one', 'two']) progress.show(text);
    progress.end();
    expect(written).toBe(expected);
  });
});
