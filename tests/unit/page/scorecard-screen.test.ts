import { describe, expect, it } from 'vitest';
import { drawScorecard } from '../../../src/page/scorecard-screen.ts';
import type { Archived } from '../../../src/record/scorecard/archive.ts';
import type { Scorecard } from '../../../src/record/scorecard/scorecard-schema.ts';
import { toScorecard } from '../../../src/record/to-scorecard.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { temporaryFolder } from '../ledger/sample-events.ts';
import { block, gather, put, slo } from '../record/scorecard/state-folder.ts';
import { brokenAt, NOW, OTHER_COMMIT, runAt } from '../record/sealed-state.ts';

const SLIS: ReturnType<typeof runAt>['slis'] = [
  {
    ...{ name: 'latency-p95', n: 500, misses: 3, value: 174, bound: 190, objective: 200, unit: 'ms' },
    ...{ confidence: 0.95, status: 'passed' },
  },
];

function card(record = runAt(1, { slis: SLIS, owner: 'platform' }), prepare?: (stateDir: string) => void): Scorecard {
  const stateDir = temporaryFolder();
  prepare?.(stateDir);
  const gathered = gather(stateDir);
  return toScorecard(record, judge(record), { recordSha256: 'd'.repeat(64), now: NOW, gathered });
}

function draw(
  scorecard: Scorecard,
  trend: Archived = { scorecards: [], unreadable: [] },
  columns = 100,
  colour = false,
) {
  return drawScorecard({ scorecard, trend, now: NOW, files: ['readiness-scorecard.json'] }, { colour, columns });
}

describe('the screen of a scorecard', () => {
  it('says which build, what was looked at and how old that is, and the verdict with its exit code', () => {
    const screen = draw(card(undefined, (stateDir) => put(stateDir, 'coverage.json', block())));
    expect(screen).toContain('mosaic · embedded\nbuild aaaaaaaaaaaa  feat: everything works\n');
    expect(screen).toContain('owner platform');
    expect(screen).toContain('User → DNS');
    expect(screen).toMatch(/✓ latency-p95 {3}174 ms {5}bound ≤ 190 ms \(95 %\), n 500, objective ≤ 200 ms/);
    expect(screen).toMatch(/✓ production {6}required 4 min {3}passed: all 2 promises/);
    expect(screen).toMatch(/✓ coverage {17}4 min {3}passed: lines 0\.93/);
    expect(screen).toMatch(/\? flake .*unknown: nobody has looked yet: gate10 flake/);
    expect(screen).toContain('READY  exit 0\n  all that is required is there, and passed');
  });

  it('says of a stale block what it said, and why that does not count', () => {
    const screen = draw(
      card(undefined, (dir) => put(dir, 'coverage.json', block({ commit: OTHER_COMMIT }))),
      undefined,
      200,
    );
    expect(screen).toMatch(/\? coverage .*stale, said passed: it is about commit b{12}, not a{12}/);
  });

  it('says why a release is not ready', () => {
    expect(draw(card(brokenAt(1)))).toMatch(/NOT READY {2}exit 1\n {2}production is required and failed: .*runtime/);
  });

  it('shows the releases before, and which files of the archive are damaged', () => {
    const archived = { ...card(), release: '1.4.0' };
    const before = { ...card(brokenAt(2)), generated_at: '2026-11-20T09:00:00.000Z' };
    const screen = draw(card(), { scorecards: [archived, before], unreadable: ['x.json: half'] });
    expect(screen).toContain('✓ 2026-11-21 10:05 1.4.0        aaaaaaaaaaaa passed, ready, layers 2 of 14, P95 174 ms');
    expect(screen).toContain(
      '✗ 2026-11-20 09:00              aaaaaaaaaaaa failed, not ready, layers 1 of 14, P95 unknown',
    );
    expect(screen).toContain('? readiness_scorecards/x.json: half');
  });

  it('quotes the four keys, and says that they are none', () => {
    expect(draw(card())).toContain('? DORA: no metrics are recorded yet');
    const often = { total_deployments: 20, deployments_per_day: 0.67, rating: 'medium' };
    const screen = draw({
      ...card(),
      dora: {
        ...{ status: 'measured', period_start: '2026-11-01', period_end: '2026-11-30', standard: 'dora-2024' },
        deployment_frequency: often,
        lead_time_for_changes: { p50_minutes: 30, p95_minutes: null, rating: null },
      },
    });
    expect(screen).toMatch(
      /DORA, 2026-11-01 to 2026-11-30, rated by dora-2024\n {2}deployments {5}20, 0.67 a day +medium/,
    );
    expect(screen).toMatch(/lead time {7}P50 30 min, P95 no data +not rated/);
    expect(screen).toMatch(/change failures no data/);
  });

  it('shows the three pillars, and what each lacks', () => {
    const screen = draw(
      card(undefined, (dir) => put(dir, 'slo.json', slo())),
      undefined,
      200,
    );
    expect(screen).toMatch(/\? deployment governance +dora unknown\n/);
    expect(screen).toMatch(
      /\? testing coverage +pyramid unknown, coverage unknown, flake unknown, performance unknown/,
    );
    expect(screen).toMatch(/✓ observability and response +passed\n/);
  });

  it('shows waivers and error budgets', () => {
    const waiver = { id: 'W-1', covers: 'vulnerability', what: 'CVE-1', owner: 'Shop', approved_by: 'Security' };
    const screen = draw({
      ...card(),
      waivers: [{ ...waiver, reason: 'x', granted: '2026-11-01', expires: '2026-12-01', status: 'in-force' }],
      error_budgets: [{ name: 'login', status: 'warned', target: 0.999, value: 0.9995, error_budget_remaining: 0.5 }],
    });
    expect(screen).toContain('! waiver W-1: CVE-1, Shop until 2026-12-01');
    expect(screen).toContain('! login: 99.95 %, objective 99.9 %, budget left 50 %');
  });

  it.each([120, 80, 40])('keeps to %i columns, but for what one has to read to the end', (columns) => {
    const lines = draw(card(), { scorecards: [card()], unreadable: [] }, columns).split('\n');
    const long = lines.filter((line) => line.length > columns && !/Environment|exit|required/.test(line));
    expect(long).toEqual([]);
  });

  it('has colours only where they are wanted', () => {
    expect(draw(card())).not.toContain('\u001b');
    expect(draw(card(), undefined, 100, true)).toContain('\u001b[32m');
  });

  it('lets no escape sequence of anybody through', () => {
    const hostile = '\u001b[2J\u001b]0;owned\u0007::error::x\u202e\r\nREADY';
    const shown = card(
      runAt(1, { commit: { subject: hostile }, owner: hostile, environment: `x${hostile}`, system: hostile }),
      (stateDir) =>
        put(stateDir, 'coverage.json', block({ status: 'failed', because: [hostile], environment: hostile })),
    );
    const trend = { scorecards: [{ ...shown, release: hostile }], unreadable: [hostile] };
    const screen = draw({ ...shown, overall_because: [hostile], overall_passed: false }, trend);
    expect(screen).not.toMatch(/[\u001b\u0007\u202e\r]/);
    expect(screen).not.toMatch(/^(?:::|READY)/m);
  });
});
