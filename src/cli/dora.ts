/** `gate10 dora`: DORA's five metrics, from the history and from git. */
import path from 'node:path';
import { type Command, Option } from 'commander';
import { EXIT, InputError } from '../errors.ts';
import { writeDurably } from '../ledger/durable-file.ts';
import { placeOf } from '../ledger/ledger-options.ts';
import { openExisting } from '../ledger/open-existing.ts';
import type { Ledger } from '../ledger/schema.ts';
import { listScopes } from '../record/dora/list-scopes.ts';
import { metricsFileNames } from '../record/dora/metrics-file.ts';
import { monthOf, parsePeriod } from '../record/dora/parse-period.ts';
import { readDoraRows } from '../record/dora/read-rows.ts';
import { reportDora } from '../record/dora/report.ts';
import { type DoraRules, loadDoraRules } from '../record/dora/rules.ts';
import { createStreamGit, type StreamGit } from '../record/dora/stream-git.ts';
import { listDoraStandards, loadDoraStandard } from '../record/dora-standard.ts';
import type { Period } from '../record/period.ts';
import type { Scope } from '../record/production-runs.ts';
import type { DoraMetrics } from '../record/schema.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';
import { drawDora } from './draw-dora.ts';

interface DoraOptions {
  readonly since?: string;
  readonly until?: string;
  readonly service?: string;
  readonly environment?: string;
  readonly standard: string;
  readonly repository?: string;
  readonly git: boolean;
  readonly json?: true;
  readonly format?: 'prometheus';
}

/** Exit codes: 0 said · 2 wrong input · 3 there is no history for it · 70 own fault. It judges nothing: ratings are no verdict. */
export function registerDora(program: Command, context: CliContext): void {
  program
    .command('dora')
    .description("DORA's five metrics of each system and environment")
    .option('--since <when>', '30d, 12w, a date, a month or a time; days are UTC (default: authority/dora-rules.yaml)')
    .option('--until <when>', 'a date or month (it belongs to the period), or a time (default: now)')
    .option('--service <system>', 'only this system (default: one block for each)')
    .option('--environment <name>', 'only this environment (default: one block for each)')
    .option('--standard <id>', `what rates: ${listDoraStandards().join(', ')}`, 'dora-2024')
    .addOption(
      new Option('--repository <folder>', 'the git repository of the commits (default: the working folder)').conflicts(
        'git',
      ),
    )
    .option('--no-git', 'do not ask git: lead times of the deployed commits only, no reverts and hotfixes')
    .option('--json', 'print the records as JSON')
    .addOption(new Option('--format <format>', "Prometheus' text format").choices(['prometheus']).conflicts('json'))
    .action((options: DoraOptions) => dora(options, context));
}

async function dora(options: DoraOptions, context: CliContext): Promise<void> {
  const rules = loadDoraRules();
  const now = context.now();
  const period = parsePeriod(options.since, options.until, now, rules.windowDays);
  const standard = loadDoraStandard(knownStandard(options.standard));
  const git = options.git ? await openRepository(options, context) : undefined;
  const ledger = await openExisting({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  if (!ledger) return sayNothing(context);
  try {
    const reports: DoraMetrics[] = [];
    // One after the other: they are never blended, and a long history of many services is never in memory as a whole.
    for (const scope of await findScopes(options, ledger)) {
      const { rows, notes } = await readDoraRows(ledger, scope, period, rules);
      reports.push(...(await reportDora(rows, { period, standard, rules, now, git, notes })));
    }
    if (reports.length === 0) return sayNothing(context);
    await print(reports, options, period, rules, context);
    if (options.service && options.environment) {
      const proven = await listScopes(ledger, 'proven');
      const written = reports.flatMap((each) => write(each, proven, period, context));
      if (isScreen(options)) for (const file of written) context.stdout(`Wrote ${file}.\n`);
    }
    context.setExitCode(EXIT.proven);
  } finally {
    await ledger.close();
  }
}

function isScreen({ json, format }: DoraOptions): boolean {
  return json === undefined && format === undefined;
}

function sayNothing(context: CliContext): void {
  const place = placeOf({ stateDir: stateDir(context), ...ledgerPlace(context) });
  context.stderr(`There is no history in ${place}: no deployment was recorded yet.\n`);
  context.setExitCode(EXIT.inconclusive);
}

async function print(
  reports: readonly DoraMetrics[],
  { json, format }: DoraOptions,
  period: Period,
  { warnings }: DoraRules,
  context: CliContext,
): Promise<void> {
  if (format === 'prometheus') {
    const { toPrometheusText } = await import('../record/dora/to-prometheus-text.ts');
    context.stdout(toPrometheusText(reports));
  } else if (json) {
    context.stdout(`${JSON.stringify({ schema: 'gate10/dora/v1', reports, warnings }, null, 2)}\n`);
  } else {
    for (const report of reports) context.stdout(`${drawDora(report, period.days).join('\n')}\n\n`);
    context.stdout(`${warnings.join('\n')}\n`);
  }
}

function knownStandard(id: string): string {
  const known = listDoraStandards();
  if (known.includes(id)) return id;
  throw new InputError([
    {
      code: 'cli-standard',
      what: `--standard "${plainLine(id, 40)}" is not one that gate10 has`,
      expected: known.join(', '),
    },
  ]);
}

/** Throws InputError for a system or environment that the history does not have. */
async function findScopes({ service, environment }: DoraOptions, ledger: Ledger): Promise<readonly Scope[]> {
  const all = await listScopes(ledger);
  const asked = all.filter(
    (each) =>
      (service === undefined || each.system === service) &&
      (environment === undefined || each.environment === environment),
  );
  if (asked.length === 0 && all.length > 0) throw unknownScope(service, environment, all);
  return asked;
}

function unknownScope(service: string | undefined, environment: string | undefined, all: readonly Scope[]): InputError {
  const wanted = [service && `system "${service}"`, environment && `environment "${environment}"`].filter(Boolean);
  const known = all.map((each) => `${each.system} in ${each.environment}`);
  return new InputError([
    {
      code: 'cli-service',
      what: `the history has no deployment of ${plainLine(wanted.join(' in '), 200)}`,
      expected: plainLine(known.join(', '), 2000),
    },
  ]);
}

/** A folder that was named has to be a repository; the working folder need not be one. */
async function openRepository({ repository }: DoraOptions, context: CliContext): Promise<StreamGit> {
  const git = createStreamGit(path.resolve(context.cwd, repository ?? '.'), context.env['PATH']);
  if (repository === undefined) return git;
  const asked = await git(['rev-parse', '--git-dir'], { onChunk: () => undefined });
  if (asked.ok) return git;
  throw new InputError([
    { code: 'cli-repository', what: asked.problem.message, expected: 'the folder of a git repository' },
  ]);
}

/** The same file that a run writes, where a whole month of one system and environment was asked for. */
function write(report: DoraMetrics, scopes: readonly Scope[], period: Period, context: CliContext): string[] {
  const month = monthOf(period);
  if (month === undefined) return [];
  const isCurrent = context.now().toISOString().startsWith(month);
  return metricsFileNames(scopes, report, isCurrent ? undefined : month).map((name) => {
    writeDurably(path.join(stateDir(context), name), `${JSON.stringify(report, null, 2)}\n`);
    return name;
  });
}
