import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../src/page/progress.ts';
import { drawScreen } from '../../../src/page/screen.ts';
import type { SliResult } from '../../../src/probe/schema.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { healthyRecord, ROWS, row } from '../verdict/sample-record.ts';

it('says what runs that are over have left in the system, and how it goes', () => {
  const record = healthyRecord();
  const shown = (leftBehind: number): string =>
    drawScreen({ record, verdict: judge(record), files: [], colour: false, columns: 200, leftBehind });
  expect(shown(2)).toMatch(/! 2 promises have left data in the system.*npx gate10 cleanup --environment \S+/);
  expect(shown(1)).toContain('1 promise has left');
  expect(shown(0)).not.toContain('cleanup');
});

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

  it('marks the build, not the backend, where only the identity failed', () => {
    const [identity, ...rest] = ROWS;
    const text = screen({ rows: [{ ...identity, status: 'failed' } as never, ...rest] });
    expect(text).toContain('Backend ✓');
    expect(text).toContain('✗ build aaaaaaaaaaaa');
  });

  it('says which layers are absent, and why, whatever the verdict is', () => {
    const { layers } = healthyRecord();
    const why = { absent: 'names are resolved by the office' };
    const some = { ...layers, dns: why, tls: why, cors: { absent: 'one origin only, ever' } };
    for (const rows of [[...ROWS], [], [...ROWS, row('runtime.x', { status: 'failed' })]]) {
      const text = screen({ rows, layers: some }, 200);
      expect(text).toContain('· absent: dns, tls (names are resolved by the office)');
      expect(text).toContain('· absent: cors (one origin only, ever)');
      expect(text).not.toContain('absent: runtime');
    }
  });

  it('says so where it is not known what is new', () => {
    const { plan } = healthyRecord();
    const text = screen({ plan: { ...plan, newOperationsUnknown: 'git does not know the commit' } });
    expect(text).toContain('? what is new in this deployment is not known: git does not know the commit');
    expect(screen()).not.toContain('not known');
  });

  it('shows the cause before what follows from it', () => {
    const [identity, ...rest] = ROWS;
    const proxy = row('integration.app-api./health', { layer: 'integration', status: 'failed' });
    const text = screen({ rows: [{ ...identity, status: 'failed' } as never, ...rest, proxy] });
    expect(text.indexOf('✗ integration.')).toBeLessThan(text.indexOf('✗ code-authority.'));
    expect(text).toContain('\nintegration: title of integration.app-api./health (and 1 more)');
  });

  it('shows the first five failures in full, cuts the rest', () => {
    const message = `${'word '.repeat(100)}Look at the proxy.`;
    const failed = [1, 2, 3, 4, 5, 6, 7].map((n) => row(`runtime.x${n}`, { status: 'failed', message }));
    const text = screen({ rows: [...ROWS, ...failed] });
    expect(text.match(/Look at the proxy\./g)).toHaveLength(5);
  });

  it.each([1, 0])('never hides that the identity is a version only (%i failures)', (count) => {
    const failed = [1, 2].slice(0, count * 2).map((n) => row(`runtime.x${n}`, { status: 'failed' }));
    const text = screen({
      rows: [...ROWS, ...failed],
      expected: { version: '1.4.0' },
      identity: [{ at: ROWS[0]?.at ?? '', via: 'app', version: '1.4.0' }],
    });
    expect(text.replaceAll('\n', ' ')).toContain(
      'identity is known by version only: two builds of one version look the same',
    );
    if (count === 0) expect(text).not.toContain('more)');
    else expect(text).toContain('(and 1 more)');
  });

  it('warns of secrets that are too short to be redacted', () => {
    const record = healthyRecord();
    const text = drawScreen({
      record,
      verdict: judge(record),
      files: [],
      colour: false,
      columns: 80,
      tooShort: ['PIN'],
    });
    expect(text.replace(/\s+/g, ' ')).toContain('! PIN: shorter than 6 characters, so it is not redacted');
  });

  it('shows gate and objective of the availability, and what the objective would take', () => {
    const availability: SliResult = {
      name: 'availability',
      n: 400,
      misses: 0,
      value: 1,
      bound: 0.99254,
      objective: 0.999,
      gate: 0.99,
      unit: 'ratio',
      confidence: 0.95,
      status: 'passed',
      objectiveNeeds: 2995,
    };
    const text = screen({ slis: [availability] });
    expect(text).toContain('✓ availability  100.000 %  bound ≥ 99.254 % (95 %), n 400, gate ≥ 99 %');
    expect(text).toContain('                objective ≥ 99.9 %: needs 2995 samples');
    expect(screen({ slis: [{ ...availability, n: 3000 }] })).toContain('objective ≥ 99.9 %: shown');
  });

  it('reports the median without judging it', () => {
    const p95: SliResult = {
      name: 'latency-p95',
      n: 100,
      misses: 0,
      value: 12,
      bound: 15,
      objective: 500,
      p50: 4.25,
      unit: 'ms',
      confidence: 0.95,
      status: 'failed',
    };
    expect(screen({ slis: [p95] })).toContain('· latency-p50   4.3 ms     reported, not judged');
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
