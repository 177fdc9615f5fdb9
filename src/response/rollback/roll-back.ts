/**
 * The rollback as a state machine: decide, claim, drive, wait until it is served, prove, settle. Each step is in the history
 * before the next begins, so that whoever takes over from a process that is gone asks the runtime and goes on from there.
 */
import type { RollbackIntended } from '../../ledger/rollback-events.ts';
import type { Proof } from '../../record/find-proof.ts';
import { carryOn, carryOut } from './carry-out.ts';
import { claimRollback } from './claim-rollback.ts';
import { type Confirmation, type Decision, decideRollback, type FailedRun } from './decide-rollback.ts';
import type { TargetFinding } from './find-target.ts';
import { askRuntime, type RollbackPorts } from './ports.ts';
import { openRollback, type Rollback, type RollbackHistory, readRollbacks } from './read-rollbacks.ts';
import type { RollbackReport } from './schema.ts';
import { type Served, servedName, short } from './served.ts';
import { recordRefusal, toReport } from './settle-rollback.ts';

export interface RollbackOptions {
  /** Decides as it would, drives nothing, records nothing. */
  readonly dryRun: boolean;
}

interface Known {
  readonly served: Served | undefined;
  readonly confirmations: readonly Confirmation[];
  readonly first: FailedRun | undefined;
  readonly target: TargetFinding | undefined;
}

/** Rejects with InputError and OwnFaultError; whatever became of the release is in the report. */
export async function rollBack(ports: RollbackPorts, { dryRun }: RollbackOptions): Promise<RollbackReport> {
  let known: Known = { served: undefined, confirmations: [], first: undefined, target: undefined };
  let proof = await ports.findProof();
  // what was learnt first is old by the time when all is known
  let isFresh = true;
  for (;;) {
    const history = await readRollbacks(ports.ledger, ports.scope);
    const decision = decideRollback({
      ...{ proof, history, ...known, policy: ports.policy },
      hasDriver: ports.driver !== undefined,
      owner: ownerState(ports, history),
      now: ports.clock.now(),
    });
    switch (decision.kind) {
      case 'need':
        known = { ...(await learn(ports, decision, known, history)), first: known.first ?? decision.failed };
        if (decision.what === 'confirmation') proof = await afterLooking(ports, proof, known);
        isFresh = false;
        continue;
      case 'due': {
        if (!isFresh) {
          proof = await ports.findProof();
          known = { ...known, served: await askRuntime(ports, releasesOf(decision)) };
          isFresh = true;
          continue;
        }
        if (dryRun) return await wouldRollBack(ports, decision);
        const intent = await claimRollback(ports, history, toClaim(ports, decision));
        if (intent !== undefined) return await carryOut(ports, intent);
        // somebody was quicker: it may be over already
        proof = await ports.findProof();
        continue;
      }
      case 'resume': {
        if (dryRun) return wouldResume(ports, decision.open);
        const intent = await claimRollback(ports, history, toNextClaim(decision.open));
        if (intent !== undefined) return await carryOn(ports, decision.open, intent);
        proof = await ports.findProof();
        continue;
      }
      case 'nothing-due':
        return toReport(ports, { outcome: 'nothing-due', reason: 'proven', because: decision.why, dryRun });
      case 'refused':
      case 'frozen':
        return await recordRefusal(ports, decision, dryRun);
    }
  }
}

function ownerState({ stateOf }: RollbackPorts, history: RollbackHistory) {
  const holder = openRollback(history)?.intents.at(-1)?.owner;
  return holder === undefined ? undefined : stateOf(holder);
}

/**
 * A run of the suite is a production run itself, and the newest. One that proves the release is the last word, and so is a
 * history that cannot be believed. One that failed, or could not judge, is counted as a confirmation or not, and no more.
 */
async function afterLooking(ports: RollbackPorts, proof: Proof, { confirmations }: Known): Promise<Proof> {
  if (confirmations.at(-1)?.by !== 'suite') return proof;
  const now = await ports.findProof();
  switch (now.outcome) {
    case 'proven':
    case 'tampered':
    case 'own-fault':
      return now;
    case 'failed':
    case 'inconclusive':
      return proof;
  }
}

type Need = Extract<Decision, { kind: 'need' }>;
type Due = Extract<Decision, { kind: 'due' }>;

async function learn(
  ports: RollbackPorts,
  { what, failed }: Need,
  known: Known,
  history: RollbackHistory,
): Promise<Known> {
  switch (what) {
    case 'runtime': {
      const served = await askRuntime(ports, { failed: failed.commit, target: '' });
      ports.say(`run ${failed.run.runId} failed on ${short(failed.commit)}; ${servedName(served)} is served`);
      return { ...known, served };
    }
    case 'confirmation': {
      const confirmation = await ports.confirm(failed);
      const count = known.confirmations.length + 1;
      const what = confirmation.by === 'suite' ? 'run' : 'check';
      ports.say(`${what} ${count} of at most ${ports.policy.confirm.of}: ${confirmation.outcome}: ${confirmation.why}`);
      return { ...known, confirmations: [...known.confirmations, confirmation] };
    }
    case 'target': {
      const target = await ports.findTarget(failed, known.served ?? { kind: 'unknown', why: 'not asked' }, history);
      ports.say(target.kind === 'found' ? `target: ${target.why}` : `no target: ${target.why}`);
      return { ...known, target };
    }
  }
}

function releasesOf({ failed, target }: Due): { failed: string; target: string } {
  return { failed: failed.commit, target: target.commit };
}

function toClaim({ newId }: RollbackPorts, { failed, target }: Due) {
  return {
    rollbackId: newId(),
    attempt: 1,
    failed: { commit: failed.commit, runId: failed.run.runId },
    target: { commit: target.commit, runId: target.run.runId },
  };
}

function toNextClaim({
  id,
  intents,
}: Rollback): Pick<RollbackIntended, 'rollbackId' | 'attempt' | 'failed' | 'target'> {
  const last = intents.at(-1);
  if (last === undefined) throw new Error('A rollback without an intent cannot be taken over.');
  return { rollbackId: id, attempt: last.attempt + 1, failed: last.failed, target: last.target };
}

async function wouldRollBack(ports: RollbackPorts, due: Due): Promise<RollbackReport> {
  const claim = toClaim(ports, due);
  const tried = await ports.driver?.dryRun({ rollbackId: claim.rollbackId, ...releasesOf(due) });
  const { failed, target } = claim;
  const isPossible = tried?.outcome === 'accepted';
  const said = tried?.said ? `: ${tried.said}` : '';
  return toReport(ports, {
    ...{ failed, target, dryRun: true },
    outcome: isPossible ? 'would-roll-back' : 'failed',
    reason: isPossible ? 'dry-run' : 'dry-run-failed',
    because: isPossible ? `a rollback is due; ${due.why}${said}` : `a rollback is due, and the driver could not${said}`,
  });
}

function wouldResume(ports: RollbackPorts, { id, intents }: Rollback): RollbackReport {
  const last = intents.at(-1);
  return toReport(ports, {
    ...{ rollbackId: id, dryRun: true },
    ...(last && { failed: last.failed, target: last.target }),
    outcome: 'would-roll-back',
    reason: 'resume',
    because: `rollback ${id} was begun ${last?.at ?? ''} and never came to its end: it would be taken over`,
  });
}
