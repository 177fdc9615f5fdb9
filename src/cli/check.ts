/** `gate10 check`: the check engine without a test runner. Same rules, same rows; never the proof of a deployment. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../errors.ts';
import { type CliContext, contractsDir, stateDir } from './context.ts';
import type { CheckedRun } from './run-check.ts';

interface CheckOptions {
  readonly environment?: string;
  readonly json?: true;
  /** `--no-settle-wait` makes it false. */
  readonly settleWait: boolean;
  /** `--no-record` makes it false. */
  readonly record: boolean;
}

/** Exit codes: 0 passed or warned · 1 failed · 2 wrong input · 3 inconclusive · 70 own fault. */
export function registerCheck(program: Command, context: CliContext): void {
  program
    .command('check')
    .description('observe everything that needs no browser and no long watch; not the proof of a deployment')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--json', 'print the rows and the verdict as JSON')
    .option('--no-settle-wait', 'do not wait for the expected build: it has to answer now')
    .option('--no-record', 'leave no record of this run')
    .action((options: CheckOptions) => check(options, context));
}

async function check(options: CheckOptions, context: CliContext): Promise<void> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const { runCheck } = await import('./run-check.ts');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const checked = await runCheck({
      contractsDir: contractsDir(context),
      environment,
      env: context.env,
      now: context.now,
      runId: `check-${context.now().toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`,
      wait: options.settleWait,
      stateDir: stateDir(context),
      record: options.record,
      signal: stop.signal,
    });
    await print(checked, options, context);
    context.setExitCode(toExitCode(checked));
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** The engine's own fault says nothing about production, whatever the rows say. */
function toExitCode({ fault, verdict }: CheckedRun): ExitCode {
  return fault === undefined ? verdict.exitCode : EXIT.ownFault;
}

async function print(checked: CheckedRun, options: CheckOptions, context: CliContext): Promise<void> {
  const { drawCheck } = await import('../page/check-lines.ts');
  const { record, verdict, files, fault } = checked;
  if (options.json) {
    const { rows, plan, expected, controls } = record;
    const shown = { runId: record.runId, expected, planDigest: plan.digest, verdict, controls, rows, files, fault };
    context.stdout(`${JSON.stringify(shown)}\n`);
  } else {
    const { countLeft, journalFolder } = await import('./journal-place.ts');
    const leftBehind = countLeft(journalFolder(context), { system: record.system, environment: record.environment });
    context.stdout(drawCheck({ ...checked, leftBehind }, context));
  }
  if (fault !== undefined) context.stderr(`The check engine failed: ${fault}. This says nothing about production.\n`);
}
