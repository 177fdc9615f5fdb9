/** The intent of a run in the ledger, once for each run and shard. */
import { randomBytes } from 'node:crypto';
import { InputError } from '../errors.ts';
import { type IntendedEvent, type Ledger, RUN_EVENTS } from '../ledger/schema.ts';
import type { Plan, RunContext } from '../probe/schema.ts';
import type { RunIdentity } from './run-order.ts';

export function toIntent(runId: string, plan: Plan, context: RunContext): IntendedEvent {
  return {
    type: 'run.intended',
    runId,
    system: plan.system,
    environment: plan.environment,
    kind: context.kind ?? 'production',
    expected: plan.expected,
    planDigest: plan.digest,
    contractDigest: plan.contractDigest,
    startedAt: context.startedAt,
  };
}

/**
 * Throws InputError where the id was used before. That attempt leaves an interrupted run under an id of its own: somebody
 * wanted a newer answer than the old run's, so the old proof no longer stands.
 */
export async function intendRun(
  ledger: Ledger,
  identity: RunIdentity,
  intent: IntendedEvent,
  now: () => Date,
): Promise<void> {
  if (!(await isTaken(ledger, identity))) {
    await ledger.append(intent, identity.intentKey);
    return;
  }
  const runId = `${identity.runId.slice(0, 80)}-refused-${randomBytes(4).toString('hex')}`;
  const { system, environment } = intent;
  await ledger.append({ ...intent, runId }, `intend:${runId}`);
  await ledger.append(
    { type: 'run.interrupted', runId, system, environment, foundAt: now().toISOString() },
    `interrupted:${runId}`,
  );
  throw new InputError([
    {
      code: 'run-id-taken',
      what: `GATE10_RUN_ID "${identity.runId}" is taken by an earlier run, and a run is recorded once`,
      expected: 'an id that is new for every attempt',
      fix: 'Set another one, e.g. the id of the pipeline and of its attempt, or unset it.',
    },
  ]);
}

/** A shard's id may be there already: the other shards have it. Its own part may not, nor the judgement of the whole. */
async function isTaken(ledger: Ledger, { runId, intentKey, leftToMerge }: RunIdentity): Promise<boolean> {
  if ((await ledger.rows({ key: intentKey })).length > 0) return true;
  const rows = await ledger.rows({ type: RUN_EVENTS });
  return rows.some(
    ({ event }) => 'runId' in event && event.runId === runId && (!leftToMerge || event.type === 'run.sealed'),
  );
}
