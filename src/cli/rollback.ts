/** `gate10 rollback`: from a failed production run back to the last release that passed, proven again. */
import path from 'node:path';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../errors.ts';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { drawRollback } from '../page/rollback-lines.ts';
import type { RollbackReport } from '../response/rollback/schema.ts';
import { type CliContext, stateDir } from './context.ts';

interface RollbackCliOptions {
  readonly environment?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/**
 * Exit codes: 0 restored and proven, or nothing is due because the newest run proves it · 1 the rollback failed, or the
 * database forbids it · 2 wrong input · 3 refused, or it cannot be judged · 70 own fault.
 */
export function registerRollback(program: Command, context: CliContext): void {
  program
    .command('rollback')
    .description('go back to the last release that passed, where the newest production run failed and fails again')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--dry-run', 'decide and look, and drive nothing; the checks or runs that confirm are recorded')
    .option('--json', 'print the report as JSON')
    .action((options: RollbackCliOptions) => rollback(options, context));
}

async function rollback(options: RollbackCliOptions, context: CliContext): Promise<void> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const dryRun = options.dryRun === true;
  const [{ openRollbackPorts }, { rollBack }, { notify }] = await Promise.all([
    import('./rollback-ports.ts'),
    import('../response/rollback/roll-back.ts'),
    import('./rollback-processes.ts'),
  ]);
  const { scope, ports, place, close } = await openRollbackPorts(context, environment);
  try {
    if (ports === undefined || place === undefined) {
      end({ ...NO_HISTORY, ...scope, dryRun, at: context.now().toISOString() }, options, context);
      return;
    }
    const report = await rollBack(ports, { dryRun });
    keep(report, context);
    const untold = await notify(place, report);
    if (untold !== undefined) context.stderr(`Nobody was told: ${untold}\n`);
    end(report, options, context);
  } finally {
    await close();
  }
}

const NO_HISTORY = {
  schema: 'gate10/rollback/v1',
  outcome: 'refused',
  reason: 'cannot-be-judged',
  because: 'there is no history: nothing was ever proven here',
  resumed: false,
} as const;

/** Beside the history, for people and for tools that do not read it. */
function keep(report: RollbackReport, context: CliContext): void {
  if (report.rollbackId === undefined || report.dryRun) return;
  const folder = path.join(stateDir(context), 'rollbacks');
  ensureFolder(folder);
  writeDurably(path.join(folder, `${report.rollbackId}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

function end(report: RollbackReport, { json }: RollbackCliOptions, context: CliContext): void {
  const exitCode = toExitCode(report);
  if (json) context.stdout(`${JSON.stringify({ ...report, exitCode })}\n`);
  else for (const line of drawRollback(report)) context.stdout(`${line}\n`);
  // also where the other output goes into a file that nobody reads
  if (exitCode === EXIT.failed) context.stderr(`THE ROLLBACK IS NOT DONE: ${report.outcome}: ${report.because}\n`);
  context.setExitCode(exitCode);
}

function toExitCode({ outcome, reason }: RollbackReport): ExitCode {
  switch (outcome) {
    case 'restored':
    case 'nothing-due':
    case 'would-roll-back':
      return EXIT.proven;
    case 'failed':
    case 'frozen':
      return EXIT.failed;
    case 'refused':
      return reason === 'own-fault' ? EXIT.ownFault : EXIT.inconclusive;
  }
}
