import { describe, expect, it } from 'vitest';
import { findObstacles, outcomeOf } from '../../../../src/record/scorecard/overall.ts';
import { toScorecard } from '../../../../src/record/to-scorecard.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { brokenAt, NOW, OTHER_COMMIT, runAt } from '../sealed-state.ts';
import { block, gather, put, rules, slo } from './state-folder.ts';

const facts = { recordSha256: 'd'.repeat(64), now: NOW };

function card(record: ReturnType<typeof runAt>, stateDir = temporaryFolder(), required: readonly 'coverage'[] = []) {
  return toScorecard(record, judge(record), { ...facts, gathered: gather(stateDir, { required: [...required] }) });
}

describe('a release', () => {
  it('is ready when its run passed and nothing else is required, whatever is unknown', () => {
    const scorecard = card(runAt(1));
    expect(scorecard).toMatchObject({
      overall_passed: true,
      overall_because: [],
      policy: { required: ['production'] },
    });
    expect(scorecard.blocks.coverage).toMatchObject({ status: 'unknown', required: false });
    expect(outcomeOf(scorecard)).toBe('passed');
  });

  it('is not ready when its run failed', () => {
    const scorecard = card(brokenAt(1));
    expect(scorecard).toMatchObject({ overall_passed: false, blocks: { production: { status: 'failed' } } });
    expect(scorecard.overall_because).toEqual([expect.stringContaining('production is required and failed')]);
    expect(outcomeOf(scorecard)).toBe('failed');
  });

  it.each<[string, unknown, string, ReturnType<typeof outcomeOf>]>([
    ['passed', block(), 'passed', 'passed'],
    ['warned', block({ status: 'warned' }), 'warned', 'passed'],
    ['failed', block({ status: 'failed', because: ['78 %'] }), 'failed', 'failed'],
    ['inconclusive', block({ status: 'inconclusive' }), 'inconclusive', 'unjudged'],
    ['of another commit', block({ commit: OTHER_COMMIT }), 'stale', 'unjudged'],
    ['unreadable', '{', 'unknown', 'unjudged'],
    ['not there', undefined, 'unknown', 'unjudged'],
  ])('that needs coverage: it is %s', (_, value, status, outcome) => {
    const stateDir = temporaryFolder();
    if (value !== undefined) put(stateDir, 'coverage.json', value);
    const scorecard = card(runAt(1), stateDir, ['coverage']);
    expect(scorecard.blocks.coverage).toMatchObject({ status, required: true });
    expect(outcomeOf(scorecard)).toBe(outcome);
    expect(scorecard.overall_passed).toBe(outcome === 'passed');
    if (outcome !== 'passed') expect(scorecard.overall_because).toEqual([expect.stringContaining(`and ${status}`)]);
  });

  it('needs its run, whatever a block says of not being required', () => {
    const { blocks } = card(brokenAt(1));
    const unasked = { ...blocks, production: { ...blocks.production, required: false } };
    expect(findObstacles(unasked, undefined)).toEqual([expect.stringContaining('production is required and failed')]);
    expect(outcomeOf({ overall_passed: false, blocks: unasked })).toBe('failed');
  });

  it('does not lose what is failed when it is not required', () => {
    const stateDir = temporaryFolder();
    put(stateDir, 'coverage.json', block({ status: 'failed', because: ['78 %'] }));
    expect(card(runAt(1), stateDir)).toMatchObject({
      overall_passed: true,
      blocks: { coverage: { status: 'failed', because: ['78 %'] } },
    });
  });

  it('is not ready where nobody can read what it needs', () => {
    const record = runAt(1);
    const gathered = { ...gather(temporaryFolder()), rules: { ...rules(), problem: 'policy.yaml:3: a typo' } };
    const scorecard = toScorecard(record, judge(record), { ...facts, gathered });
    expect(scorecard.overall_passed).toBe(false);
    expect(scorecard.overall_because).toEqual(['it is not known what is required: policy.yaml:3: a typo']);
    expect(outcomeOf(scorecard)).toBe('unjudged');
  });

  it.each([
    ['in the future', '2026-11-21T10:05:00.001Z', /in the future/],
    ['last week', '2026-11-14T10:00:00.000Z', /7 d ago/],
  ])('is not ready by a run that ended %s', (_, endedAt, why) => {
    const scorecard = card(runAt(1, { endedAt, startedAt: '2026-11-14T09:59:00.000Z' }));
    expect(scorecard).toMatchObject({
      overall_passed: false,
      blocks: { production: { status: 'stale', said: 'passed' } },
    });
    expect(scorecard.blocks.production.why).toMatch(why);
  });
});

describe('the suites', () => {
  it('of the blocks stand beside the run, and never as good where they do not count', () => {
    const stateDir = temporaryFolder();
    const suites = [{ name: 'unit', status: 'passed' as const, duration: 12, tests: 900 }];
    put(stateDir, 'pyramid.json', block({ suites }));
    put(stateDir, 'coverage.json', block({ suites, commit: OTHER_COMMIT }));
    expect(card(runAt(1), stateDir).suites).toEqual([
      { name: 'production', status: 'passed', duration: 9, tests: 2 },
      { name: 'unit', status: 'passed', duration: 12, tests: 900 },
      { name: 'coverage/unit', status: 'inconclusive', reason: 'stale', duration: 12, tests: 900 },
    ]);
  });

  it('have error budgets beside them, as long as these count', () => {
    const stateDir = temporaryFolder();
    put(stateDir, 'slo.json', slo());
    expect(card(runAt(1), stateDir).error_budgets).toEqual([
      { name: 'login', status: 'passed', target: 0.99, value: 1, unit: 'ratio', error_budget_remaining: 0.4 },
    ]);
    put(stateDir, 'slo.json', slo({ environment: 'staging' }));
    expect(card(runAt(1), stateDir).error_budgets).toEqual([]);
  });
});

describe('the evidence', () => {
  it('is each file with its digest, down to what a block was made from', () => {
    const stateDir = temporaryFolder();
    const input = { file: 'coverage/final.json', sha256: 'e'.repeat(64) };
    put(stateDir, 'coverage.json', block({ inputs: [input] }));
    const { evidence } = toScorecard(runAt(1), judge(runAt(1)), {
      ...{ ...facts, verdictSha256: 'f'.repeat(64) },
      gathered: gather(stateDir),
    });
    expect(evidence).toEqual([
      { file: 'runs/run-1/record.json', sha256: 'd'.repeat(64), of: 'production' },
      { file: 'runs/run-1/verdict.json', sha256: 'f'.repeat(64), of: 'production' },
      { file: 'coverage.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), of: 'coverage' },
      { ...input, of: 'coverage' },
    ]);
  });
});

describe('the waivers', () => {
  const waiver = {
    ...{ covers: 'vulnerability' as const, id: 'W-1', finding: 'CVE-2021-3807', package: 'ansi-regex' },
    ...{ owner: 'Shop', approvedBy: 'Security', reason: 'Only our own colours are parsed.' },
  };
  it.each([
    ['2026-11-20', '2026-11-22', 'in-force'],
    ['2026-11-20', '2026-11-21', 'expired'],
    ['2026-11-22', '2026-11-23', 'not-yet'],
  ])('of the policy from %s until %s are %s', (granted, expires, status) => {
    const gathered = gather(temporaryFolder());
    const given = { ...gathered, rules: { ...gathered.rules, waivers: [{ ...waiver, granted, expires }] } };
    const { waivers } = toScorecard(runAt(1), judge(runAt(1)), { ...facts, gathered: given });
    expect(waivers).toMatchObject([
      { id: 'W-1', what: 'CVE-2021-3807 in ansi-regex', approved_by: 'Security', status },
    ]);
  });
});
