/** What was told changes no verdict: neither the absence of a proof, nor a failure, nor a wrong build. */
import { expect, it } from 'vitest';
import type { RecordedDeployment } from '../../../../src/ledger/recorded-events.ts';
import { findProof } from '../../../../src/record/find-proof.ts';
import { exportedKey, statedKey } from '../../../../src/record/import/told-event.ts';
import type { RunRecord } from '../../../../src/run/schema.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { brokenAt, COMMIT, healthyRecord, NOW, OTHER_COMMIT, openState, runAt, seal } from '../sealed-state.ts';

function succeeded(commit: string): RecordedDeployment {
  const { system, environment } = healthyRecord();
  return {
    type: 'deployment.recorded',
    ...{ id: commit, system, environment, commit },
    deployedAt: '2026-11-21T10:04:00.000Z',
    outcome: 'succeeded',
    told: { source: 'person' },
  };
}

it.each<[string, RunRecord[], string, string]>([
  ['no run', [], COMMIT, 'inconclusive'],
  ['a failed run', [brokenAt(0)], COMMIT, 'failed'],
  ['a run of another build', [runAt(0)], OTHER_COMMIT, 'inconclusive'],
  ['a proof', [runAt(0)], COMMIT, 'proven'],
])('%s is judged the same after somebody said that the deployment succeeded', async (_, runs, commit, outcome) => {
  const state = await openState();
  for (const run of runs) await seal(state, run);
  const ask = () => findProof({ ...state, environment: 'embedded', now: NOW, maxAgeMs: 3_600_000, judge, commit });
  const before = await ask();
  for (const toKey of [statedKey, exportedKey]) await state.ledger.append(succeeded(commit), toKey(succeeded(commit)));
  expect(await ask()).toEqual(before);
  expect(before.outcome).toBe(outcome);
});
