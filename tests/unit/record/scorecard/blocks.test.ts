import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../../src/contract/canonical.ts';
import { judgeBlock } from '../../../../src/record/scorecard/judge-block.ts';
import { readBlock } from '../../../../src/record/scorecard/read-blocks.ts';
import { writeSuite } from '../../../../src/record/write-suite.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { COMMIT, OTHER_COMMIT } from '../sealed-state.ts';
import { block, context, put, read, slo, suite } from './state-folder.ts';

function judged(stateDir: string, name: Parameters<typeof readBlock>[1], over: Parameters<typeof context>[0] = {}) {
  const given = context(over);
  return judgeBlock(name, readBlock(stateDir, name, given), given);
}

function coverage(value: unknown, over: Parameters<typeof context>[0] = {}) {
  const stateDir = temporaryFolder();
  put(stateDir, 'coverage.json', value);
  return judged(stateDir, 'coverage', over);
}

describe('a block of the same build, place and time', () => {
  it.each(['passed', 'warned', 'failed', 'inconclusive'] as const)('that says %s is %s', (status) => {
    expect(coverage(block({ status }))).toMatchObject({ status, file: 'coverage.json', totals: { lines: 0.93 } });
  });

  it('names its file with the digest of its bytes', () => {
    const text = JSON.stringify(block());
    expect(coverage(text).sha256).toBe(sha256Hex(text));
  });

  it('may hold more than the scorecard knows', () => {
    expect(coverage({ ...block(), packages: [{ name: 'src/probe' }] }).status).toBe('passed');
  });

  it('of the asked environment goes before one of no environment', () => {
    const stateDir = temporaryFolder();
    put(stateDir, 'slo.json', slo());
    put(stateDir, 'slo.embedded.json', slo({ verdict: 'failed' }));
    expect(judged(stateDir, 'slo')).toMatchObject({ status: 'failed', file: 'slo.embedded.json' });
  });
});

describe('a block that is not there', () => {
  it('is unknown, and says how to make it', () => {
    expect(judged(temporaryFolder(), 'coverage')).toEqual({
      status: 'unknown',
      required: false,
      why: 'nobody has looked yet: gate10 coverage',
      because: [],
    });
  });

  it('is required where the policy says so', () => {
    const policy = { required: ['coverage' as const], maxAge: 1 };
    expect(judged(temporaryFolder(), 'coverage', { policy })).toMatchObject({ status: 'unknown', required: true });
  });
});

describe('a block that cannot be believed is unknown', () => {
  it.each<[string, unknown, RegExp]>([
    ['half a file', '{"schema":"gate10/coverage/v1","status":"pas', /JSON/],
    ['an empty file', '', /JSON/],
    ['no object', '[]', /cannot be believed/],
    ['no UTF-8 text', Buffer.from([0x22, 0xff, 0x22]), /not valid/],
    ['a word that is no verdict', block({ status: 'green' as 'passed' }), /status/],
    ['no time', { ...block(), generated_at: undefined }, /generated_at/],
    ['a time that is none', block({ generated_at: '2026-13-01' }), /generated_at/],
    ['a digest that is none', block({ inputs: [{ file: 'a', sha256: 'x' }] }), /inputs/],
    ['a rate of more than everything', block({ totals: { flake_rate: 1.5 } }), /flake_rate is 1\.5, which no share is/],
    ['a rate of less than nothing', block({ totals: { success_rate: -0.1 } }), /success_rate is -0\.1/],
    ['a number that JSON has not', JSON.stringify(block({ totals: { a: 1 } })).replace('"a":1', '"a":NaN'), /JSON/],
    ['a number without end', JSON.stringify(block({ totals: { a: 1 } })).replace('"a":1', '"a":1e999'), /totals/],
    [
      'parts that are worse',
      block({ suites: [{ name: 'unit', status: 'failed' }] }),
      /says passed, but unit is failed/,
    ],
  ])('with %s', (_, value, why) => {
    const found = coverage(value);
    expect(found).toMatchObject({ status: 'unknown', file: 'coverage.json' });
    expect(found.why).toMatch(why);
  });

  it('when it is a folder', () => {
    const stateDir = temporaryFolder();
    put(stateDir, 'coverage.json/inside', '{}');
    expect(judged(stateDir, 'coverage')).toMatchObject({ status: 'unknown' });
  });
});

describe('a block that is not about this run is stale, whatever it says', () => {
  it.each<[string, Parameters<typeof block>[0], Parameters<typeof context>[0], RegExp]>([
    ['of another commit', { commit: OTHER_COMMIT }, {}, /about commit b+, not a+/],
    ['of no commit', { commit: undefined as unknown as string }, {}, /does not say which commit/],
    ['of an abbreviated commit', { commit: COMMIT.slice(0, 12) }, {}, /which is not the full id/],
    ['of changes that are in no commit', { dirty: true }, {}, /in no commit/],
    ['of another environment', { environment: 'staging' }, {}, /about staging, not embedded/],
    ['of another system', { system: 'other' }, {}, /the system other, not mosaic/],
    ['of the future', { generated_at: '2026-11-21T10:05:00.001Z' }, {}, /in the future/],
    ['of last week', { generated_at: '2026-11-14T10:04:59.999Z' }, {}, /7 d ago \(at most 7 d\)/],
    ['while the run knows its version only', {}, { commit: undefined }, /the run does not know its commit/],
  ])('%s', (_, over, given, why) => {
    const found = coverage(block(over), given);
    expect(found).toMatchObject({ status: 'stale', said: 'passed' });
    expect(found.why).toMatch(why);
  });

  it('says every reason', () => {
    const { why } = coverage(block({ commit: OTHER_COMMIT, environment: 'staging' }));
    expect(why).toMatch(/staging.*; .*commit/);
  });
});

describe('the objectives', () => {
  function judgedSlo(value: unknown) {
    const stateDir = temporaryFolder();
    put(stateDir, 'slo.json', value);
    return judged(stateDir, 'slo');
  }

  it('are of an environment, not of a commit', () => {
    expect(judgedSlo(slo())).toMatchObject({ status: 'passed', totals: { objectives: 1, met: 1 } });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['of another environment', slo({ environment: 'staging' }), 'stale', /about staging/],
    ['of another system', slo({ system: 'other' }), 'stale', /the system other/],
    ['with one that is missed', slo({ status: 'failed' }), 'unknown', /says passed, but login is failed/],
    ['of a form that is not known', block(), 'unknown', /schema/],
  ])('%s do not count', (_, value, status, why) => {
    const found = judgedSlo(value);
    expect(found.status).toBe(status);
    expect(found.why).toMatch(why);
  });
});

describe('the inputs of a block', () => {
  const input = { file: 'coverage-final.json', sha256: sha256Hex('as it was') };

  it.each([
    ['are as they were', 'as it was', 'passed'],
    ['were made again since', 'another', 'stale'],
    ['are gone', undefined, 'passed'],
  ])('%s', (_, text, status) => {
    const projectDir = temporaryFolder();
    if (text !== undefined) writeFileSync(path.join(projectDir, input.file), text);
    expect(coverage(block({ inputs: [input] }), { projectDir }).status).toBe(status);
  });

  it('are not looked for outside the project', () => {
    const outside = temporaryFolder();
    writeFileSync(path.join(outside, 'secret'), 'x');
    const projectDir = temporaryFolder();
    const file = path.relative(projectDir, path.join(outside, 'secret'));
    expect(coverage(block({ inputs: [{ ...input, file }] }), { projectDir }).status).toBe('passed');
  });
});

describe('a suite', () => {
  function written(over: Parameters<typeof suite>[0] = {}) {
    const stateDir = temporaryFolder();
    writeSuite(stateDir, suite(over));
    return stateDir;
  }

  it.each(['passed', 'warned', 'failed'] as const)('that gate10 wrote as %s is %s', (status) => {
    const stateDir = written({ checks: [{ name: 'one', status, message: 'as it is' }] });
    expect(judged(stateDir, 'secrets')).toMatchObject({ status, file: path.join('suites', 'secrets.ctrf.json') });
  });

  it('that could not look is inconclusive, with its reason', () => {
    const stateDir = written({
      checks: [{ name: 'one', status: 'inconclusive', reason: 'not-run', message: 'the report is empty' }],
    });
    expect(judged(stateDir, 'secrets')).toMatchObject({ status: 'inconclusive', because: ['the report is empty'] });
  });

  it('without a check is inconclusive', () => {
    expect(judged(written({ checks: [] }), 'secrets').status).toBe('inconclusive');
  });

  it('of a tree with changes is stale', () => {
    expect(judged(written({ dirty: true }), 'secrets')).toMatchObject({ status: 'stale', said: 'passed' });
  });

  const failed = { checks: [{ name: 'one', status: 'failed' as const, message: 'a key' }] };
  it.each<[string, (results: Results) => void, RegExp]>([
    ['its verdict was edited', ({ extra }) => Object.assign(extra, { verdict: 'passed' }), /its tests make it failed/],
    ['its only failure was taken out', (results) => results.tests.splice(0), /its tests make it inconclusive/],
    ['its summary was edited', ({ summary }) => Object.assign(summary, { failed: 0, passed: 1 }), /counts 1 passed/],
    ['tests are left out', ({ summary }) => Object.assign(summary, { tests: 9 }), /counts 9 tests and lists 1/],
    ['it is another suite', ({ extra }) => Object.assign(extra, { suite: 'performance' }), /the suite performance/],
  ])('contradicts itself where %s', (_, edit, why) => {
    const stateDir = written(failed);
    const name = path.join('suites', 'secrets.ctrf.json');
    const document = read<{ results: Results }>(stateDir, name);
    edit(document.results);
    put(stateDir, name, document);
    const found = judged(stateDir, 'secrets');
    expect(found.status).toBe('unknown');
    expect(found.why).toMatch(why);
  });
});

interface Results {
  readonly summary: object;
  readonly extra: object;
  readonly tests: unknown[];
}
