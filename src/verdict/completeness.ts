/** planned = ran, and nothing was left out of the plan's execution. */
import type { IntegrityFinding, RunRecord } from '../run/schema.ts';

/** What each finding says about completeness. A closed table: a new code has to decide. */
const LEAVES_OUT: Readonly<Record<IntegrityFinding['code'], boolean>> = {
  'no-tests': true,
  filtered: true,
  only: true,
  skipped: true,
  'no-evidence': true,
  'missing-row': true,
  'unplanned-row': true,
  'duplicate-row': true,
  'missing-shard': true,
  'unmerged-shard': true,
  'mixed-runs': true,
  flaky: false,
  'expected-to-fail': true,
  'runner-failure': false,
  'worker-crash': true,
  'global-error': true,
  interrupted: true,
  overruled: false,
  config: true,
  controls: true,
  floating: true,
};

export function isComplete(record: RunRecord): boolean {
  const ran = new Set(record.rows.filter(({ reason }) => reason !== 'not-run').map(({ id }) => id));
  const planned = record.plan.rows.every(({ id }) => ran.has(id));
  return planned && record.plan.rows.length > 0 && !record.integrity.some(({ code }) => LEAVES_OUT[code]);
}
