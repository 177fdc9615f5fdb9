/** An incident with all that can be said of it: how bad, what happened, what is advised, what follows. */
import type { LedgerRow } from '../../ledger/schema.ts';
import { scopeKey } from '../dora/scope-history.ts';
import { toProductionRuns } from '../production-runs.ts';
import type { Incident } from '../schema.ts';
import { type Advice, advise, type Migrations } from './advise.ts';
import { type Classified, classifyIncident } from './classify-incident.ts';
import { type ActionItem, followUpsOf, type Postmortem, toActionItems, toPostmortem } from './follow-ups.ts';
import { type IncidentAuthority, loadIncidentAuthority } from './incident-authority.ts';
import { type Moment, openTimelines, type TimelineSource, toTimeline } from './timeline.ts';

export interface IncidentCase {
  readonly incident: Incident;
  readonly classified: Classified;
  readonly timeline: readonly Moment[];
  readonly advice: Advice;
  readonly postmortem: Postmortem;
  readonly actions: readonly ActionItem[];
}

interface CaseOptions {
  readonly now: Date;
  readonly authority?: IncidentAuthority;
  /** by the incident's id: whether its release changed the database. Default: not known */
  readonly migrations?: ReadonlyMap<string, Migrations>;
}

/** `rows`: the history that the incidents were derived from. Pure but for `authority/`. */
export function toIncidentCases(
  incidents: readonly Incident[],
  rows: readonly LedgerRow[],
  { now, authority = loadIncidentAuthority(), migrations }: CaseOptions,
): IncidentCase[] {
  if (incidents.length === 0) return [];
  const byScope = Map.groupBy(rows, ({ event: { system = '', environment } }) => scopeKey({ system, environment }));
  const runsByScope = Map.groupBy(toProductionRuns(rows), scopeKey);
  const told = rows.flatMap(({ event }) => (event.type === 'follow-up.recorded' ? [event] : []));
  const timelines = new Map<string, TimelineSource>();
  return incidents.map((incident) => {
    const own = byScope.get(scopeKey(incident)) ?? [];
    const runs = runsByScope.get(scopeKey(incident)) ?? [];
    const classified = classifyIncident(incident, runs, authority);
    const source = timelines.get(scopeKey(incident)) ?? openTimelines(own);
    timelines.set(scopeKey(incident), source);
    const followUps = followUpsOf(incident, told);
    return {
      incident,
      classified,
      timeline: toTimeline(incident, source),
      advice: advise(incident, { runs, classified, migrations: migrations?.get(incident.id) ?? 'unknown', authority }),
      postmortem: toPostmortem(incident, followUps, authority, now),
      actions: toActionItems(followUps, now),
    };
  });
}

/** What the quarterly review asks: a postmortem or an action item whose day is over. */
export function isOverdue({ postmortem, actions }: Pick<IncidentCase, 'postmortem' | 'actions'>): boolean {
  return postmortem.state === 'overdue' || actions.some(({ state }) => state === 'overdue');
}
