/** How `pyramid`, `coverage` and `flake` end: their record in the state folder, what a person reads, the exit code. */
import path from 'node:path';
import type { InconclusiveReason, VerdictWord } from '../contract/verdict-words.ts';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { SHOWN_VERDICT } from '../page/shown-verdict.ts';
import type { SuiteCheck } from '../record/suite.ts';
import { plainLine } from '../run/plain-text.ts';
import { VERDICT_EXIT_CODES } from '../verdict/exit-codes.ts';
import { bySeverity, worstReason, worstVerdict } from '../verdict/worst.ts';
import { type CliContext, stateDir } from './context.ts';

export interface EndOptions {
  readonly json?: true;
  /** `--no-record` makes it false. */
  readonly record: boolean;
}

const MAX_LINE = 500;
/** The record has all of them. */
const MAX_LINES = 60;

export interface Judged {
  readonly verdict: VerdictWord;
  readonly reason: InconclusiveReason | undefined;
  /** worst first */
  readonly checks: readonly SuiteCheck[];
}

/** No check at all = nothing was looked at: inconclusive. */
export function judgeChecks(checks: readonly SuiteCheck[]): Judged {
  const verdict = worstVerdict(checks.map(({ status }) => status)) ?? 'inconclusive';
  const reason =
    verdict === 'inconclusive' ? (worstReason(checks.map((check) => check.reason)) ?? 'not-run') : undefined;
  return { verdict, reason, checks: [...checks].sort(bySeverity) };
}

/** `file` is the name of the record in the state folder; `lines` are read before the checks. */
export function endChecks(
  what: string,
  { verdict, reason, checks }: Judged,
  { file, record, lines }: { readonly file: string; readonly record: unknown; readonly lines: readonly string[] },
  options: EndOptions,
  context: CliContext,
): void {
  if (options.record) {
    ensureFolder(stateDir(context));
    writeDurably(path.join(stateDir(context), file), `${JSON.stringify(record, null, 2)}\n`);
  }
  if (options.json) context.stdout(`${JSON.stringify(record)}\n`);
  else {
    const shown = checks
      .slice(0, MAX_LINES)
      .map(({ status, message }) => `  ${SHOWN_VERDICT[status].padEnd(12)} ${plainLine(message, MAX_LINE)}`);
    const rest = checks.length - shown.length;
    const more = rest > 0 ? [`  ${rest} more; all of them with --json.`] : [];
    const head = `${what}: ${SHOWN_VERDICT[verdict]}${reason === undefined ? '' : ` (${reason})`}`;
    const end = options.record ? [`Record: ${file}`] : [];
    context.stdout(
      `${[head, ...lines.map((line) => plainLine(line, MAX_LINE)), ...shown, ...more, ...end].join('\n')}\n`,
    );
  }
  context.setExitCode(VERDICT_EXIT_CODES[verdict]);
}
