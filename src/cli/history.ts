/** `gate10 history`: is the memory whole, and what is in it. */
import path from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../errors.ts';
import { readGivenCheckpoint } from '../ledger/checkpoint.ts';
import { inspectHistory } from '../ledger/inspect-history.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';
import type { ExportAsked } from './export-history.ts';
import type { ImportAsked } from './import-history.ts';

/** Exit codes: 0 whole · 1 tampered with · 2 no history, or a wrong argument · 70 it cannot be read. */
export function registerHistory(program: Command, context: CliContext): void {
  const history = program.command('history').description('the append-only history of runs');
  history
    .command('verify')
    .description('check that no recorded run was edited, deleted, swapped, duplicated, cut off or replaced')
    .option('--checkpoint <file>', 'compare with this copy of checkpoint.json too')
    .option('--json', 'print the result as JSON')
    .action((options: { checkpoint?: string; json?: true }) => verifyHistory(context, options));
  history
    .command('export')
    .description('print the rows as JSON lines, in order, each in canonical form; or as CDEvents')
    .option('--since <time>', 'what took place then or later: 2026-01-09 or 2026-01-09T19:25:00Z')
    .option('--until <time>', 'what took place before')
    .option('--environment <name>', 'of this environment only')
    .option('--system <name>', 'of this system only')
    .option('--format <name>', 'jsonl (default) or cdevents')
    .action(async (asked: ExportAsked) => (await import('./export-history.ts')).exportHistory(context, asked));
  history
    .command('import')
    .description('take the rows of an export: into an empty history as they were, else behind its end')
    .argument('<file>', 'JSON lines, as "gate10 history export" prints them')
    .option('--partial', 'the export was cut by time, system or environment: rows are missing')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, asked: ImportAsked) =>
      (await import('./import-history.ts')).importHistory(context, file, asked),
    );
}

async function verifyHistory(context: CliContext, options: { checkpoint?: string; json?: true }): Promise<void> {
  const given =
    options.checkpoint === undefined
      ? {}
      : { given: readGivenCheckpoint(path.resolve(context.cwd, options.checkpoint)) };
  const state = await inspectHistory({
    stateDir: stateDir(context),
    now: context.now,
    ...ledgerPlace(context),
    ...given,
  });
  const whole = state.problems.length === 0;
  if (options.json) {
    context.stdout(
      `${JSON.stringify({ whole, rows: state.rows, problems: state.problems, checkpoints: state.checkpoints })}\n`,
    );
  } else if (whole) {
    context.stdout(`The history is whole: ${state.rows} rows, every one as it was written.\n`);
    if (state.checkpoints === 0)
      context.stdout('No checkpoint here knows its end: whether rows are cut off there cannot be told.\n');
  } else {
    const lines = state.problems.map((problem) => `  ${problem.class}: ${problem.message}\n`);
    context.stderr(`The history was tampered with (${state.problems.length} findings):\n${lines.join('')}`);
    context.stderr('Restore the state folder from a copy, or move it away to begin a new history.\n');
  }
  context.setExitCode(whole ? EXIT.proven : EXIT.failed);
}
