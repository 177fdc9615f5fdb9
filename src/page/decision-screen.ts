/** What `gate10 gate` prints: what was decided about, every reason with the worst last, and what to do. */
import type { GateDecision, GateReason } from '../release/gate/schema.ts';
import { plainLine } from '../run/plain-text.ts';
import { createPaint, mark, type Paint } from './screen.ts';

export interface DecisionPage {
  readonly decision: GateDecision;
  /** that were written, as a person finds them; the first is shown */
  readonly files: readonly string[];
  readonly shadow: boolean;
  readonly replayed: boolean;
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
export function drawDecision({ decision, files, shadow, replayed }: DecisionPage, terminal: Terminal): string {
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
    ...files.slice(0, 1).map((file) => paint('dim', plainLine(`record: ${file}`, terminal.columns))),
    '',
  ].join('\n');
}

/** What to do is said only where there is something to do. */
function drawReason({ rule, status, message, fix }: GateReason, paint: Paint): string[] {
  const line = `${mark(status, paint)} ${rule.padEnd(RULE_COLUMNS)} ${plainLine(message, MAX_CHARS)}`;
  if (fix === undefined || status === 'passed') return [line];
  return [line, paint('dim', `${' '.repeat(RULE_COLUMNS + 3)}${plainLine(fix, MAX_CHARS)}`)];
}
