/** What `gate10 scorecard` prints: one screen that says whether the release is ready, why, and what became of those before. */
import type { Archived, ArchivedScorecard } from '../record/scorecard/archive.ts';
import { inWords } from '../record/scorecard/judge-block.ts';
import { outcomeOf } from '../record/scorecard/overall.ts';
import type { BlockStatus, Scorecard, ScorecardBlock } from '../record/scorecard/scorecard-schema.ts';
import { toPillars } from '../record/scorecard/to-report.ts';
import { plainLine } from '../run/plain-text.ts';
import { type Cell, inColumns } from './columns.ts';
import { drawDora } from './dora-lines.ts';
import { drawPath } from './path-line.ts';
import { createPaint, mark, type Paint } from './screen.ts';

export interface ScorecardPage {
  readonly scorecard: Scorecard;
  readonly trend: Archived;
  readonly now: Date;
  /** that were written, as a person finds them; the first is shown */
  readonly files: readonly string[];
}

interface Terminal {
  readonly colour: boolean;
  readonly columns: number;
}

const HEADLINES = {
  passed: ['good', 'READY', 0],
  failed: ['bad', 'NOT READY', 1],
  unjudged: ['doubt', 'NOT KNOWN TO BE READY', 3],
} as const;

/** Text that ends with a line feed; nothing from outside keeps its escape sequences. */
export function drawScorecard(page: ScorecardPage, terminal: Terminal): string {
  const { scorecard, now } = page;
  const paint = createPaint(terminal.colour);
  const sections = [
    drawHead(scorecard, now, paint, terminal),
    scorecard.layers.length === 0 ? [] : drawPath(scorecard, paint, terminal.columns),
    drawSlis(scorecard, paint, terminal),
    drawBlocks(scorecard, now, paint, terminal),
    drawPillars(scorecard, paint, terminal),
    drawBudgets(scorecard, paint, terminal),
    drawDora(scorecard.dora, paint, terminal.columns),
    drawWaivers(scorecard, paint, terminal),
    drawTrend(page, paint, terminal),
    drawVerdict(page, paint, terminal),
  ];
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => [...section, '']);
  return `${lines.join('\n').trimEnd()}\n`;
}

const cut = (text: string, { columns }: Terminal, used = 0): string => plainLine(text, Math.max(20, columns - used));

function drawHead(card: Scorecard, now: Date, paint: Paint, terminal: Terminal): string[] {
  const build = card.commit?.slice(0, 12) ?? 'unknown';
  const age = inWords(Math.max(0, now.getTime() - Date.parse(card.ended_at)));
  const release = card.release === card.commit ? '' : ` · release ${card.release}`;
  return [
    paint('strong', cut(`${card.system} · ${card.environment}${release}`, terminal)),
    inColumns(
      [
        ['build', 0],
        [build, 0],
        ['', 0],
        [card.commit_subject ?? '', 0],
      ],
      terminal.columns,
    ),
    paint('dim', cut(`run ${card.run_id}, ended ${card.ended_at}, ${age} ago; owner ${card.owner}`, terminal)),
  ];
}

function drawSlis({ slis }: Scorecard, paint: Paint, terminal: Terminal): string[] {
  return slis.map(({ name, status, value, bound, unit, confidence, n, objective, gate }) => {
    const sign = unit === 'ms' ? '≤' : '≥';
    const limit =
      gate === undefined ? `objective ${sign} ${inUnit(objective, unit)}` : `gate ${sign} ${inUnit(gate, unit)}`;
    const claim = `bound ${sign} ${inUnit(bound, unit)} (${confidence * 100} %), n ${n}, ${limit}`;
    const cells = [
      [name, 13],
      [inUnit(value, unit), 10],
      [claim, 0],
    ] as const;
    return `${mark(status, paint)} ${inColumns(cells, terminal.columns - 2)}`;
  });
}

function inUnit(value: number | null, unit: 'ms' | 'ratio'): string {
  if (value === null) return 'no data';
  return unit === 'ms' ? `${Math.round(value * 10) / 10} ms` : `${Number((value * 100).toFixed(3))} %`;
}

function drawBlocks({ blocks }: Scorecard, now: Date, paint: Paint, terminal: Terminal): string[] {
  const rows = Object.entries(blocks).map(([name, block]) => {
    const word = block.said === undefined ? block.status : `${block.status}, said ${block.said}`;
    const cells = [
      [name, 15],
      [block.required ? 'required' : '', 8],
      [block.generated_at === undefined ? '' : describeAge(block.generated_at, now), 7],
      [`${word}: ${explain(block)}`, 0],
    ] as const;
    return `${blockMark(block.status, paint)} ${inColumns(cells, terminal.columns - 2)}`;
  });
  return [paint('strong', 'What was looked at'), ...rows];
}

/** The pillars that all of it feeds; each is as good as its worst part, and no better known than its least known one. */
function drawPillars(scorecard: Scorecard, paint: Paint, terminal: Terminal): string[] {
  const rows = toPillars(scorecard).map(({ name, status, parts }) => {
    const open = parts.filter((part) => part.status !== 'passed' && part.status !== 'measured');
    const what = open.map((part) => `${part.name} ${part.status}`).join(', ');
    const cells = [
      [name.replaceAll('-', ' '), 28],
      [what === '' ? status : what, 0],
    ] as const;
    return `${blockMark(status, paint)} ${inColumns(cells, terminal.columns - 2)}`;
  });
  return [paint('strong', 'The three pillars'), ...rows];
}

function describeAge(at: string, now: Date): string {
  const ageMs = now.getTime() - Date.parse(at);
  return ageMs < 0 ? 'future' : inWords(ageMs);
}

/** The numbers where it is good, the first reason where it is not. */
function explain({ status, why, because, totals }: ScorecardBlock): string {
  if (why !== undefined) return why;
  const numbers = Object.entries(totals ?? {}).map(([name, value]) => `${name} ${value ?? 'unknown'}`);
  const isGood = status === 'passed' && numbers.length > 0;
  return (isGood ? numbers.join(', ') : (because[0] ?? numbers.join(', '))) || 'no reason is given';
}

function blockMark(status: BlockStatus, paint: Paint): string {
  return mark(status === 'stale' || status === 'unknown' ? 'inconclusive' : status, paint);
}

function drawBudgets({ error_budgets: budgets }: Scorecard, paint: Paint, terminal: Terminal): string[] {
  if (budgets.length === 0) return [];
  const percent = (share: number | null): string =>
    share === null ? 'unknown' : `${Number((share * 100).toFixed(3))} %`;
  const lines = budgets.map(({ name, status, target, value, unit, error_budget_remaining: left }) => {
    const measured = unit === 'ms' ? inUnit(value, 'ms') : percent(value);
    const text = `${name}: ${measured}, objective ${percent(target)}, budget left ${percent(left)}`;
    return `${mark(status, paint)} ${cut(text, terminal, 2)}`;
  });
  return [paint('strong', 'Error budgets'), ...lines];
}

function drawWaivers({ waivers }: Scorecard, paint: Paint, terminal: Terminal): string[] {
  const lines = waivers.map(({ id, what, owner, expires, status }) => {
    const text = `waiver ${id}: ${what}, ${owner} until ${expires}${status === 'in-force' ? '' : ` (${status})`}`;
    return `${mark('warned', paint)} ${cut(text, terminal, 2)}`;
  });
  return lines;
}

function drawTrend({ trend }: ScorecardPage, paint: Paint, terminal: Terminal): string[] {
  const lines = trend.scorecards.map((each) => {
    return `${mark(toMark(each), paint)} ${inColumns(describe(each), terminal.columns - 2)}`;
  });
  const unreadable = trend.unreadable.map((line) => {
    return `${mark('inconclusive', paint)} ${cut(`readiness_scorecards/${line}`, terminal, 2)}`;
  });
  if (lines.length + unreadable.length === 0) return [];
  return [paint('strong', 'Releases, the newest first'), ...lines, ...unreadable];
}

function toMark({ overall_passed: passed, verdict }: ArchivedScorecard): ArchivedScorecard['verdict'] {
  if (passed) return verdict;
  return verdict === 'failed' ? 'failed' : 'inconclusive';
}

function describe(card: ArchivedScorecard): readonly Cell[] {
  const { generated_at: at, release, commit, verdict, overall_passed: passed, layer_coverage: layers } = card;
  const p95 = card.suites[0]?.p95_latency_ms;
  return [
    [`${at.slice(0, 10)} ${at.slice(11, 16)}`, 16],
    [release === commit ? '' : release.slice(0, 12), 12],
    [(commit ?? '').slice(0, 12), 12],
    [`${verdict}, ${passed ? 'ready' : 'not ready'},`, 0],
    [`layers ${layers.proven} of ${layers.of},`, 0],
    [p95 === undefined ? 'P95 unknown' : `P95 ${Math.round(p95 * 10) / 10} ms`, 0],
  ];
}

function drawVerdict({ scorecard, files }: ScorecardPage, paint: Paint, terminal: Terminal): string[] {
  const [tone, word, exitCode] = HEADLINES[outcomeOf(scorecard)];
  const reasons = scorecard.overall_passed ? ['all that is required is there, and passed'] : scorecard.overall_because;
  const { proven, of, absent } = scorecard.layer_coverage;
  return [
    `${paint(tone, paint('strong', word))}  exit ${exitCode}`,
    ...reasons.map((reason) => `  ${plainLine(reason, 1000)}`),
    paint('dim', cut(`${proven} of ${of} layers proven${absent > 0 ? `, ${absent} absent` : ''}`, terminal)),
    ...files.slice(0, 1).map((file) => paint('dim', plainLine(file))),
  ];
}
