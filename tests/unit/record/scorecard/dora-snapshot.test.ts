import { describe, expect, it } from 'vitest';
import { readDoraSnapshot } from '../../../../src/record/scorecard/dora-snapshot.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { openState, runAt, seal } from '../sealed-state.ts';
import { context, put, read } from './state-folder.ts';

async function recorded(over: Record<string, unknown> = {}, name = 'dora_metrics.json') {
  const state = await openState();
  await seal(state, runAt(1));
  const metrics = read(state.stateDir, 'dora_metrics.json');
  put(state.stateDir, name, { ...metrics, ...over });
  return readDoraSnapshot(state.stateDir, context());
}

describe("DORA's metrics in a scorecard", () => {
  it('are those that lie in the state folder, with the digest of their file', async () => {
    expect(await recorded()).toMatchObject({
      status: 'measured',
      ...{ file: 'dora_metrics.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ period_start: '2026-11-01', period_end: '2026-11-30', standard: 'dora-2024' },
      deployment_frequency: { total_deployments: 1 },
      change_failure_rate: { percentage: 0 },
      time_to_restore_service: { avg_minutes: null },
    });
  });

  it('of the environment go before those of none', async () => {
    const keys = { deployment_frequency: { total_deployments: 7, deployments_per_day: 1, rating: null } };
    expect(await recorded(keys, 'dora_metrics.embedded.json')).toMatchObject(keys);
    expect(await recorded(keys, 'dora_metrics.mosaic.embedded.json')).toMatchObject(keys);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['of a month that is over', { period_start: '2026-10-01', period_end: '2026-11-20' }, /ended 2026-11-20/],
    ['of another environment', { environment: 'staging' }, /about staging/],
    ['of another system', { system: 'other' }, /the system other/],
    ['of the future', { generated_at: '2036-01-01T00:00:00.000Z' }, /in the future/],
    ['made long ago', { generated_at: '2026-11-01T00:00:00.000Z' }, /20 d ago/],
  ])('%s are stale', async (_, over, why) => {
    const snapshot = await recorded(over);
    expect(snapshot.status).toBe('stale');
    expect(snapshot.why).toMatch(why);
  });

  it.each<[string, unknown, RegExp]>([
    ['half a file', '{"period_start": "2026', /cannot be believed: .*JSON/],
    ['a file of another form', { deployments: 3 }, /cannot be believed: period_start/],
  ])('are unknown in %s', (_, value, why) => {
    const stateDir = temporaryFolder();
    put(stateDir, 'dora_metrics.json', value);
    const snapshot = readDoraSnapshot(stateDir, context());
    expect(snapshot).toMatchObject({ status: 'unknown', file: 'dora_metrics.json' });
    expect(snapshot.why).toMatch(why);
  });

  it('are unknown where there are none', () => {
    expect(readDoraSnapshot(temporaryFolder(), context())).toEqual({
      status: 'unknown',
      why: 'no metrics are recorded yet',
    });
  });
});
