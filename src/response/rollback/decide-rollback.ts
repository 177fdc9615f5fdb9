/**
 * Is a rollback due? A pure function of what is known so far: it asks for what is missing, cheapest first, and each thing
 * that speaks against a rollback has a name of its own. Only a failure that is seen, confirmed and still served leads to one.
 */
import type { RollbackPolicy } from '../../contract/rollback-policy-schema.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { sameCommit } from '../../probe/identity/build.ts';
import type { Proof } from '../../record/find-proof.ts';
import { isProof } from '../../record/production-runs.ts';
import type { Means } from './choose-means.ts';
import type { Candidate, TargetFinding } from './find-target.ts';
import { openRollback, type Rollback, type RollbackHistory, sinceProof } from './read-rollbacks.ts';
import { type Served, servedName, serves, short } from './served.ts';

/** What one check, or one run of the suite, by a process of its own said. */
export interface Confirmation {
  readonly by: Means;
  readonly outcome: 'passed' | 'warned' | 'failed' | 'inconclusive' | 'no-answer';
  /** what it was about */
  readonly commit: string | undefined;
  readonly failedLayers: readonly string[];
  readonly why: string;
}

export type OwnerState = 'alive' | 'gone' | 'elsewhere';

/** Undefined = not asked yet. */
export interface RollbackView {
  readonly proof: Proof;
  readonly history: RollbackHistory;
  readonly policy: Pick<RollbackPolicy, 'criticalLayers' | 'confirm' | 'budget' | 'attributeWithin'>;
  readonly hasDriver: boolean;
  /** of the process that holds the open rollback, where there is one */
  readonly owner: OwnerState | undefined;
  readonly served: Served | undefined;
  readonly confirmations: readonly Confirmation[];
  /** what began it, where runs that confirm came after it: the time that they took is not the release's */
  readonly first?: FailedRun | undefined;
  readonly target: TargetFinding | undefined;
  readonly now: Date;
}

export const REFUSALS = [
  'cannot-be-judged',
  'tampered',
  'own-fault',
  'in-flight',
  'no-commit',
  'not-critical',
  'quarantined',
  'was-target',
  'budget',
  'proven-before',
  'no-driver',
  'runtime-unknown',
  'mixed-builds',
  'other-build',
  'not-confirmed',
  'no-target',
  'schema-unknown',
  'overtaken',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** A run that failed, whose commit is known. */
export interface FailedRun {
  readonly run: SealedEvent;
  readonly commit: string;
}

export type Decision =
  | { readonly kind: 'need'; readonly what: 'runtime' | 'confirmation' | 'target'; readonly failed: FailedRun }
  | { readonly kind: 'due'; readonly failed: FailedRun; readonly target: Candidate; readonly why: string }
  | { readonly kind: 'resume'; readonly open: Rollback }
  | { readonly kind: 'nothing-due'; readonly why: string }
  | {
      readonly kind: 'refused';
      readonly reason: Refusal;
      readonly why: string;
      readonly failed?: FailedRun | undefined;
    }
  | { readonly kind: 'frozen'; readonly why: string; readonly failed: FailedRun };

export function decideRollback(view: RollbackView): Decision {
  const open = openRollback(view.history);
  if (open !== undefined) return decideOpen(open, view);
  const found = toFailed(view.proof);
  if ('kind' in found) return found;
  for (const gate of GATES) {
    const decision = gate(found, view);
    if (decision !== undefined) return decision;
  }
  return refuse('own-fault', 'no rule decided', found);
}

/** Whoever holds it acts; only where he is gone, or has had all the time that there is, another may take it over. */
function decideOpen(open: Rollback, { owner, now }: RollbackView): Decision {
  const last = open.intents.at(-1);
  const isOver = last === undefined || now.getTime() > Date.parse(last.until);
  if (owner === 'gone' || isOver) return { kind: 'resume', open };
  const who = last === undefined ? '' : ` by process ${last.owner.pid} on ${last.owner.host}`;
  const why = `a rollback from ${short(last?.failed.commit ?? '')} was begun ${last?.at ?? ''}${who} and is not over`;
  return refuse('in-flight', why, undefined);
}

function toFailed(proof: Proof): FailedRun | Decision {
  switch (proof.outcome) {
    case 'proven':
      return { kind: 'nothing-due', why: proof.message };
    case 'inconclusive':
      return refuse('cannot-be-judged', `${proof.reason}: ${proof.message}`, undefined);
    case 'tampered':
      return refuse('tampered', proof.message, undefined);
    case 'own-fault':
      return refuse('own-fault', proof.message, undefined);
    case 'failed': {
      const { commit } = proof.run.expected;
      if (commit !== undefined) return { run: proof.run, commit };
      return refuse('no-commit', `run ${proof.run.runId} was about a version: only a commit can be gone back from`);
    }
  }
}

type Gate = (failed: FailedRun, view: RollbackView) => Decision | undefined;

/** In this order: what the history says, what runs, whether it is broken again, where to. */
const GATES: readonly Gate[] = [
  gateLayer,
  gateQuarantine,
  gateWasTarget,
  gateBudget,
  gateProvenBefore,
  gateDriver,
  gateRuntime,
  gateConfirmation,
  gateTarget,
];

function gateLayer(failed: FailedRun, { policy }: RollbackView): Decision | undefined {
  const { failedLayers } = failed.run;
  if (isCritical(failedLayers, policy)) return undefined;
  const names = failedLayers.join(', ') || 'no layer named';
  return refuse('not-critical', `no critical layer failed (${names}); see rollback.criticalLayers`, failed);
}

function isCritical(layers: readonly string[], { criticalLayers }: Pick<RollbackPolicy, 'criticalLayers'>): boolean {
  return layers.some((layer) => (criticalLayers as readonly string[]).includes(layer));
}

/** Deployed once more, it would be rolled back once more, and so on: people have to look. */
function gateQuarantine(failed: FailedRun, { history }: RollbackView): Decision | undefined {
  const before = history.rollbacks.find(({ intents }) =>
    intents.some((intent) => sameCommit(intent.failed.commit, failed.commit)),
  );
  if (before === undefined) return undefined;
  const how = before.settled?.outcome ?? 'begun';
  const why = `${short(failed.commit)} was rolled back from before (rollback ${before.id}: ${how}); a commit has one rollback`;
  return refuse('quarantined', why, failed);
}

function gateWasTarget(failed: FailedRun, { history }: RollbackView): Decision | undefined {
  const before = history.rollbacks.find(({ intents, driven }) =>
    [...intents.map(({ target }) => target.commit), driven?.event.serves ?? ''].some((commit) =>
      sameCommit(commit, failed.commit),
    ),
  );
  if (before === undefined) return undefined;
  const why = `${short(failed.commit)} is what rollback ${before.id} went back to: what is broken did not come with a release`;
  return refuse('was-target', why, failed);
}

function gateBudget(failed: FailedRun, { history, policy }: RollbackView): Decision | undefined {
  const spent = sinceProof(history);
  if (spent < policy.budget) return undefined;
  const why = `${spent} rollbacks since the last proven run, ${policy.budget} allowed (rollback.budget)`;
  return refuse('budget', why, failed);
}

/** It worked, for longer than a release is given to show its faults. Counted since it came into service last. */
function gateProvenBefore(failed: FailedRun, { history, policy, first: seen }: RollbackView): Decision | undefined {
  const isOwn = ({ event }: (typeof history.runs)[number]) => sameCommit(event.expected.commit ?? '', failed.commit);
  const other = history.runs.findLastIndex((each) => each.event.expected.commit !== undefined && !isOwn(each));
  const first = history.runs.slice(other + 1).find((each) => isProof(each.event) && isOwn(each))?.event;
  if (first === undefined) return undefined;
  const { startedAt } = seen !== undefined && sameCommit(seen.commit, failed.commit) ? seen.run : failed.run;
  const laterMs = Date.parse(startedAt) - Date.parse(first.endedAt);
  if (laterMs <= policy.attributeWithin) return undefined;
  const why = `${short(failed.commit)} was proven ${first.endedAt} (run ${first.runId}) and failed ${Math.round(laterMs / 3_600_000)} h later: production broke, not the release`;
  return refuse('proven-before', why, failed);
}

function gateDriver(failed: FailedRun, { hasDriver, history }: RollbackView): Decision | undefined {
  if (hasDriver) return undefined;
  const why = `contracts/policy.yaml has no rollback.drivers.${history.scope.environment}: nothing here can roll back`;
  return refuse('no-driver', why, failed);
}

function gateRuntime(failed: FailedRun, { served }: RollbackView): Decision | undefined {
  if (served === undefined) return { kind: 'need', what: 'runtime', failed };
  if (serves(served, failed.commit)) return undefined;
  const name = short(failed.commit);
  switch (served.kind) {
    case 'unknown':
      return refuse('runtime-unknown', `it is not known whether ${name} is still served: ${served.why}`, failed);
    case 'mixed':
      return refuse('mixed-builds', `${servedName(served)} are served at once: a deployment is under way`, failed);
    case 'one':
      return refuse('other-build', `${name} failed, but ${short(served.commit)} is served: prove that first`, failed);
  }
}

function gateConfirmation(failed: FailedRun, { confirmations, policy }: RollbackView): Decision | undefined {
  const { times, of } = policy.confirm;
  const hits = confirmations.filter((one) => isConfirming(one, failed, policy)).length;
  if (hits >= times) return undefined;
  if (of - confirmations.length >= times - hits) return { kind: 'need', what: 'confirmation', failed };
  const last = confirmations.findLast((one) => !isConfirming(one, failed, policy))?.why ?? '';
  const why = `${hits} of ${confirmations.length} ${nameOf(confirmations)} failed again in a critical layer, ${times} are needed: ${last}`;
  return refuse('not-confirmed', why, failed);
}

function nameOf(confirmations: readonly Confirmation[]): string {
  return confirmations.some(({ by }) => by === 'suite') ? 'runs' : 'checks';
}

function isConfirming(
  { outcome, commit, failedLayers }: Confirmation,
  failed: FailedRun,
  policy: Pick<RollbackPolicy, 'criticalLayers'>,
): boolean {
  const isSame = commit !== undefined && sameCommit(commit, failed.commit);
  return outcome === 'failed' && isSame && isCritical(failedLayers, policy);
}

function gateTarget(failed: FailedRun, { target }: RollbackView): Decision {
  if (target === undefined) return { kind: 'need', what: 'target', failed };
  switch (target.kind) {
    case 'found':
      return { kind: 'due', failed, target: target.candidate, why: target.why };
    case 'none':
      return refuse('no-target', target.why, failed);
    case 'unknown':
      return refuse('schema-unknown', target.why, failed);
    case 'misfit':
      return { kind: 'frozen', why: target.why, failed };
  }
}

function refuse(reason: Refusal, why: string, failed?: FailedRun): Decision {
  return { kind: 'refused', reason, why, failed };
}
