/** What `gate10 incident` says. */

import type { IncidentCase } from '../record/incident/incident-case.ts';
import { adviceLine } from '../record/incident-document.ts';
import { minutesBetween } from '../record/minutes.ts';
import { plainLine } from '../run/plain-text.ts';
import type { CliContext } from './context.ts';

interface Shown {
  readonly json?: true;
}

export function drawList(cases: readonly IncidentCase[], { json }: Shown, context: CliContext): void {
  if (json === true) {
    context.stdout(`${JSON.stringify({ schema: 'gate10/incidents-list/v1', incidents: cases })}\n`);
    return;
  }
  if (cases.length === 0) context.stdout('None.\n');
  for (const each of cases) context.stdout(`${listLines(each, context.now()).join('\n')}\n`);
}

function listLines(each: IncidentCase, now: Date): string[] {
  const { incident, classified, postmortem, actions } = each;
  const state =
    incident.closedAt === null
      ? `OPEN for ${age(minutesBetween(incident.openedAt, now.toISOString()))}`
      : `closed ${incident.closedAt}`;
  const unfinished = actions.filter((action) => action.state !== 'done');
  return [
    `${classified.severity ?? '??'}  ${incident.id}  ${state}`,
    `    ${plainLine(incident.reality, 200)}`,
    `    postmortem: ${postmortemWords(postmortem)}`,
    ...unfinished.map((action) => `    ${actionWords(action)}`),
  ];
}

export function drawCase(each: IncidentCase, { json }: Shown, context: CliContext): void {
  if (json === true) {
    context.stdout(`${JSON.stringify(each)}\n`);
    return;
  }
  const { incident, classified, advice, timeline, postmortem, actions } = each;
  const lines = [
    `${incident.id}: ${incident.closedAt === null ? 'OPEN' : `closed ${incident.closedAt}`}`,
    `Severity: ${classified.severity ?? 'not classified'} (${classified.from})`,
    `Release: ${incident.commit} of ${incident.system} in ${incident.environment}`,
    `Reality: ${incident.reality}`,
    `Failed layers: ${incident.failedLayers.join(', ') || 'none named'}`,
    `Advice: ${adviceLine(advice)}`,
    `Resolution: ${incident.resolution ?? 'none yet'}`,
    `Postmortem: ${postmortemWords(postmortem)}`,
    'Timeline:',
    ...timeline.map(({ at, what }) => `  ${at} ${what}`),
    ...actions.map(actionWords),
  ];
  for (const line of lines) context.stdout(`${line.startsWith('  ') ? '  ' : ''}${plainLine(line, 600)}\n`);
}

export function drawActions(cases: readonly IncidentCase[], { json }: Shown, context: CliContext): void {
  const all = cases.flatMap(({ incident, actions }) => actions.map((action) => ({ incident: incident.id, ...action })));
  if (json === true) context.stdout(`${JSON.stringify({ schema: 'gate10/actions-list/v1', actions: all })}\n`);
  else if (all.length === 0) context.stdout('None.\n');
  else for (const action of all) context.stdout(`${action.incident}: ${actionWords(action)}\n`);
}

function actionWords({ id, title, owner, due, state }: IncidentCase['actions'][number]): string {
  const word = { open: 'open', overdue: 'OVERDUE', done: 'done' }[state];
  return plainLine(`${word}: ${id}: ${title} (${owner}, due ${due})`, 300);
}

function postmortemWords({ state, due, latest, publishedAt, url }: IncidentCase['postmortem']): string {
  switch (state) {
    case 'not-due':
      return 'due when the incident is over';
    case 'due':
      return `due ${due}`;
    case 'late':
      return `LATE since ${due}, at the latest ${latest}`;
    case 'overdue':
      return `OVERDUE since ${latest}`;
    case 'published':
      return plainLine(`published ${publishedAt}${url === null ? '' : `, ${url}`}`, 300);
  }
}

function age(minutes: number): string {
  if (minutes < 60) return `${Math.round(minutes)} minutes`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}
