/** The one screen at the end of a run: the user path with a mark per layer, what was found, where the records lie. */
import { styleText } from 'node:util';
import { MIN_SECRET_CHARS } from '../contract/redact.ts';
import { plainLine } from '../run/plain-text.ts';
import type { RunRecord } from '../run/schema.ts';
import { inCauseOrder } from '../verdict/cause-order.ts';
import { weaknessOf } from '../verdict/judge.ts';
import type { VerdictRecord } from '../verdict/schema.ts';
import { worstVerdict } from '../verdict/worst.ts';
import { absentSentences } from './absent-lines.ts';
import { drawPath } from './path-line.ts';
import { drawSlis } from './sli-lines.ts';

export interface ScreenInput {
  readonly record: RunRecord;
  readonly verdict: VerdictRecord;
  /** where the records lie, relative to the working folder */
  readonly files: readonly string[];
  readonly colour: boolean;
  /** columns of the terminal; lines are cut to it */
  readonly columns: number;
  /** names of secrets that are too short to be redacted */
  readonly tooShort?: readonly string[];
  /** promises that wrote to the system in runs that are over, and were not undone (write journal) */
  readonly leftBehind?: number;
}

export type Tone = 'good' | 'bad' | 'doubt' | 'dim' | 'strong';
export type Paint = (tone: Tone, text: string) => string;

const STYLES = { good: 'green', bad: 'red', doubt: 'yellow', dim: 'dim', strong: 'bold' } as const;
const MAX_LISTED = 12;
const MAX_LINES = 3;
/** What is broken first is read to its end: where to look stands there. */
const MAX_IN_FULL = 5;
const FULL_LINES = 50;

export function createPaint(colour: boolean): Paint {
  return (tone, text) => (colour ? styleText(STYLES[tone], text, { validateStream: false }) : text);
}

/** Text that ends with a line feed. Everything that came from outside is free of escape sequences. */
export function drawScreen(input: ScreenInput): string {
  const paint = createPaint(input.colour);
  const sections = [
    drawHead(input, paint),
    drawPath(input.verdict, paint, input.columns),
    drawSlis(input.record.slis, paint, input.columns),
    drawNews(input, paint),
    drawAbsent(input, paint),
    drawFindings(input, paint),
    drawWarnings(input, paint),
    drawVerdict(input, paint),
  ];
  const lines = sections.filter((section) => section.length > 0).flatMap((section) => [...section, '']);
  return `\n${lines.join('\n').trimEnd()}\n`;
}

const cut = (text: string, { columns }: ScreenInput, used = 0): string => plainLine(text, Math.max(20, columns - used));

/** A text under its mark, broken at words, in at most `maxLines` lines. */
function hang(sign: string, text: string, { columns }: ScreenInput, maxLines: number = MAX_LINES): string[] {
  const indent = sign === '' ? '' : '  ';
  const width = Math.max(20, columns - indent.length);
  const lines: string[] = [];
  let rest = plainLine(text, width * maxLines);
  while (rest.length > width && lines.length < maxLines - 1) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  lines.push(plainLine(rest, width));
  return lines.map((line, index) => (index === 0 && sign !== '' ? `${sign} ${line}` : `${indent}${line}`));
}

function drawHead(input: ScreenInput, paint: Paint): string[] {
  const { record, verdict } = input;
  const build = record.expected.commit?.slice(0, 12) ?? record.expected.version ?? 'unknown';
  const subject = record.commit.subject === undefined ? '' : `  ${record.commit.subject}`;
  const instances = new Set(record.identity.map(({ instance }) => instance).filter((name) => name !== undefined));
  const replicas = instances.size > 0 ? `, ${instances.size} instance${instances.size === 1 ? '' : 's'}` : '';
  const identity = verdict.layers.find(({ layer }) => layer === 'code-authority')?.status ?? 'inconclusive';
  const strength = verdict.identityStrength === 'commit' ? '' : `, identity by ${verdict.identityStrength}`;
  return [
    paint('strong', cut(`${record.system} · ${record.environment} · ${record.frontDoor}`, input)),
    `${mark(identity, paint)} ${cut(`build ${build}${subject}`, input, 2)}`,
    paint('dim', cut(`${record.identity.length} identity samples${replicas}${strength}`, input)),
  ];
}

function drawNews(input: ScreenInput, paint: Paint): string[] {
  const { newOperations, newOperationsUnknown, previousCommit } = input.record.plan;
  // journeys ask for no operation by its name
  if (input.record.kind === 'journeys') return [];
  if (newOperationsUnknown !== undefined)
    return hang(mark('inconclusive', paint), newsUnknown(newOperationsUnknown), input);
  if (newOperations.length === 0) return [];
  const since = previousCommit ? ` since ${previousCommit.slice(0, 12)}` : '';
  const statusOf = (key: string): RunRecord['rows'][number]['status'] =>
    worstVerdict(input.record.rows.filter(({ id }) => id.includes(key)).map(({ status }) => status)) ?? 'inconclusive';
  const shown = newOperations.slice(0, MAX_LISTED);
  const rest = newOperations.length - shown.length;
  return [
    paint('strong', cut(`New in this deployment${since}`, input)),
    ...shown.map((key) => `${mark(statusOf(key), paint)} ${cut(key, input, 2)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

/** The fact that nothing is listed as new is no statement that nothing is. */
export function newsUnknown(why: string): string {
  return `what is new in this deployment is not known: ${why}`;
}

function drawAbsent(input: ScreenInput, paint: Paint): string[] {
  return absentSentences(input.verdict).flatMap((sentence) =>
    hang(mark('absent', paint), sentence, input).map((line) => paint('dim', line)),
  );
}

export function mark(status: VerdictRecord['layers'][number]['status'], paint: Paint): string {
  switch (status) {
    case 'passed':
      return paint('good', '✓');
    case 'warned':
      return paint('doubt', '!');
    case 'failed':
      return paint('bad', '✗');
    case 'inconclusive':
      return paint('doubt', '?');
    case 'absent':
      return paint('dim', '·');
  }
}

function drawFindings(input: ScreenInput, paint: Paint): string[] {
  const open = input.record.rows.filter(({ status, reason }) => status !== 'passed' && reason !== 'not-run');
  const worst = inCauseOrder(open, input.record.plan).sort((a, b) => rank(a.status) - rank(b.status));
  const rows = worst.slice(0, MAX_LISTED).flatMap((row, index) => {
    const lines = index < MAX_IN_FULL ? FULL_LINES : MAX_LINES;
    const facts = [
      row.expected === undefined ? undefined : `expected ${row.expected}`,
      row.actual === undefined ? undefined : `got ${row.actual}`,
    ].filter((fact) => fact !== undefined);
    return [
      ...hang(mark(row.status, paint), `${row.id}: ${row.message ?? row.title}`, input, lines),
      ...(facts.length > 0 ? hang(' ', facts.join(', '), input, lines).map((line) => paint('dim', line)) : []),
      ...(row.source === undefined ? [] : [paint('dim', `  ${cut(row.source, input, 2)}`)]),
    ];
  });
  const rest = worst.length - MAX_LISTED;
  const integrity = input.record.integrity.map(({ verdict, message }) =>
    hang(
      mark(verdict === 'warned' || verdict === 'failed' ? verdict : 'inconclusive', paint),
      `run: ${message}`,
      input,
    ),
  );
  const more = integrity.length - MAX_LISTED;
  return [
    ...rows,
    ...(rest > 0 ? [`  and ${rest} more rows`] : []),
    ...integrity.slice(0, MAX_LISTED).flat(),
    ...(more > 0 ? [`  and ${more} more findings about the run`] : []),
  ];
}

function rank(status: RunRecord['rows'][number]['status']): number {
  return ['failed', 'inconclusive', 'warned', 'passed'].indexOf(status);
}

function drawWarnings(input: ScreenInput, paint: Paint): string[] {
  const left = describeLeft(input.leftBehind ?? 0, input.record.environment);
  const leftBehind = left === undefined ? [] : hang(mark('warned', paint), left, input);
  const tooShort = (input.tooShort ?? []).flatMap((name) =>
    hang(
      mark('warned', paint),
      `${name}: shorter than ${MIN_SECRET_CHARS} characters, so it is not redacted: records and reports may show it`,
      input,
    ),
  );
  return [...leftBehind, ...tooShort];
}

/** Undefined where nothing is left. */
export function describeLeft(count: number, environment: string): string | undefined {
  if (count === 0) return undefined;
  const what = count === 1 ? '1 promise has left' : `${count} promises have left`;
  return `${what} data in the system, in runs that are over: npx gate10 cleanup --environment ${environment}`;
}

function drawVerdict(input: ScreenInput, paint: Paint): string[] {
  const { verdict, record, files } = input;
  const tone = verdict.verdict === 'passed' ? 'good' : verdict.verdict === 'failed' ? 'bad' : 'doubt';
  const reason = verdict.reason === undefined ? '' : ` (${verdict.reason})`;
  const { proven, of, absent } = verdict.coverage;
  const seconds = ((Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000).toFixed(1);
  const weakness = weaknessOf(verdict.identityStrength);
  const [because = '', ...others] = verdict.because.filter((sentence) => !weakness.includes(sentence));
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return [
    `${paint(tone, paint('strong', `${verdict.verdict.toUpperCase()}${reason}`))}  exit ${verdict.exitCode}`,
    ...hang('', `${because}${more}`, input),
    ...weakness.flatMap((sentence) => hang('', sentence, input)),
    paint(
      'dim',
      cut(
        `${record.rows.length} promises, ${proven} of ${of} layers proven${absent > 0 ? `, ${absent} absent` : ''}, ${seconds} s`,
        input,
      ),
    ),
    ...files.map((file) => paint('dim', plainLine(file))),
  ];
}
