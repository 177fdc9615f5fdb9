/** Histories in few words, and what has to follow from them. Times are "day hour:minute" of January 2026, UTC, or ISO-8601. */
import type {
  RecordedDeployment,
  RecordedIncident,
  RecordedIntervention,
} from '../../../../../src/ledger/recorded-events.ts';
import type { LedgerEvent, LedgerRow } from '../../../../../src/ledger/schema.ts';
import { type ShortRun, time, toSealed } from '../../sample-history.ts';

export const A = 'aaaaaaa';
export const B = 'bbbbbbb';
export const C = 'ccccccc';
export const D = 'ddddddd';

export type ShortEvent = ((place: number) => LedgerEvent) | ShortRun;

/** n, mean, P50, P95 in minutes. */
export type Spread = readonly [number, number | null, number | null, number | null];

export interface OracleCase {
  readonly name: string;
  /** in the order in which they reached the history */
  readonly events: readonly ShortEvent[];
  /** default: a moment of 31 January 2026; the period is its month */
  readonly now?: string;
  /** known to have happened · of them only told */
  readonly deployments: readonly [number, number];
  readonly lead: Spread;
  /** failed · judged */
  readonly failed: readonly [number, number];
  /** incidents that a deployment caused · of them open · others · times to restore */
  readonly recovery: readonly [number, number, number, Spread];
  /** rework · known */
  readonly rework: readonly [number, number];
}

export const NONE: Spread = [0, null, null, null];

/** One value: mean and percentiles are the value itself. */
export function one(minutes: number): Spread {
  return [1, minutes, minutes, minutes];
}

export function run(
  commit: string,
  verdict: ShortRun['verdict'],
  end: string,
  over: Omit<Partial<ShortRun>, 'commit' | 'verdict' | 'end'> = {},
): ShortRun {
  return { commit, verdict, end, ...over };
}

interface Place {
  readonly system?: string;
  readonly environment?: string;
  readonly source?: RecordedDeployment['told']['source'];
}

type ToldOver = Place &
  Partial<Pick<RecordedDeployment, 'id' | 'unplanned' | 'timeToDetectMinutes' | 'reality' | 'previousCommit'>> & {
    readonly committed?: string;
  };

/** A deployment that was told. */
export function told(
  commit: string,
  deployed: string,
  outcome: RecordedDeployment['outcome'] = 'succeeded',
  { committed, source, system, environment, ...over }: ToldOver = {},
): ShortEvent {
  return (place) => ({
    type: 'deployment.recorded',
    id: `d${place}`,
    ...scopeOf({ system, environment }),
    commit,
    ...(committed ? { commitTime: time(committed) } : {}),
    deployedAt: time(deployed),
    outcome,
    ...over,
    told: { source: source ?? 'pipeline' },
  });
}

type IncidentOver = Place & Partial<Pick<RecordedIncident, 'id' | 'commit'>>;

export function incident(opened: string, resolved: string | null, over: IncidentOver = {}): ShortEvent {
  const { source, system, environment, ...rest } = over;
  return (place) => ({
    type: 'incident.recorded',
    id: `i${place}`,
    ...scopeOf({ system, environment }),
    title: 'The basket is empty.',
    openedAt: time(opened),
    ...(resolved ? { resolvedAt: time(resolved) } : {}),
    ...rest,
    told: { source: source ?? 'person' },
  });
}

export function intervention(
  commit: string,
  at: string,
  kind: RecordedIntervention['kind'] = 'manual-intervention',
): ShortEvent {
  return (place) => ({
    type: 'intervention.recorded',
    id: `v${place}`,
    ...scopeOf({}),
    commit,
    at: time(at),
    kind,
    description: 'somebody had to act',
    told: { source: 'person' },
  });
}

function scopeOf({ system, environment }: { system?: string | undefined; environment?: string | undefined }) {
  return { system: system ?? 'mosaic', environment: environment ?? 'production' };
}

/** Runs are r1, r2, … by their place. */
export function toRows(events: readonly ShortEvent[]): LedgerRow[] {
  return events.map((event, index) => {
    const place = index + 1;
    const full = typeof event === 'function' ? event(place) : toSealed(event, `r${place}`);
    return { seq: place, at: '2026-01-31T00:00:00.000Z', key: `k${place}`, event: full, prev: '', hash: '' };
  });
}
