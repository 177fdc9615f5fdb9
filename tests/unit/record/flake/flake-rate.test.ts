/** What counts as a flake, and over what: counted by hand. */
import { describe, expect, it } from 'vitest';
import { createFlakeCounter, type ObservedRun, rateOf } from '../../../../src/record/flake/flake-rate.ts';
import type { ResultStatus } from '../../../../src/record/results/model.ts';

type Outcome = readonly [name: string, status: ResultStatus];

let minute = 0;
function run(id: string, commit: string | null, ...outcomes: Outcome[]): ObservedRun {
  minute += 1;
  const recorded_at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  return {
    run: id,
    commit,
    recorded_at,
    tests: outcomes.map(([name, status]) => ({ name, status, retries: 0, tags: [] })),
  };
}

/** `id flaky/observations` of each test. */
function counted(...runs: ObservedRun[]): string[] {
  const counter = createFlakeCounter();
  for (const each of runs) counter.add(each);
  return counter.result().tests.map(({ id, flaky, observations }) => `${id} ${flaky}/${observations}`);
}

describe('a test', () => {
  it.each<[string, ObservedRun[], string]>([
    ['that passes everywhere', [run('1', 'a', ['t', 'passed']), run('2', 'b', ['t', 'passed'])], 't 0/2'],
    ['that passed on a retry', [run('1', 'a', ['t', 'flaky'])], 't 1/1'],
    [
      'that failed here and passed there, at one commit',
      [run('1', 'a', ['t', 'failed']), run('2', 'a', ['t', 'passed'])],
      't 1/1',
    ],
    ['that was an error once, at one commit', [run('1', 'a', ['t', 'error']), run('2', 'a', ['t', 'passed'])], 't 1/1'],
    ['that broke at a commit', [run('1', 'a', ['t', 'passed']), run('2', 'b', ['t', 'failed'])], 't 0/2'],
    ['that always fails at one commit', [run('1', 'a', ['t', 'failed']), run('2', 'a', ['t', 'failed'])], 't 0/1'],
    [
      'that was run ten times at one commit',
      Array.from({ length: 10 }, (_, i) => run(`${i}`, 'a', ['t', i === 3 ? 'failed' : 'passed'])),
      't 1/1',
    ],
    ['in a run of no known commit', [run('1', null, ['t', 'failed']), run('2', null, ['t', 'passed'])], 't 0/2'],
    [
      'tried again in one run of no known commit',
      [run('1', null, ['t', 'failed']), run('1', null, ['t', 'passed'])],
      't 1/1',
    ],
    ['that was skipped', [run('1', 'a', ['t', 'skipped']), run('2', 'b', ['t', 'passed'])], 't 0/1'],
    ['that never ran', [run('1', 'a', ['t', 'pending'])], 't 0/0'],
  ])('%s', (_, runs, expected) => {
    expect(counted(...runs)).toEqual([expected]);
  });

  it('that shares its name with another is no flake of it', () => {
    expect(
      counted(run('1', 'a', ['t', 'passed'], ['t', 'failed']), run('2', 'a', ['t', 'passed'], ['t', 'failed'])),
    ).toEqual(['t 0/2']);
    expect(
      counted(run('1', 'a', ['t', 'passed'], ['t', 'failed']), run('2', 'a', ['t', 'passed'], ['t', 'passed'])),
    ).toEqual(['t 1/2']);
  });
});

it('shards of a run are one run', () => {
  const counter = createFlakeCounter();
  counter.add(run('1', 'a', ['t', 'passed']));
  counter.add(run('1', 'a', ['u', 'flaky']));
  expect(counter.result()).toMatchObject({ runs: 1, commits: 1 });
});

it('the same run read twice changes nothing', () => {
  const one = run('1', 'a', ['t', 'flaky']);
  expect(counted(one, one)).toEqual(counted(one));
});

it('the rate is of observations, not of tests; none is not zero', () => {
  expect(
    rateOf([
      { observations: 9, flaky: 1 },
      { observations: 1, flaky: 1 },
    ]),
  ).toBe(0.2);
  expect(rateOf([{ observations: 0, flaky: 0 }])).toBeNull();
});
