/** The newest production run, where it did not say whether production works: inconclusive, refused, killed. */
import { type LedgerRow, RUN_EVENTS } from '../../ledger/schema.ts';
import { findUnsealed } from '../../record/close-interrupted.ts';
import { buildOf } from '../../record/production-runs.ts';

export interface Unjudged {
  readonly release: string;
  readonly runId: string;
  readonly at: string;
  readonly why: string;
}

export interface Watched {
  /** of one system in one environment */
  readonly rows: readonly LedgerRow[];
  /** a run that was begun so long ago and is not sealed has ended without a word, milliseconds */
  readonly silentMs: number;
  readonly now: Date;
}

/** Undefined where the newest production run judged, or is still running. */
export function newestUnjudged({ rows, silentMs, now }: Watched): Unjudged | undefined {
  const runs = rows.filter(({ event }) => (RUN_EVENTS as readonly string[]).includes(event.type));
  const silent = new Set(
    findUnsealed(runs)
      .filter(({ intent }) => now.getTime() - Date.parse(intent.startedAt) > silentMs)
      .map(({ intent }) => intent.runId),
  );
  const kinds = new Map(
    runs.flatMap(({ event }) => ('runId' in event && 'kind' in event ? [[event.runId, event.kind] as const] : [])),
  );
  const ended = runs.findLast(
    ({ event }) =>
      'runId' in event &&
      kinds.get(event.runId) === 'production' &&
      (event.type !== 'run.intended' || silent.has(event.runId)),
  );
  return ended === undefined ? undefined : whyUnjudged(ended.event, runs);
}

function whyUnjudged(event: LedgerRow['event'], runs: readonly LedgerRow[]): Unjudged | undefined {
  switch (event.type) {
    case 'run.sealed': {
      const { runId, endedAt: at, verdict, reason, because } = event;
      if (verdict !== 'inconclusive') return undefined;
      return {
        release: buildOf(event),
        runId,
        at,
        why: `Inconclusive (${reason ?? 'no reason'}): ${because[0] ?? ''}`,
      };
    }
    case 'run.refused': {
      const { runId, refusedAt: at, expected, because } = event;
      const release = expected.commit ?? expected.version ?? 'unknown';
      return { release, runId, at, why: `Refused, its input was wrong: ${because[0] ?? ''}` };
    }
    case 'run.intended':
      return ofSilent(event, 'It was begun and never gave a verdict.');
    case 'run.interrupted': {
      const intent = runs.find((row) => row.event.type === 'run.intended' && row.event.runId === event.runId);
      const begun = intent?.event.type === 'run.intended' ? intent.event : undefined;
      return begun && ofSilent(begun, `It was found interrupted at ${event.foundAt}.`);
    }
    case 'deployment.recorded':
    case 'incident.recorded':
    case 'intervention.recorded':
    case 'notification.settled':
    case 'follow-up.recorded':
    case 'rollback.intended':
    case 'rollback.driven':
    case 'rollback.settled':
    case 'rehearsal.recorded':
    case 'gate.decided':
      return undefined;
  }
}

function ofSilent(intent: Extract<LedgerRow['event'], { type: 'run.intended' }>, why: string): Unjudged {
  const { runId, startedAt: at, expected } = intent;
  return { release: expected.commit ?? expected.version ?? 'unknown', runId, at, why };
}
