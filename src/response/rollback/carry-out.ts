/** From a claimed rollback to its end: driven, served, proven, settled. Only whoever holds the claim comes here. */

import { OwnFaultError } from '../../errors.ts';
import type { RollbackDriven, RollbackIntended } from '../../ledger/rollback-events.ts';
import { sameCommit } from '../../probe/identity/build.ts';
import { awaitServed } from './await-served.ts';
import type { Driven, DriveOrder, Driver } from './driver.ts';
import { askRuntime, type RollbackPorts } from './ports.ts';
import { type Rollback, readRollbacks } from './read-rollbacks.ts';
import type { RollbackReport } from './schema.ts';
import { type Served, servedName, serves, short } from './served.ts';
import { type Ending, settleRollback } from './settle-rollback.ts';

/** The first attempt. */
export async function carryOut(ports: RollbackPorts, intent: RollbackIntended): Promise<RollbackReport> {
  return follow(ports, intent, await drive(ports, intent), intent.at);
}

/**
 * Taken over from a process that is gone. What it had begun may still be at work, so that the runtime is asked until that
 * cannot be any more; only where the failed commit is served even then is it driven again.
 */
export async function carryOn(ports: RollbackPorts, open: Rollback, intent: RollbackIntended): Promise<RollbackReport> {
  const begunAt = open.intents[0]?.at ?? intent.at;
  ports.say(`rollback ${open.id} is taken over (attempt ${intent.attempt})`);
  if (open.driven !== undefined) return follow(ports, intent, open.driven.event, begunAt);
  const done = await findDone(ports, intent);
  if (done !== undefined) return follow(ports, intent, await found(ports, intent, done), begunAt);
  const before = open.intents.at(-1);
  const untilMs = Date.parse(before?.driveUntil ?? intent.at);
  const commit = intent.target.commit;
  const { isServed, served } = await awaitServed(ports, { commit, failed: intent.failed.commit, untilMs });
  const late = isServed ? commit : await findDone(ports, intent);
  if (late !== undefined) return follow(ports, intent, await found(ports, intent, late), begunAt);
  if (!serves(served, intent.failed.commit))
    return settleRollback(ports, intent, { ...toOvertaken(served, intent), begunAt });
  const outdated = await findOutdated(ports, intent);
  if (outdated !== undefined) return settleRollback(ports, intent, { ...outdated, begunAt });
  return follow(ports, intent, await drive(ports, intent), begunAt);
}

type Judged = Pick<Ending, 'outcome' | 'reason' | 'because'>;

function toOvertaken(served: Served, { failed, target }: RollbackIntended): Judged {
  const name = servedName(served);
  if (served.kind === 'one') {
    const because = `neither ${short(failed.commit)} nor ${short(target.commit)} is served, but ${name}: somebody deployed meanwhile`;
    return { outcome: 'refused', reason: 'overtaken', because };
  }
  const because = `what is served is ${name}: nothing is driven blindly`;
  return { outcome: 'failed', reason: 'runtime-unknown', because };
}

/** It may be taken over long after it was decided: only a failure that is still the newest word is a reason to drive. */
async function findOutdated(ports: RollbackPorts, { failed }: RollbackIntended): Promise<Judged | undefined> {
  const proof = await ports.findProof();
  if (proof.outcome === 'failed' && sameCommit(proof.run.expected.commit ?? '', failed.commit)) return undefined;
  const because = `that ${short(failed.commit)} failed is no longer the newest word: ${proof.message}`;
  return { outcome: 'refused', reason: 'outdated', because };
}

function driverOf({ driver }: RollbackPorts): Driver {
  if (driver === undefined) throw new OwnFaultError('Failed to roll back: there is no driver.');
  return driver;
}

function toOrder({ rollbackId, failed, target }: RollbackIntended): DriveOrder {
  return { rollbackId, failed: failed.commit, target: target.commit };
}

async function findDone(ports: RollbackPorts, intent: RollbackIntended): Promise<string | undefined> {
  return driverOf(ports).findDone?.(toOrder(intent));
}

async function drive(ports: RollbackPorts, intent: RollbackIntended): Promise<RollbackDriven> {
  const { clock } = ports;
  // A process that slept until its time was over has been given up by the others.
  if (clock.now().getTime() > Date.parse(intent.until))
    throw new OwnFaultError(`Failed to roll back: the time of rollback ${intent.rollbackId} was over before it drove.`);
  ports.say(`driving back to ${short(intent.target.commit)} (${intent.driver})`);
  const startMs = clock.monotonicMs();
  const driven = await driverOf(ports).drive(toOrder(intent));
  ports.say(`the driver: ${driven.outcome}${driven.said && `: ${driven.said}`}`);
  return recordDriven(ports, intent, driven, clock.monotonicMs() - startMs);
}

function found(ports: RollbackPorts, intent: RollbackIntended, commit: string): Promise<RollbackDriven> {
  return recordDriven(ports, intent, { outcome: 'found', serves: commit, said: '' }, 0);
}

type Outcome = { readonly outcome: RollbackDriven['outcome'] } & Pick<Driven, 'serves' | 'said'>;

async function recordDriven(
  { ledger, clock }: RollbackPorts,
  { rollbackId, attempt, system, environment }: RollbackIntended,
  { outcome, serves: commit, said }: Outcome,
  durationMs: number,
): Promise<RollbackDriven> {
  const event: RollbackDriven = {
    type: 'rollback.driven',
    ...{ rollbackId, attempt, system, environment, outcome, serves: commit, said },
    at: clock.now().toISOString(),
    durationMs: Math.round(durationMs),
  };
  await ledger.append(event, `rollback-driven:${rollbackId}:${attempt}`);
  return event;
}

/** Driven, whatever the driver says of it: what counts is what is served then, and that it is proven. */
async function follow(
  ports: RollbackPorts,
  intent: RollbackIntended,
  driven: RollbackDriven,
  begunAt: string,
): Promise<RollbackReport> {
  const { clock, policy } = ports;
  const settle = (ending: Omit<Ending, 'begunAt' | 'serves' | 'driveMs'>) =>
    settleRollback(ports, intent, { ...ending, begunAt, serves: driven.serves, driveMs: driven.durationMs });
  const patienceMs = driven.outcome === 'failed' ? 0 : policy.deadlines.serve;
  const untilMs = clock.now().getTime() + patienceMs;
  const waited = await awaitServed(ports, { commit: driven.serves, failed: intent.failed.commit, untilMs });
  if (!waited.isServed) {
    const isRefused = driven.outcome === 'failed';
    const what = isRefused ? `the driver failed (${driven.said})` : `the driver ended (${driven.outcome})`;
    const because = `${what}, and ${servedName(waited.served)} is served, not ${short(driven.serves)}`;
    return settle({ outcome: 'failed', reason: isRefused ? 'driver-failed' : 'not-served', because });
  }
  const serveMs = Math.max(0, clock.now().getTime() - Date.parse(begunAt));
  ports.say(`${short(driven.serves)} is served, ${(serveMs / 1000).toFixed(1)} s after the decision`);
  return settle({ ...(await prove(ports, intent, driven)), serveMs });
}

/** The production suite again; one that was sealed since the driving, by a process that is gone now, counts. */
async function prove(
  ports: RollbackPorts,
  intent: RollbackIntended,
  driven: RollbackDriven,
): Promise<Pick<Ending, 'outcome' | 'reason' | 'because' | 'proofRun'>> {
  const known = await provenSince(ports, driven);
  if (known !== undefined) return known;
  ports.say(`proving ${short(driven.serves)}: ${ports.policy.suite.join(' ')}`);
  const trouble = await ports.runSuite(driven.serves);
  const proven = await provenSince(ports, driven);
  if (proven !== undefined) return proven;
  const proof = await ports.findProof(driven.serves);
  const why = [trouble, proof.message].filter(Boolean).join('; ');
  const isBroken = proof.outcome === 'failed' && (await isSince(ports, driven, proof.run.runId));
  const served = await askRuntime(ports, { failed: intent.failed.commit, target: driven.serves });
  const because = `${servedName(served)} is served, and ${isBroken ? 'it is broken too' : 'it is not proven'}: ${why}`;
  return { outcome: 'failed', reason: isBroken ? 'target-broken' : 'not-proven', because };
}

async function provenSince(ports: RollbackPorts, driven: RollbackDriven) {
  const proof = await ports.findProof(driven.serves);
  if (proof.outcome !== 'proven' || !(await isSince(ports, driven, proof.run.runId))) return undefined;
  const because = `${short(driven.serves)} is served and proven: ${proof.message}`;
  return { outcome: 'restored' as const, reason: 'proven', because, proofRun: proof.run.runId };
}

/** A run that began before the driving looked at something else. */
async function isSince(ports: RollbackPorts, driven: RollbackDriven, runId: string): Promise<boolean> {
  const { runs, rollbacks } = await readRollbacks(ports.ledger, ports.scope);
  const run = runs.find(({ event }) => event.runId === runId);
  const seq = rollbacks.find(({ id }) => id === driven.rollbackId)?.driven?.seq;
  if (run === undefined || seq === undefined) return false;
  return run.seq > seq && Date.parse(run.event.startedAt) >= Date.parse(driven.at);
}
