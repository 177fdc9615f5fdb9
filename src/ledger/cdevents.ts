/**
 * The history as CDEvents 0.5.1 (cdevents.dev, spec v0.5.1), for tools that know nothing of gate10. One way only: a row
 * that has no CDEvent (an intent, a refusal, an intervention, a gate's decision, a notification) is left out and counted.
 */
import type { RecordedDeployment, RecordedIncident } from './recorded-events.ts';
import type { LedgerRow, SealedEvent } from './schema.ts';

const SPEC = '0.5.1';

/** The envelope of CDEvents 0.5.1; `customData.gate10` holds the row itself. */
export interface CdEvent {
  readonly context: {
    readonly specversion: typeof SPEC;
    readonly id: string;
    readonly source: string;
    readonly type: string;
    readonly timestamp: string;
  };
  readonly subject: { readonly id: string; readonly content: Readonly<Record<string, unknown>> };
  readonly customData: { readonly gate10: Pick<LedgerRow, 'seq' | 'key' | 'hash' | 'event'> };
  readonly customDataContentType: 'application/json';
}

type Change = 'service.deployed' | 'service.upgraded' | 'service.rolledback';
type Kind = Change | 'incident.detected' | 'incident.resolved' | 'testsuiterun.finished';

/** What was seen so far of a system in an environment. */
interface Seen {
  readonly builds: Set<string>;
  readonly incidents: Set<string>;
  /** the build that was tried last, whatever came of it */
  last: string | undefined;
}

/** A mapper with a memory: it has to be given every row, in order, to tell an upgrade from a way back. */
export function createCdEvents(): (row: LedgerRow) => CdEvent[] {
  const scopes = new Map<string, Seen>();
  return (row) => {
    const { system = '', environment } = row.event;
    const scope = JSON.stringify([system, environment]);
    const seen = scopes.get(scope) ?? { builds: new Set(), incidents: new Set(), last: undefined };
    scopes.set(scope, seen);
    return toEvents(row, seen);
  };
}

function toEvents(row: LedgerRow, seen: Seen): CdEvent[] {
  const { event } = row;
  switch (event.type) {
    case 'run.sealed':
      return [ofSuite(row, event.runId, event.endedAt, suiteOf(event)), ...ofProof(row, event, seen)];
    case 'run.interrupted':
      return [ofSuite(row, event.runId, event.foundAt, { outcome: 'cancel', reason: 'the run was never sealed' })];
    case 'deployment.recorded':
      return [ofDeployment(row, event, seen)];
    case 'incident.recorded':
      return ofIncident(row, event, seen);
    case 'run.intended':
    case 'run.refused':
    case 'intervention.recorded':
    case 'gate.decided':
    // the proof of the release that is back is a service.rolledback already
    case 'rollback.intended':
    case 'rollback.driven':
    case 'rollback.settled':
    case 'rehearsal.recorded':
    case 'notification.settled':
    case 'follow-up.recorded':
      return [];
  }
}

const SEVERITIES = { P0: 'critical', P1: 'high', P2: 'medium', P3: 'low' } as const;
const OUTCOMES = { passed: 'success', warned: 'success', failed: 'failure', inconclusive: 'error' } as const;

function suiteOf({ kind, verdict, severity, because }: SealedEvent): Readonly<Record<string, unknown>> {
  return {
    outcome: OUTCOMES[verdict],
    ...(severity === undefined ? {} : { severity: SEVERITIES[severity] }),
    ...(because[0] === undefined ? {} : { reason: because[0] }),
    testSuite: { id: `gate10/${kind}` },
  };
}

function ofSuite(row: LedgerRow, runId: string, at: string, content: Readonly<Record<string, unknown>>): CdEvent {
  return toCdEvent(row, 'testsuiterun.finished', { at, id: runId, content });
}

/** A build counts as deployed when it was proven in production; that one which was proven last is proven again says nothing new. */
function ofProof(row: LedgerRow, event: SealedEvent, seen: Seen): CdEvent[] {
  const build = event.expected.commit ?? event.expected.version;
  if (event.kind !== 'production' || build === undefined) return [];
  const isProven = event.complete && (event.verdict === 'passed' || event.verdict === 'warned');
  const isNew = seen.last !== build || !seen.builds.has(build);
  const change = changeTo(build, event.previousCommit, seen);
  seen.last = build;
  if (!isProven || !isNew) return [];
  seen.builds.add(build);
  return [ofService(row, change, event.settledAt ?? event.endedAt, event.system, build)];
}

/** Every told deployment took place, whatever came of it. */
function ofDeployment(row: LedgerRow, event: RecordedDeployment, seen: Seen): CdEvent {
  const change = changeTo(event.commit, event.previousCommit, seen);
  seen.builds.add(event.commit);
  seen.last = event.commit;
  return ofService(row, change, event.deployedAt, event.system, event.commit);
}

function changeTo(build: string, previous: string | undefined, { builds, last }: Seen): Change {
  if (builds.has(build)) return last === build ? 'service.deployed' : 'service.rolledback';
  return builds.size > 0 || previous !== undefined ? 'service.upgraded' : 'service.deployed';
}

function ofService(row: LedgerRow, change: Change, at: string, system: string, build: string): CdEvent {
  return toCdEvent(row, change, { at, id: system, content: { artifactId: toPurl(system, build) } });
}

/** The same incident is told when it opens and again when it ends, or once for both. */
function ofIncident(row: LedgerRow, event: RecordedIncident, seen: Seen): CdEvent[] {
  const { id, system, title, commit, openedAt, resolvedAt, resolution } = event;
  const content = { service: { id: system }, ...(commit && { artifactId: toPurl(system, commit) }) };
  const isKnown = seen.incidents.has(id);
  seen.incidents.add(id);
  const detected = { at: openedAt, id, content: { ...content, description: title } };
  const resolved = { at: resolvedAt ?? '', id, content: { ...content, description: resolution ?? title } };
  return [
    ...(isKnown ? [] : [toCdEvent(row, 'incident.detected', detected)]),
    ...(resolvedAt === undefined ? [] : [toCdEvent(row, 'incident.resolved', resolved)]),
  ];
}

/** A package URL (purl-spec, type "generic"). */
function toPurl(system: string, build: string): string {
  return `pkg:generic/${encodeURIComponent(system)}@${encodeURIComponent(build)}`;
}

const VERSIONS = '0.3.0';

function toCdEvent(
  { seq, key, hash, event }: LedgerRow,
  kind: Kind,
  { at, id, content }: { readonly at: string } & CdEvent['subject'],
): CdEvent {
  const { system = 'unknown', environment } = event;
  return {
    context: {
      specversion: SPEC,
      id: `${hash}-${kind}`,
      source: `/gate10/${encodeURIComponent(system)}/${encodeURIComponent(environment)}`,
      type: `dev.cdevents.${kind}.${VERSIONS}`,
      timestamp: at,
    },
    subject: { id, content: { environment: { id: environment }, ...content } },
    customData: { gate10: { seq, key, hash, event } },
    customDataContentType: 'application/json',
  };
}
