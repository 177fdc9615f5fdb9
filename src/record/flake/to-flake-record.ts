/** Flakes as the record that a scorecard reads. */
import type { ReadinessFile } from '../results/readiness-file-schema.ts';
import { type FlakeHistory, rateOf, type TestHistory } from './flake-rate.ts';
import type { FlakeRecord } from './flake-record-schema.ts';
import type { Quarantine } from './quarantine.ts';

const MAX_TESTS = 200;

export function toFlakeRecord(
  file: ReadinessFile,
  { tests, runs, commits }: FlakeHistory,
  { entries, holds }: Quarantine,
  windowDays: number,
): FlakeRecord {
  const judged = tests.filter(({ id }) => !holds(id));
  const held = tests.filter(({ id }) => holds(id));
  const flaked = tests.filter(({ flaky }) => flaky > 0).sort((a, b) => b.flaky - a.flaky || (a.id < b.id ? -1 : 1));
  return {
    schema: 'gate10/flake/v1',
    ...file,
    window_days: windowDays,
    ...{ runs, commits },
    ...counted(judged),
    in_quarantine: { tests: held.length, ...counted(held) },
    tests: flaked
      .slice(0, MAX_TESTS)
      .map(({ id, observations, flaky }) => ({ id, observations, flaky, quarantined: holds(id) })),
    quarantine: entries.map(({ test, owner, reason, expires, inForce }) => {
      return { test, owner, reason, expires, status: inForce ? 'in-force' : 'void' };
    }),
  };
}

function counted(tests: readonly TestHistory[]): Pick<FlakeRecord, 'observations' | 'flaky' | 'flake_rate'> {
  const sum = (key: 'observations' | 'flaky'): number => tests.reduce((all, test) => all + test[key], 0);
  return { observations: sum('observations'), flaky: sum('flaky'), flake_rate: rateOf(tests) };
}
