import { OwnFaultError } from '../../src/errors.ts';
import { attachEvidence } from '../support/attach-evidence.ts';
import { test } from '../support/fixture.ts';
import { followEngine, refuseFault } from '../support/follow-engine.ts';
import { showRows } from '../support/show-rows.ts';

test('the expected build answers, on every replica sampled, before anything is judged', async ({ run }, testInfo) => {
  test.setTimeout(run.limits.settleMs);
  const planned = new Set(run.plan.rows.filter(({ by }) => by === 'settle').map(({ id }) => id));
  let view = await followEngine(run.runDir, ({ settledAt }) => settledAt !== undefined);
  // A settle that failed ends the run; what the engine found for the diagnosis would be lost with the layers' tests.
  if (view.settledAt === undefined) view = await followEngine(run.runDir, ({ ended }) => ended);
  const settled = view.settledAt !== undefined;
  const rows = view.rows.filter(({ id }) => planned.has(id) || !settled);
  await attachEvidence(testInfo, run, {
    plan: run.plan,
    context: { ...run.context, ...(view.settledAt !== undefined && { settledAt: view.settledAt }) },
    rows,
    identity: [...view.identity],
  });
  refuseFault(view);
  await showRows(rows, testInfo);
  if (!settled) throw new OwnFaultError('The check engine ended before the system settled, and no row says why.');
});
