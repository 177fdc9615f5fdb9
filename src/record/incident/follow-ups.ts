/** What follows from an incident: its postmortem and its action items, and which of them are overdue. */
import type { RecordedFollowUp } from '../../ledger/response-events.ts';
import type { Incident } from '../schema.ts';
import type { IncidentAuthority } from './incident-authority.ts';

export interface Postmortem {
  /** null while the incident is open: the hours count from its end */
  readonly due: string | null;
  readonly latest: string | null;
  readonly publishedAt: string | null;
  readonly url: string | null;
  readonly state: 'not-due' | 'due' | 'late' | 'overdue' | 'published';
}

export interface ActionItem {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly due: string;
  readonly state: 'open' | 'overdue' | 'done';
}

/** `now` decides what is overdue. */
export function toPostmortem(
  incident: Pick<Incident, 'id' | 'closedAt'>,
  followUps: readonly RecordedFollowUp[],
  authority: IncidentAuthority,
  now: Date,
): Postmortem {
  const published = followUps.find((each) => each.kind === 'postmortem' && each.state === 'done');
  const after = (ms: number): string | null =>
    incident.closedAt === null ? null : new Date(Date.parse(incident.closedAt) + ms).toISOString();
  const [due, latest] = [after(authority.postmortem.published), after(authority.postmortem.latest)];
  const common = { due, latest, publishedAt: published?.at ?? null, url: published?.url ?? null };
  if (published !== undefined) return { ...common, state: 'published' };
  if (due === null || latest === null) return { ...common, state: 'not-due' };
  if (now.getTime() > Date.parse(latest)) return { ...common, state: 'overdue' };
  return { ...common, state: now.getTime() > Date.parse(due) ? 'late' : 'due' };
}

/** By the day on which they are due. One without a day counts as due when it was recorded. */
export function toActionItems(followUps: readonly RecordedFollowUp[], now: Date): ActionItem[] {
  const today = now.toISOString().slice(0, 10);
  return followUps
    .filter(({ kind }) => kind === 'action')
    .map(({ id, title, owner, due: day, at, state }): ActionItem => {
      const due = day ?? at.slice(0, 10);
      return { id, title, owner, due, state: state === 'done' ? 'done' : due < today ? 'overdue' : 'open' };
    })
    .toSorted((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
}

/** The last word about each, in the order in which they were first told. `told` in the order of the history. */
export function followUpsOf(
  { id, system, environment }: Pick<Incident, 'id' | 'system' | 'environment'>,
  told: readonly RecordedFollowUp[],
): RecordedFollowUp[] {
  const last = new Map<string, RecordedFollowUp>();
  for (const each of told) {
    if (each.incident !== id || each.system !== system || each.environment !== environment) continue;
    last.set(`${each.kind} ${each.id}`, each);
  }
  return [...last.values()];
}
