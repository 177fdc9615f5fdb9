/** What the history, and the decision that the gate kept, say of one release. What is not known is null, and said to be. */
import type { GateDecided } from '../../ledger/gate-event.ts';
import type { RollbackSettled } from '../../ledger/rollback-events.ts';
import type { LedgerRow } from '../../ledger/schema.ts';
import { sameCommit } from '../../probe/identity/build.ts';
import type { Incident } from '../../record/schema.ts';
import type { KeptDecision } from '../gate/read-decision.ts';
import { coveredBy } from '../judge-waivers.ts';
import type { SignOff } from '../sign-off-schema.ts';

export interface ReleaseSummary {
  /** the newest of the gate that was no mere shadow, else the newest in the shadow; null = the history has none */
  readonly gate: GateDecided | null;
  /** what that decision rested on; or why that is not known */
  readonly kept: KeptDecision | { readonly unknown: string };
  readonly incidents: readonly Incident[];
  /** of its runs, in order; refusals too */
  readonly rollbacks: readonly RollbackSettled[];
}

/** `rows` of one system and environment. */
export function newestDecision(rows: readonly LedgerRow[], commit: string): GateDecided | null {
  const own = rows.flatMap(({ event }) =>
    event.type === 'gate.decided' && event.commit !== undefined && sameCommit(event.commit, commit) ? [event] : [],
  );
  return own.findLast(({ shadow }) => !shadow) ?? own.at(-1) ?? null;
}

/** Those that went back from it, and the one that brought it back. */
export function rollbacksOf(rows: readonly LedgerRow[], runIds: readonly string[]): RollbackSettled[] {
  return rows.flatMap(({ event }) => {
    if (event.type !== 'rollback.settled') return [];
    const isOf = [event.failed.runId, event.proofRun].some((runId) => runId !== undefined && runIds.includes(runId));
    return isOf ? [event] : [];
  });
}

/** A line each, for a change board: never more than six. */
export function toBoardLines({ gate, kept, incidents, rollbacks }: ReleaseSummary): string[] {
  const ids = incidents.map(({ id }) => id);
  const rollback = rollbacks.at(-1);
  return [
    ...gateLines(gate, kept),
    `Incidents: ${ids.length === 0 ? 'none' : ids.slice(-5).join(', ')}`,
    ...(rollback === undefined ? [] : [`Rollback: ${rollbackLine(rollback)}`]),
  ];
}

function gateLines(gate: GateDecided | null, kept: ReleaseSummary['kept']): string[] {
  if (gate === null)
    return ['Release, gate, approvals and waivers: not known, the history has no decision of the gate about it'];
  const signOff = signOffOf(kept);
  const why = 'unknown' in kept ? kept.unknown : 'the gate had none';
  return [
    `Release: ${gate.release ?? 'not known'}, manifest ${gate.manifestSha256 ?? 'not known'}`,
    `Gate: ${gateLine(gate, kept)}`,
    `Approved by: ${signOff === undefined ? `not known (${why})` : signOff.approvals.map(approvalLine).join(', ') || 'nobody'}`,
    `Waivers: ${signOff === undefined ? `not known (${why})` : signOff.waivers.map(waiverLine).join('; ') || 'none'}`,
  ];
}

/** `warned (gate-1, 2026-…), 2 warnings`; a shadow opened nothing. */
export function gateLine({ id, at, verdict, shadow }: GateDecided, kept: ReleaseSummary['kept']): string {
  const count =
    'unknown' in kept ? undefined : kept.decision.reasons.filter(({ status }) => status === 'warned').length;
  const warnings = count === undefined ? 'number of warnings not known' : `${count} warning${count === 1 ? '' : 's'}`;
  return `${verdict}${shadow ? ' in the shadow, which opens nothing' : ''} (${id}, ${at}), ${warnings}`;
}

export function signOffOf(kept: ReleaseSummary['kept']): SignOff | undefined {
  return 'unknown' in kept || kept.inputs.signOff.state !== 'read' ? undefined : kept.inputs.signOff.value;
}

export function approvalLine({ approver, role, ownWork }: SignOff['approvals'][number]): string {
  return `${approver} as ${role}${ownWork ? ' (own work, solo maintainer)' : ''}`;
}

export function waiverLine({ covers, approver, owner, expires, reason }: SignOff['waivers'][number]): string {
  return `${coveredBy(covers)} until ${expires}: ${reason} (owner ${owner}, approved by ${approver})`;
}

export function rollbackLine({ outcome, reason, rollbackId, failed, target, at }: RollbackSettled): string {
  const back = target === undefined ? '' : ` to ${target.commit.slice(0, 12)}`;
  return `${outcome} (${reason}), from ${failed.commit.slice(0, 12)}${back}, ${at} (${rollbackId})`;
}
