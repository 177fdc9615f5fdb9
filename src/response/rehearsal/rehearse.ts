/**
 * A rollback tried out between two real releases: back to the older one and proven, forward again and proven. The way back is
 * gone in any case, whatever the older release turned out to be.
 */
import type { RehearsalRecorded } from '../../ledger/rollback-events.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { awaitServed } from '../rollback/await-served.ts';
import type { Driver } from '../rollback/driver.ts';
import type { RollbackPorts } from '../rollback/ports.ts';
import { openRollback, readRollbacks } from '../rollback/read-rollbacks.ts';
import { servedName, serves, short } from '../rollback/served.ts';

export type RehearsalResult =
  | { readonly outcome: 'passed' | 'failed'; readonly because: string; readonly rehearsal: RehearsalRecorded }
  | { readonly outcome: 'refused'; readonly because: string };

/** Rejects with OwnFaultError where the history cannot be written. */
export async function rehearse(ports: RollbackPorts): Promise<RehearsalResult> {
  const ready = await prepare(ports);
  if ('because' in ready) return { outcome: 'refused', because: ready.because };
  const { driver, from, to } = ready;
  const id = ports.newId();
  ports.say(`rehearsing: ${short(from)} → ${short(to)} → ${short(from)}`);
  const there = await go(ports, driver, { rollbackId: `${id}-there`, failed: from, target: to });
  const back = await go(ports, driver, { rollbackId: `${id}-back`, failed: there.serves, target: from });
  const limitMs = ports.policy.restoreWithin;
  const troubles = [
    there.trouble && `there: ${there.trouble}`,
    back.trouble && `back: ${back.trouble}`,
    ...[there, back].map(({ ms }) => ms !== undefined && ms > limitMs && `it took ${ms} ms, ${limitMs} are allowed`),
  ].filter((trouble) => typeof trouble === 'string');
  const outcome = troubles.length === 0 ? 'passed' : 'failed';
  const because = troubles.join('; ') || `there in ${there.ms} ms, back in ${back.ms} ms, both proven`;
  const rehearsal: RehearsalRecorded = {
    type: 'rehearsal.recorded',
    ...{ rehearsalId: id, system: ports.scope.system, environment: ports.scope.environment },
    ...{ from, to, driver: driver.kind, outcome, because, at: ports.clock.now().toISOString() },
    durations: {
      ...(there.ms === undefined ? {} : { thereMs: there.ms }),
      ...(back.ms === undefined ? {} : { backMs: back.ms }),
    },
  };
  await ports.ledger.append(rehearsal, `rehearsal:${id}`);
  return { outcome, because, rehearsal };
}

interface Ready {
  readonly driver: Driver;
  readonly from: string;
  readonly to: string;
}

/** Only from a release that is served and proven, to one that passed and fits: anything else would be no rehearsal. */
async function prepare(ports: RollbackPorts): Promise<Ready | { readonly because: string }> {
  const { driver, scope, policy } = ports;
  if (driver === undefined) return { because: `contracts/policy.yaml has no rollback.drivers.${scope.environment}` };
  if (!policy.rehearsal.environments.includes(scope.environment))
    return { because: `${scope.environment} is not one of rollback.rehearsal.environments` };
  const history = await readRollbacks(ports.ledger, scope);
  if (openRollback(history) !== undefined) return { because: 'a rollback is not over yet' };
  const proof = await ports.findProof();
  const from = proof.outcome === 'proven' ? proof.run.expected.commit : undefined;
  if (proof.outcome !== 'proven' || from === undefined)
    return { because: `what runs has to be proven first: ${proof.message}` };
  const served = await ports.askSystem();
  if (!serves(served, from)) return { because: `${short(from)} was proven, but ${servedName(served)} is served` };
  const finding = await ports.findTarget({ run: proof.run, commit: from }, served, history);
  if (finding.kind !== 'found') return { because: finding.why };
  return { driver, from, to: finding.candidate.commit };
}

interface Leg {
  readonly trouble: string | undefined;
  /** from the beginning of the driver until the target was served */
  readonly ms: number | undefined;
  readonly serves: string;
}

async function go(ports: RollbackPorts, driver: Driver, order: Parameters<Driver['drive']>[0]): Promise<Leg> {
  const { clock, policy, say } = ports;
  const startMs = clock.monotonicMs();
  const driven = await driver.drive(order);
  const untilMs = clock.now().getTime() + (driven.outcome === 'failed' ? 0 : policy.deadlines.serve);
  const waited = await awaitServed(ports, { commit: driven.serves, failed: order.failed, untilMs });
  if (!waited.isServed) {
    const trouble = `the driver: ${driven.outcome}: ${driven.said}; ${servedName(waited.served)} is served`;
    // nothing is known of where it stands: the way back is tried from where it began
    return { trouble, ms: undefined, serves: order.failed };
  }
  const ms = Math.round(clock.monotonicMs() - startMs);
  say(`${short(driven.serves)} is served after ${(ms / 1000).toFixed(1)} s`);
  return { trouble: await prove(ports, driven.serves), ms, serves: driven.serves };
}

/** Undefined where a run that was begun since proves it. */
async function prove(ports: RollbackPorts, commit: string): Promise<string | undefined> {
  const before = new Set(await sealedRuns(ports));
  const trouble = await ports.runSuite(commit);
  const proof = await ports.findProof(commit);
  const isNew = proof.outcome === 'proven' && !before.has(proof.run.runId);
  return isNew ? undefined : [`${short(commit)} is not proven`, trouble, proof.message].filter(Boolean).join(': ');
}

async function sealedRuns({ ledger, scope }: RollbackPorts): Promise<SealedEvent['runId'][]> {
  const { runs } = await readRollbacks(ledger, scope);
  return runs.map(({ event }) => event.runId);
}
