/** `gate10 rehearse`: the way back, tried between two real releases; `--check`: was it tried lately? */
import type { Command } from 'commander';
import { loadPolicy } from '../contract/load-policy.ts';
import { readContract } from '../contract/read-contract.ts';
import { EXIT, type ExitCode, InputError } from '../errors.ts';
import { openExisting } from '../ledger/open-existing.ts';
import { judgeRehearsal, type RehearsalJudgement } from '../record/rehearsal/judge-rehearsal.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';

interface RehearseOptions {
  readonly environment?: string;
  readonly check?: true;
  readonly json?: true;
}

/** Exit codes: 0 passed · 1 failed: it blocks · 2 wrong input · 3 none, too old, or it could not be begun · 70 own fault. */
export function registerRehearse(program: Command, context: CliContext): void {
  program
    .command('rehearse')
    .description('roll back to the older of two real releases and forward again, each proven')
    .option(
      '--environment <name>',
      'where (default: GATE10_TARGET, else "embedded"); see rollback.rehearsal.environments',
    )
    .option('--check', 'rehearse nothing: is there a rehearsal that passed and is young enough?')
    .option('--json', 'print the result as JSON')
    .action((options: RehearseOptions) => (options.check ? check(options, context) : start(options, context)));
}

async function check(options: RehearseOptions, context: CliContext): Promise<void> {
  const { rehearsal } = loadPolicy(contractsDir(context)).rollback;
  const judgement = await judge(context, rehearsal);
  end(judgement.status, judgement.message, judgement, options, context);
}

async function judge(
  context: CliContext,
  { environments, maxAge }: ReturnType<typeof loadPolicy>['rollback']['rehearsal'],
): Promise<RehearsalJudgement> {
  const { value } = readContract(contractsDir(context)).document;
  const system = (value as { readonly system?: unknown } | null)?.system;
  const ledger = await openExisting({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  try {
    const rows = (await ledger?.rows({ type: 'rehearsal.recorded' })) ?? [];
    return judgeRehearsal(rows, { system: String(system), environments }, { now: context.now(), maxAgeMs: maxAge });
  } finally {
    await ledger?.close();
  }
}

async function start(options: RehearseOptions, context: CliContext): Promise<void> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  refuseElsewhere(environment, loadPolicy(contractsDir(context)).rollback.rehearsal.environments);
  const [{ openRollbackPorts }, { rehearse }] = await Promise.all([
    import('./rollback-ports.ts'),
    import('../response/rehearsal/rehearse.ts'),
  ]);
  const { ports, close } = await openRollbackPorts(context, environment);
  try {
    const result =
      ports === undefined
        ? ({ outcome: 'refused', because: 'there is no history: nothing was ever proven here' } as const)
        : await rehearse(ports);
    end(result.outcome, result.because, result, options, context);
  } finally {
    await close();
  }
}

/** A rehearsal takes the newer release out of service for a while: nobody does that to users by a wrong word. */
function refuseElsewhere(environment: string, allowed: readonly string[]): void {
  if (allowed.includes(environment)) return;
  throw new InputError([
    {
      code: 'rehearsal-environment',
      file: 'contracts/policy.yaml',
      path: 'rollback.rehearsal.environments',
      what: `a rollback is not rehearsed in "${environment}"`,
      expected: allowed.join(' or '),
    },
  ]);
}

type Outcome = 'passed' | 'failed' | 'refused' | 'inconclusive';

function end(outcome: Outcome, because: string, result: object, { json }: RehearseOptions, context: CliContext): void {
  const exitCode = toExitCode(outcome);
  if (json) context.stdout(`${JSON.stringify({ ...result, exitCode })}\n`);
  else context.stdout(`${plainLine(`${outcome.toUpperCase()}: ${because}`, 2000)}\n`);
  context.setExitCode(exitCode);
}

function toExitCode(outcome: Outcome): ExitCode {
  switch (outcome) {
    case 'passed':
      return EXIT.proven;
    case 'failed':
      return EXIT.failed;
    case 'refused':
    case 'inconclusive':
      return EXIT.inconclusive;
  }
}
