/** How a suite that needs no runner ends: its record, what a person reads, the exit code. */
import { SHOWN_VERDICT } from '../page/shown-verdict.ts';
import { createGit } from '../probe/code/git.ts';
import { runProcess } from '../probe/run-process.ts';
import { type SuiteResult, toSuiteResult } from '../record/suite.ts';
import { toSuiteDocument, writeSuite } from '../record/write-suite.ts';
import { plainLine } from '../run/plain-text.ts';
import { VERDICT_EXIT_CODES } from '../verdict/exit-codes.ts';
import { type CliContext, stateDir } from './context.ts';

export interface SuiteOutput {
  readonly json?: true;
  /** `--no-record` makes it false. */
  readonly record: boolean;
}

const MAX_LINE = 1000;

/** `summary` is one line: what was looked at. */
export function endSuite(
  given: Omit<SuiteResult, 'verdict' | 'reason' | 'endedAt'>,
  summary: string,
  options: SuiteOutput,
  context: CliContext,
): void {
  const result = toSuiteResult({ ...given, endedAt: context.now().toISOString() });
  const file = options.record ? writeSuite(stateDir(context), result) : undefined;
  if (options.json) context.stdout(`${JSON.stringify(toSuiteDocument(result))}\n`);
  else context.stdout(drawSuite(result, summary, file));
  context.setExitCode(VERDICT_EXIT_CODES[result.verdict]);
}

function drawSuite({ suite, verdict, reason, checks }: SuiteResult, summary: string, file: string | undefined): string {
  const lines = checks.map(
    ({ status, message }) => `  ${SHOWN_VERDICT[status].padEnd(12)} ${plainLine(message, MAX_LINE)}`,
  );
  const verdictLine = `${suite}: ${SHOWN_VERDICT[verdict]}${reason === undefined ? '' : ` (${reason})`}`;
  return `${[verdictLine, ...lines, plainLine(summary), ...(file === undefined ? [] : [`Record: ${file}`])].join('\n')}\n`;
}

/** Of the repository at a folder; nothing where there is none. */
export async function repositoryState(
  folder: string,
  { env }: Pick<CliContext, 'env'>,
): Promise<Pick<SuiteResult, 'commit' | 'dirty'>> {
  const git = createGit(folder, runProcess, { path: env['PATH'] });
  const [head, changed] = await Promise.all([git.resolve('HEAD'), git.uncommitted()]);
  if (!head.ok) return {};
  return { commit: head.value, ...(changed.ok ? { dirty: changed.value.length > 0 } : {}) };
}
