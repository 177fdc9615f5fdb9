/** `gate10 record`: what no run can observe, said by a person or a pipeline: deployments, incidents, interventions. */
import type { Command } from 'commander';
import { createRedactor } from '../contract/redact.ts';
import { EXIT, InputError } from '../errors.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { RecordedIncident } from '../ledger/recorded-events.ts';
import type { Ledger } from '../ledger/schema.ts';
import { loadSecretPatterns } from '../probe/served/bundle-secrets.ts';
import { appendStated, type Stated } from '../record/import/append-stated.ts';
import type { Options } from '../record/import/option-reader.ts';
import type { ToldEvent } from '../record/import/told-event.ts';
import {
  type Saying,
  toIncidentAsked,
  toResolvedIncident,
  toToldDeployment,
  toToldIncident,
  toToldIntervention,
} from '../record/import/told-options.ts';
import { type CleanText, createTextCleaner } from '../record/import/told-text.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';
import { declaredSecrets } from './declared-secrets.ts';

/** Exit codes: 0 recorded, or recorded before in the same words · 2 wrong input · 70 the history cannot be written. */
export function registerRecord(program: Command, context: CliContext): void {
  const record = program
    .command('record')
    .description('tell the history what no run observed; told is never proven, and no verdict reads it');
  withDetails(record.command('deployment').description('a deployment that no run of gate10 judged'))
    .option('--commit <sha>', 'what was deployed: the commit, or the version of a system that only has versions')
    .option('--outcome <word>', 'succeeded, failed, or unjudged where nobody looked')
    .option('--commit-time <time>', 'when the commit was made')
    .option('--previous-commit <sha>', 'what ran before')
    .option('--unplanned', 'made because of an incident')
    .option('--claimed <text>', 'what was said about it')
    .option('--reality <text>', 'what it really did')
    .option('--detected-by <text>', 'who or what found the failure')
    .option('--time-to-detect-minutes <number>', 'from the deployment to the finding of its failure')
    .option('--root-cause <text>', 'why it failed')
    .option('--resolution <text>', 'what ended the failure')
    .action((options: Options) => tell(toToldDeployment, options, context));
  withDetails(record.command('incident').description('an incident: when it opens, and again (--resolve) when it ends'))
    .option('--title <text>', 'what is broken')
    .option('--severity <word>', 'P0, P1, P2 or P3')
    .option('--commit <sha>', 'the deployment that caused it, where that is known')
    .option('--resolved-at <time>', 'an incident that is over already: its end')
    .option('--resolve', 'the incident of this id has ended (--at: when)')
    .option('--root-cause <text>', 'why it happened')
    .option('--resolution <text>', 'what ended it')
    .action((options: Options) =>
      options['resolve'] === true ? resolveIncident(options, context) : tell(toToldIncident, options, context),
    );
  withDetails(
    record.command('intervention').description('what makes a deployment a failed change although it was proven'),
  )
    .option('--commit <sha>', 'the deployment that needed it')
    .option('--kind <word>', 'rollback, hotfix, manual-intervention or user-visible-errors')
    .option('--description <text>', 'what was done, or what users saw')
    .action((options: Options) => tell(toToldIntervention, options, context));
}

function withDetails(command: Command): Command {
  return command
    .option('--system <name>', 'the system, as the contract names it')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET)')
    .option('--id <text>', "the teller's own id: the same id is recorded once")
    .option('--at <time>', 'when it happened, ISO-8601 with its zone (default: now)')
    .option('--by <text>', 'who says it')
    .option('--source <word>', 'person (default) or pipeline')
    .option('--url <address>', 'where more about it stands')
    .option('--json', 'print the result as JSON');
}

async function tell(toEvent: (saying: Saying) => ToldEvent, options: Options, context: CliContext): Promise<void> {
  const event = toEvent(toSaying(options, context));
  await withLedger(context, async (ledger) => {
    print(await appendStated(ledger, event, options['at'] !== undefined), options, context);
  });
}

async function resolveIncident(options: Options, context: CliContext): Promise<void> {
  const saying = toSaying(options, context);
  const asked = toIncidentAsked(saying);
  await withLedger(context, async (ledger) => {
    const opened = await findIncident(ledger, asked);
    const resolved = toResolvedIncident(opened, saying);
    print(await appendStated(ledger, resolved, options['at'] !== undefined), options, context);
  });
}

/** The last word about it. */
async function findIncident(
  ledger: Ledger,
  { id, system, environment }: Pick<RecordedIncident, 'id' | 'system' | 'environment'>,
): Promise<RecordedIncident> {
  const rows = await ledger.rows({ type: 'incident.recorded', environment });
  const told = rows.flatMap(({ event }) =>
    event.type === 'incident.recorded' && event.system === system ? [event] : [],
  );
  const found = told.findLast((event) => event.id === id);
  if (found !== undefined) return found;
  const open = told.filter((event) => !told.some((other) => other.id === event.id && other.resolvedAt !== undefined));
  const names = [...new Set(open.map((event) => `"${event.id}"`))].slice(-10);
  throw new InputError([
    {
      code: 'no-incident',
      what: `no incident "${id}" of ${system} in ${environment} is recorded`,
      expected: names.length === 0 ? 'an open one; none is recorded there' : `an open one: ${names.join(', ')}`,
      fix: 'Record it first: gate10 record incident --id … --title … --at <when it opened>.',
    },
  ]);
}

function toSaying(options: Options, context: CliContext): Saying {
  const environment = options['environment'] ?? (context.env['GATE10_TARGET'] || undefined);
  return { options: { ...options, environment }, clean: textCleaner(context), now: context.now() };
}

function textCleaner(context: CliContext): CleanText {
  return createTextCleaner(createRedactor(declaredSecrets(context)), loadSecretPatterns());
}

async function withLedger(context: CliContext, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const ledger = await openLedger({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  try {
    await work(ledger);
  } finally {
    await ledger.close();
  }
}

function print({ outcome, row }: Stated, options: Options, context: CliContext): void {
  context.setExitCode(EXIT.proven);
  const event = row.event as ToldEvent;
  if (options['json'] === true) {
    context.stdout(`${JSON.stringify({ outcome, seq: row.seq, key: row.key, event })}\n`);
    return;
  }
  const what = outcome === 'recorded' ? `Recorded (row ${row.seq})` : `Known already (row ${row.seq}), nothing changed`;
  context.stdout(
    `${what}: ${describe(event)}\nTold, not proven: no run of gate10 judged it, and "gate10 verify" does not read it.\n`,
  );
}

function describe(event: ToldEvent): string {
  const where = `of ${event.system} in ${event.environment}`;
  switch (event.type) {
    case 'deployment.recorded':
      return `deployment ${event.id} ${where}: ${event.commit}, ${event.outcome}, deployed ${event.deployedAt}.`;
    case 'incident.recorded': {
      const end = event.resolvedAt === undefined ? 'open' : `resolved ${event.resolvedAt}`;
      return `incident ${event.id} ${where}: ${event.title}, opened ${event.openedAt}, ${end}.`;
    }
    case 'intervention.recorded':
      return `${event.kind} ${event.id} ${where}: for ${event.commit}, ${event.at}, ${event.description}`;
  }
}
