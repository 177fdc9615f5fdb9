/** The statement against the rules of in-toto/attestation: spec/v1/statement.md, resource_descriptor.md, digest_set.md, spec/predicates/test-result.md. */
import { describe, expect, it } from 'vitest';
import type { TestResultStatement } from '../../../../src/record/scorecard/statement-schema.ts';
import { toStatement } from '../../../../src/record/scorecard/to-statement.ts';
import { toScorecard } from '../../../../src/record/to-scorecard.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { row } from '../../verdict/sample-record.ts';
import { brokenAt, COMMIT, NOW, runAt } from '../sealed-state.ts';
import { block, gather, put, rules } from './state-folder.ts';

const RECORD = 'd'.repeat(64);

/** With `prepare`, coverage is required. */
function stated(record: ReturnType<typeof runAt>, prepare?: (stateDir: string) => void) {
  const stateDir = temporaryFolder();
  prepare?.(stateDir);
  const gathered = gather(stateDir, prepare === undefined ? {} : { required: ['coverage'] });
  const scorecard = toScorecard(record, judge(record), { recordSha256: RECORD, now: NOW, gathered });
  const { digest, contractDigest } = record.plan;
  return toStatement(scorecard, { rows: record.rows, planDigest: digest, contractDigest });
}

/** Each rule of the specifications that a statement can break. */
function broken(statement: TestResultStatement): string[] {
  const { subject, predicate } = statement;
  const descriptors = [...subject, ...predicate.configuration];
  const named = subject.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const hex = descriptors.flatMap(({ digest }) => Object.values(digest).map(String));
  const lists = [predicate.passedTests, predicate.warnedTests, predicate.failedTests];
  const all = lists.flat();
  const rules: readonly (readonly [string, boolean])[] = [
    ['_type is that of Statement v1', statement._type === 'https://in-toto.io/Statement/v1'],
    [
      'predicateType is test-result v0.1',
      statement.predicateType === 'https://in-toto.io/attestation/test-result/v0.1',
    ],
    ['each subject has a digest', subject.length > 0 && subject.every(({ digest }) => Object.keys(digest).length > 0)],
    ['names are unique within the subject', new Set(named).size === named.length],
    ['digests are lower-case hex', hex.every((each) => /^[0-9a-f]+$/.test(each))],
    ['result is one of three words', ['PASSED', 'WARNED', 'FAILED'].includes(predicate.result)],
    ['configuration is a list', Array.isArray(predicate.configuration)],
    ['lists hold names', all.every((name) => typeof name === 'string' && name !== '')],
    ['no test is in two lists', new Set(all).size === all.length],
    ['PASSED has nothing failed or warned', predicate.result !== 'PASSED' || all.length === lists[0]?.length],
    ['WARNED has nothing failed', predicate.result !== 'WARNED' || lists[2]?.length === 0],
  ];
  return rules.flatMap(([rule, isKept]) => (isKept ? [] : [rule]));
}

describe('the statement', () => {
  it('is about the commit and the record', () => {
    const statement = stated(runAt(1));
    expect(statement.subject).toEqual([
      { digest: { gitCommit: COMMIT } },
      {
        name: 'record.json',
        digest: { sha256: RECORD },
        annotations: {
          ...{ system: 'mosaic', environment: 'embedded', release: COMMIT, run_id: 'run-1', verdict: 'passed' },
        },
      },
    ]);
    expect(statement.predicate.configuration).toEqual([
      { name: 'contract', digest: { sha256: 'c'.repeat(64) } },
      { name: 'plan', digest: { sha256: 'd'.repeat(64) } },
    ]);
  });

  const warned = runAt(1, {
    rows: [
      row('code-authority.served-commit', { layer: 'code-authority' }),
      row('runtime.health', { status: 'warned', message: 'slow' }),
    ],
  });
  const unknown = runAt(1, {
    rows: [
      row('code-authority.served-commit', { layer: 'code-authority' }),
      row('runtime.health', { status: 'inconclusive', reason: 'blind', message: 'no network' }),
    ],
  });
  const passedTests = ['code-authority.served-commit'];
  it.each<[string, ReturnType<typeof runAt>, TestResultStatement['predicate']['result'], object]>([
    ['a passed run', runAt(1), 'PASSED', { passedTests: [...passedTests, 'runtime.health', 'scorecard.production'] }],
    ['a warned run', warned, 'WARNED', { passedTests, warnedTests: ['runtime.health', 'scorecard.production'] }],
    ['a failed run', brokenAt(1), 'FAILED', { passedTests, failedTests: ['runtime.health', 'scorecard.production'] }],
    [
      'an inconclusive run',
      unknown,
      'FAILED',
      { passedTests, failedTests: ['runtime.health', 'scorecard.production'] },
    ],
  ])('of %s breaks no rule', (_, record, result, lists) => {
    const statement = stated(record);
    expect(broken(statement)).toEqual([]);
    expect(statement.predicate).toMatchObject({ result, ...lists });
  });

  it('of an inconclusive run is never PASSED or WARNED, and says why in words of its own', () => {
    const statement = stated(unknown);
    expect(statement.predicate.result).toBe('FAILED');
    expect(statement.subject.at(-1)?.annotations).toMatchObject({
      verdict: 'inconclusive',
      reason: 'blind',
      because: expect.stringContaining('production is required and inconclusive'),
    });
  });

  it.each<[string, (stateDir: string) => void, object]>([
    ['missing', () => undefined, { result: 'FAILED', failedTests: ['scorecard.coverage'] }],
    ['passed', (stateDir) => put(stateDir, 'coverage.json', block()), { result: 'PASSED', failedTests: [] }],
    [
      'warned',
      (stateDir) => put(stateDir, 'coverage.json', block({ status: 'warned' })),
      { result: 'WARNED', warnedTests: ['scorecard.coverage'] },
    ],
  ])('with a required block that is %s follows the whole, not the run alone', (_, prepare, predicate) => {
    const statement = stated(runAt(1), prepare);
    expect(broken(statement)).toEqual([]);
    expect(statement.predicate).toMatchObject(predicate);
  });

  it('is FAILED where it is not known what is required, although no test failed', () => {
    const record = runAt(1);
    const gathered = { ...gather(temporaryFolder()), rules: { ...rules(), problem: 'policy.yaml:3: a typo' } };
    const scorecard = toScorecard(record, judge(record), { recordSha256: RECORD, now: NOW, gathered });
    const statement = toStatement(scorecard, { rows: record.rows, planDigest: RECORD, contractDigest: RECORD });
    expect(statement.predicate).toMatchObject({ result: 'FAILED', failedTests: [] });
    expect(statement.subject.at(-1)?.annotations?.['because']).toContain('policy.yaml:3');
  });

  it('takes the worse of a row that is there twice', () => {
    const [first, second] = runAt(1).rows;
    const statement = stated(
      runAt(1, { rows: [first, second, { ...second, status: 'failed' }] as typeof warned.rows }),
    );
    expect(broken(statement)).toEqual([]);
    expect(statement.predicate.passedTests).not.toContain('runtime.health');
  });

  it.each([{ commit: COMMIT.slice(0, 12) }, { version: '1.4.0' }])(
    'has no digest of a commit where %j is all that is known',
    (expected) => {
      expect(stated(runAt(1, { expected })).subject.map(({ digest }) => Object.keys(digest))).toEqual([['sha256']]);
    },
  );

  it('can be seen to break each rule', () => {
    const good = stated(brokenAt(1));
    const bad = {
      ...good,
      _type: 'x',
      predicateType: 'x',
      subject: [
        { name: 'a', digest: { sha256: 'XY' } },
        { name: 'a', digest: {} },
      ],
      predicate: { ...good.predicate, result: 'PASSED', configuration: {}, warnedTests: ['runtime.health', ''] },
    } as unknown as TestResultStatement;
    expect(() => broken(bad)).toThrow();
    expect(broken({ ...bad, predicate: { ...bad.predicate, configuration: [] } })).toHaveLength(8);
  });
});
