/** `gate10 incident postmortem` and `actions`: what follows from an incident, told and recorded. */
import { EXIT, InputError } from '../errors.ts';
import type { RecordedFollowUp } from '../ledger/response-events.ts';
import type { Ledger } from '../ledger/schema.ts';
import { createOptionReader, type OptionReader, type Options } from '../record/import/option-reader.ts';
import { wrong } from '../record/import/read-field.ts';
import { given } from '../record/import/told-event.ts';
import { followUpsOf } from '../record/incident/follow-ups.ts';
import type { IncidentCase } from '../record/incident/incident-case.ts';
import type { Incident } from '../record/schema.ts';
import type { CliContext } from './context.ts';
import { drawActions } from './draw-incident.ts';
import type { ListOptions } from './incident.ts';
import {
  type Cases,
  type CasesAsked,
  findCase,
  readCases,
  refreshDocument,
  toSaying,
  withHistory,
} from './incident-cases.ts';

export async function tellPostmortem(id: string, options: Options, context: CliContext): Promise<void> {
  await tell(id, options, context, ({ incident }, reader) => ({
    ...common(incident, reader, context),
    ...{ id: 'postmortem', kind: 'postmortem', state: 'done', title: 'Postmortem' },
    owner: reader.text('by') ?? 'not told',
  }));
}

export async function addAction(id: string, options: Options, context: CliContext): Promise<void> {
  await tell(id, options, context, ({ incident, actions }, reader) => {
    const title = reader.required('title', reader.text, 'what has to be done, in one line');
    const owner = reader.required('owner', reader.text, 'who answers for it: one name');
    const due = dueDay(reader, options['due'], context);
    const own = reader.id('id') ?? `action-${actions.length + 1}`;
    if (actions.some((each) => each.id === own && each.state === 'done'))
      reader.add('id', wrong('this action item is done already', 'another id'));
    return { ...common(incident, reader, context), id: own, kind: 'action', state: 'open', title, owner, due };
  });
}

export async function finishAction(id: string, action: string, options: Options, context: CliContext): Promise<void> {
  await tell(id, options, context, ({ incident }, reader, { rows }) => {
    const told = rows.flatMap(({ event }) => (event.type === 'follow-up.recorded' ? [event] : []));
    const open = followUpsOf(incident, told).filter(({ kind }) => kind === 'action');
    const found = open.find((each) => each.id === action);
    if (found === undefined) {
      const expected = open.map((each) => each.id).join(', ') || 'one that was added; none was';
      throw new InputError([{ code: 'no-action', what: `${id} has no such action item`, expected }]);
    }
    return { ...found, ...common(incident, reader, context), state: 'done' };
  });
}

export async function listActions(options: ListOptions, context: CliContext): Promise<void> {
  await withHistory(context, async (ledger) => {
    const { cases } = await readCases(ledger, options, context);
    const listed = cases.map((each) => ({
      ...each,
      actions: each.actions.filter(({ state }) => isAsked(state, options)),
    }));
    drawActions(
      listed.filter(({ actions }) => actions.length > 0),
      options,
      context,
    );
    const isLate = listed.some(({ actions }) => actions.some(({ state }) => state === 'overdue'));
    context.setExitCode(options.overdue === true && isLate ? EXIT.failed : EXIT.proven);
  });
}

function isAsked(state: IncidentCase['actions'][number]['state'], { all, overdue }: ListOptions): boolean {
  if (overdue === true) return state === 'overdue';
  return all === true || state !== 'done';
}

type ToEvent = (each: IncidentCase, reader: OptionReader, cases: Cases) => RecordedFollowUp;

async function tell(id: string, options: Options, context: CliContext, toEvent: ToEvent): Promise<void> {
  await withHistory(context, async (ledger) => {
    const asked = options as CasesAsked;
    const cases = await readCases(ledger, asked, context);
    const { clean, now } = toSaying(options, context);
    const reader = createOptionReader(options, clean, now);
    const event = toEvent(findCase(cases.cases, id), reader, cases);
    if (reader.problems.length > 0) throw new InputError(reader.problems);
    const row = await record(ledger, event);
    await refreshDocument(ledger, id, asked, context);
    context.setExitCode(EXIT.proven);
    if (options['json'] === true) context.stdout(`${JSON.stringify({ ...row, event })}\n`);
    else context.stdout(`Recorded (row ${row.seq}): ${describe(event)}\n`);
  });
}

function common({ id, system, environment }: Incident, reader: OptionReader, context: CliContext) {
  return {
    ...{ type: 'follow-up.recorded' as const, incident: id, system, environment },
    at: reader.time('at') ?? context.now().toISOString(),
    ...given('url', reader.url('url')),
    ...given('by', reader.text('by')),
  };
}

/** The time is part of the key: what is said again later may be another word about the same thing. */
async function record(
  ledger: Ledger,
  event: RecordedFollowUp,
): Promise<{ readonly seq: number; readonly key: string }> {
  const { incident, kind, id, state, at, system, environment } = event;
  const key = `follow-up:${JSON.stringify([system, environment, incident, kind, id, state, at])}`;
  const { seq } = await ledger.append(event, key);
  return { seq, key };
}

/** A day that is over already is a slip of the pen. */
function dueDay(reader: OptionReader, text: Options[string], context: CliContext): string {
  const today = context.now().toISOString().slice(0, 10);
  const expected = 'a day such as 2026-12-31';
  if (typeof text !== 'string') {
    reader.add('due', wrong('it is missing', expected));
    return today;
  }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay || new Date(text).toISOString().slice(0, 10) !== text) reader.add('due', wrong('it is no day', expected));
  else if (text < today) reader.add('due', wrong('the day is over', `${today} or later`));
  return text;
}

function describe({ kind, id, incident, state, title, owner, due }: RecordedFollowUp): string {
  if (kind === 'postmortem') return `the postmortem of ${incident} is published.`;
  return `${id} of ${incident}: ${title} (${owner}, due ${due ?? 'now'}), ${state}.`;
}
