/** `gate10 slo`: how every objective of `contracts/objectives.yaml` stands; `gate10 slo rules`: its alert rules. */
import path from 'node:path';
import { type Command, Option } from 'commander';
import { missingEnvironment, readContract, systemName } from '../contract/read-contract.ts';
import { EXIT, type ExitCode, InputError } from '../errors.ts';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { parsePeriod } from '../record/dora/parse-period.ts';
import type { SloReport } from '../record/slo/slo-schema.ts';
import { readSloStandard } from '../record/slo/slo-standard.ts';
import { toSloReport } from '../record/slo/to-slo-report.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, contractsDir, stateDir } from './context.ts';
import { drawSlo } from './draw-slo.ts';
import { requireObjectives } from './require-objectives.ts';
import { registerSloRules } from './slo-rules.ts';
import { openSloSources } from './slo-sources.ts';

interface SloOptions {
  readonly environment?: string;
  readonly since?: string;
  readonly change: SloReport['change'];
  readonly json?: true;
}

const CODES: Readonly<Record<SloReport['verdict'], ExitCode>> = {
  passed: EXIT.proven,
  failed: EXIT.failed,
  inconclusive: EXIT.inconclusive,
};

/** Exit codes: 0 all met · 1 one missed, or the error-budget policy blocks · 2 wrong input · 3 it cannot be judged. */
export function registerSlo(program: Command, context: CliContext): void {
  const slo = program
    .command('slo')
    .description('how the objectives of contracts/objectives.yaml stand: claims, error budgets, burn rates')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--since <when>', "judge over 7d, 4w, or from a date on, instead of each objective's own window")
    .addOption(
      new Option('--change <kind>', 'what the error-budget policy is asked about')
        .choices(['other', 'P0', 'security'])
        .default('other'),
    )
    .option('--json', 'print the record as JSON')
    .action((options: SloOptions) => reportSlo(options, context));
  registerSloRules(slo, context);
}

async function reportSlo(options: SloOptions, context: CliContext): Promise<void> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const standard = readSloStandard();
  const objectives = requireObjectives(context, standard);
  requireKnown(environment, context);
  const now = context.now();
  const system = systemName(contractsDir(context));
  const sources = await openSloSources({ environment, system, standard, objectives, now }, context);
  try {
    const report = await toSloReport({
      ...{ objectives, standard, system, environment, now },
      change: options.change,
      windowSeconds: options.since === undefined ? undefined : secondsSince(options.since, now),
      readerOf: sources.readerOf,
      inputs: sources.inputs,
    });
    const folder = stateDir(context);
    ensureFolder(folder);
    for (const name of ['slo.json', `slo.${environment}.json`])
      writeDurably(path.join(folder, name), `${JSON.stringify(report, null, 2)}\n`);
    if (options.json) context.stdout(`${JSON.stringify(report)}\n`);
    else context.stdout(drawSlo(report, context));
    context.setExitCode(CODES[report.verdict]);
  } finally {
    sources.close();
  }
}

/** A misspelt environment has no runs, and would only look as if nobody had looked at it. */
function requireKnown(environment: string, context: CliContext): void {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(environment)) {
    const what = `"${plainLine(environment, 60)}" is no name of an environment`;
    throw new InputError([{ code: 'cli-environment', what, expected: 'lower-case letters, digits and dashes' }]);
  }
  const missing = missingEnvironment(readContract(contractsDir(context)).document, environment);
  if (missing !== undefined) throw new InputError([missing]);
}

function secondsSince(text: string, now: Date): number {
  const { start } = parsePeriod(plainLine(text, 40), undefined, now, 1);
  return Math.max(1, Math.round((now.getTime() - Date.parse(start)) / 1000));
}
