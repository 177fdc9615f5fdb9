/** `gate10 incident`: what is broken, what follows from it, and what of that is overdue. */
import type { Command } from 'commander';
import { EXIT } from '../errors.ts';
import type { Options } from '../record/import/option-reader.ts';
import { type IncidentCase, isOverdue } from '../record/incident/incident-case.ts';
import type { CliContext } from './context.ts';
import { drawCase, drawList } from './draw-incident.ts';
import { type CasesAsked, findCase, readCases, withHistory } from './incident-cases.ts';

/** Exit codes: 0 said or recorded · 1 something is overdue (`list --overdue`) · 2 wrong input · 3 there is no history · 70 own fault. */
export function registerIncident(program: Command, context: CliContext): void {
  const incident = program
    .command('incident')
    .description('incidents: those that are open, what follows, what is overdue');
  withScope(incident.command('list').description('open ones, and those of which something is not done'))
    .option('--all', 'those too that are over and done with')
    .option('--overdue', 'only those with something overdue; exit 1 where there is one (the quarterly review)')
    .action((options: ListOptions) => list(options, context));
  withScope(incident.command('show').description('all that is known of one').argument('<id>')).action(
    (id: string, options: CasesAsked & Jsonable) => show(id, options, context),
  );
  withTeller(
    withScope(
      incident
        .command('close')
        .description('say that one is over; what runs saw is ended by a run alone')
        .argument('<id>'),
    ),
  )
    .option('--resolution <text>', 'what ended it')
    .option('--root-cause <text>', 'why it happened')
    .action(async (id: string, options: Options) =>
      (await import('./incident-close.ts')).closeIncident(id, options, context),
    );
  withTeller(
    withScope(incident.command('postmortem').description('say that its postmortem is published').argument('<id>')),
  ).action(async (id: string, options: Options) =>
    (await import('./incident-follow-ups.ts')).tellPostmortem(id, options, context),
  );
  registerActions(incident, context);
}

function registerActions(incident: Command, context: CliContext): void {
  const actions = incident
    .command('actions')
    .description('action items: add <incident>, done <incident> <action>, list');
  withScope(actions.command('list').description('action items that are not done'))
    .option('--all', 'those too that are done')
    .option('--overdue', 'exit 1 where one is overdue')
    .action(async (options: ListOptions) => (await import('./incident-follow-ups.ts')).listActions(options, context));
  withTeller(withScope(actions.command('add').description('an action item of an incident').argument('<incident>')))
    .option('--title <text>', 'what has to be done')
    .option('--owner <text>', 'who answers for it')
    .option('--due <date>', 'the last day on which it is not overdue: 2026-12-31')
    .option('--id <text>', 'its id (default: action-1, action-2 …)')
    .action(async (id: string, options: Options) =>
      (await import('./incident-follow-ups.ts')).addAction(id, options, context),
    );
  withTeller(
    withScope(actions.command('done').description('it is done').argument('<incident>').argument('<action>')),
  ).action(async (id: string, action: string, options: Options) =>
    (await import('./incident-follow-ups.ts')).finishAction(id, action, options, context),
  );
}

function withScope(command: Command): Command {
  return command
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--system <name>', 'only this system')
    .option('--json', 'print the result as JSON');
}

function withTeller(command: Command): Command {
  return command
    .option('--at <time>', 'when it happened, ISO-8601 with its zone (default: now)')
    .option('--by <text>', 'who says it')
    .option('--url <address>', 'where more about it stands');
}

interface Jsonable {
  readonly json?: true;
}

export interface ListOptions extends CasesAsked, Jsonable {
  readonly all?: true;
  readonly overdue?: true;
}

async function list(options: ListOptions, context: CliContext): Promise<void> {
  await withHistory(context, async (ledger) => {
    const cases = (await readCases(ledger, options, context)).cases.filter((each) => isListed(each, options));
    drawList(cases, options, context);
    context.setExitCode(options.overdue === true && cases.length > 0 ? EXIT.failed : EXIT.proven);
  });
}

function isListed(each: IncidentCase, { all, overdue }: ListOptions): boolean {
  if (overdue === true) return isOverdue(each);
  if (all === true || each.incident.closedAt === null) return true;
  return each.postmortem.state !== 'published' || each.actions.some(({ state }) => state !== 'done');
}

async function show(id: string, options: CasesAsked & Jsonable, context: CliContext): Promise<void> {
  await withHistory(context, async (ledger) => {
    const { cases } = await readCases(ledger, options, context);
    drawCase(findCase(cases, id), options, context);
    context.setExitCode(EXIT.proven);
  });
}
