/** What `gate10 gate` prints: what was decided about, every reason with the worst last, and what to do. */
import type { GateDecision, GateReason } from '../release/gate/schema.ts';
import type { SummarySignature } from '../release/gate/sign-summary.ts';
import { plainLine } from '../run/plain-text.ts';
import { createPaint, mark, type Paint } from './screen.ts';

export interface DecisionPage {
  readonly decision: GateDecision;
  /** that were written, as a person finds them; the first is shown */
  readonly files: readonly string[];
  readonly shadow: boolean;
  readonly replayed: boolean;
  /** over the summary; none = nothing was signed */
  readonly signature?: SummarySignature | undefined;
}

interface Terminal {
  readonly colour: boolean;
  readonly columns: number;
}

const HEADLINES = {
  passed: ['good', 'OPEN'],
  warned: ['doubt', 'OPEN, with warnings'],
  failed: ['bad', 'BLOCKED'],
  inconclusive: ['doubt', 'BLOCKED: it cannot be judged'],
} as const;
const ORDER: readonly GateReason['status'][] = ['passed', 'warned', 'inconclusive', 'failed'];
const RULE_COLUMNS = 11;
const MAX_CHARS = 1000;

/** Text that ends with a line feed; nothing from outside keeps its escape sequences. */
export function drawDecision(page: DecisionPage, terminal: Terminal): string {
  const { decision, files, shadow, replayed, signature } = page;
  const paint = createPaint(terminal.colour);
  const { environment, release, commit, verdict, exitCode, id } = decision;
  const [tone, words] = HEADLINES[verdict];
  const head = `gate · ${environment} · ${release ?? 'no release'} · ${commit?.slice(0, 12) ?? 'unknown commit'}`;
  const reasons = decision.reasons.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  const last = `${words}   exit ${shadow ? `0 (shadow; it would be ${exitCode})` : exitCode}${replayed ? '   the same as it was decided' : ''}`;
  return [
    paint('strong', plainLine(head, terminal.columns)),
    '',
    ...reasons.flatMap((reason) => drawReason(reason, paint)),
    '',
    paint(tone, last),
    paint('dim', `decision ${id}`),
    ...(signature === undefined
      ? []
      : [paint(signature.outcome === 'verified' ? 'dim' : 'doubt', drawSignature(signature))]),
    ...files.slice(0, 1).map((file) => paint('dim', plainLine(`record: ${file}`, terminal.columns))),
    '',
  ].join('\n');
}

/** One line. */
export function drawSignature(signature: SummarySignature): string {
  const words =
    signature.outcome === 'verified'
      ? `signed by ${signature.signer}, key ${signature.key}`
      : `signed, but by whom is not verified: ${signature.why}`;
  return plainLine(words, MAX_CHARS);
}

/** What to do is said only where there is something to do. */
function drawReason({ rule, status, message, fix }: GateReason, paint: Paint): string[] {
  const line = `${mark(status, paint)} ${rule.padEnd(RULE_COLUMNS)} ${plainLine(message, MAX_CHARS)}`;
  if (fix === undefined || status === 'passed') return [line];
  return [line, paint('dim', `${' '.repeat(RULE_COLUMNS + 3)}${plainLine(fix, MAX_CHARS)}`)];
}
