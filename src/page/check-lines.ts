/** What `gate10 check` prints: a line per row that is not passed, the rest in numbers, the verdict. */
import type { Row } from '../probe/schema.ts';
import { plainLine } from '../run/plain-text.ts';
import type { RunRecord } from '../run/schema.ts';
import { inCauseOrder } from '../verdict/cause-order.ts';
import { weaknessOf } from '../verdict/judge.ts';
import type { VerdictRecord } from '../verdict/schema.ts';
import { absentSentences } from './absent-lines.ts';
import { createPaint, describeLeft, newsUnknown, type Paint, type Tone } from './screen.ts';

export interface CheckPage {
  readonly record: RunRecord;
  readonly verdict: VerdictRecord;
  readonly files: readonly string[];
  /** promises that wrote in runs that are over, and were not undone */
  readonly leftBehind?: number | undefined;
}

const MARKS: Readonly<Record<Row['status'], readonly [mark: string, tone: Tone]>> = {
  passed: ['ok', 'good'],
  warned: ['warn', 'doubt'],
  failed: ['FAIL', 'bad'],
  inconclusive: ['?', 'doubt'],
};
const ORDER: readonly Row['status'][] = ['failed', 'inconclusive', 'warned', 'passed'];
const MAX_MESSAGE_CHARS = 1000;

/** Text that ends with a line feed; nothing from outside keeps its escape sequences. */
export function drawCheck(
  { record, verdict, files, leftBehind = 0 }: CheckPage,
  { colour, columns }: { readonly colour: boolean; readonly columns: number },
): string {
  const paint = createPaint(colour);
  const broken = record.rows.filter(({ status, reason }) => status !== 'passed' && reason !== 'not-run');
  const unseen = record.rows.filter(({ reason }) => reason === 'not-run').length;
  const left = `     ${unseen} rows were not observed, because the expected build did not settle`;
  return [
    paint('strong', plainLine(`${record.system} · ${record.environment} · ${record.frontDoor}`, columns)),
    ...countLayers(record.rows, paint),
    ...inCauseOrder(broken, record.plan)
      .sort(worstFirst)
      .flatMap((row) => drawRow(row, paint)),
    ...(unseen === 0 ? [] : [paint('dim', left)]),
    ...[describeLeft(leftBehind, record.environment)].flatMap((line) =>
      line === undefined ? [] : [paint('doubt', plainLine(line, MAX_MESSAGE_CHARS))],
    ),
    ...drawLimits(record, verdict, paint),
    drawVerdict(verdict, record, paint),
    paint('dim', 'This checks the wire only: it is not the proof of a deployment.'),
    ...files.slice(-1).map((file) => paint('dim', plainLine(`record: ${file}`, columns))),
    '',
  ].join('\n');
}

/** What this verdict does not speak about. */
function drawLimits({ plan }: RunRecord, verdict: VerdictRecord, paint: Paint): string[] {
  const news = plan.newOperationsUnknown;
  return [
    ...(news === undefined ? [] : [paint('doubt', plainLine(newsUnknown(news), MAX_MESSAGE_CHARS))]),
    ...absentSentences(verdict).map((sentence) => paint('dim', plainLine(sentence, MAX_MESSAGE_CHARS))),
  ];
}

function worstFirst(a: Row, b: Row): number {
  const rank = ({ status, severity }: Row): string => `${ORDER.indexOf(status)}${severity}`;
  return rank(a).localeCompare(rank(b));
}

function countLayers(rows: readonly Row[], paint: Paint): string[] {
  const layers = [...new Set(rows.map(({ layer }) => layer))];
  return layers.map((layer) => {
    const own = rows.filter((row) => row.layer === layer);
    const passed = own.filter(({ status }) => status === 'passed').length;
    const tone: Tone = passed === own.length ? 'good' : own.some(({ status }) => status === 'failed') ? 'bad' : 'doubt';
    return `  ${paint(tone, layer.padEnd(16))} ${passed} of ${own.length} passed`;
  });
}

function drawRow(row: Row, paint: Paint): string[] {
  const [mark, tone] = MARKS[row.status];
  const reason = row.reason === undefined ? '' : ` (${row.reason})`;
  const source = row.source === undefined ? [] : [paint('dim', `       ${plainLine(row.source, 200)}`)];
  return [
    `${paint(tone, mark.padEnd(4))} ${plainLine(`${row.id}${reason}`, 320)}`,
    `       ${plainLine(row.message ?? row.title, MAX_MESSAGE_CHARS)}`,
    ...source,
  ];
}

function drawVerdict(verdict: VerdictRecord, record: RunRecord, paint: Paint): string {
  const tone: Tone = verdict.verdict === 'passed' ? 'good' : verdict.verdict === 'failed' ? 'bad' : 'doubt';
  const passed = record.rows.filter(({ status }) => status === 'passed').length;
  const reason = verdict.reason === undefined ? '' : ` (${verdict.reason})`;
  const line = `${paint(tone, `${verdict.verdict}${reason}`)}: ${passed} of ${record.rows.length} rows passed`;
  // Broken rows stand above it; what is not even planned is said here only.
  const why = verdict.verdict === 'inconclusive' ? verdict.because : weaknessOf(verdict.identityStrength);
  return [line, ...why.map((sentence) => `  ${plainLine(sentence, MAX_MESSAGE_CHARS)}`)].join('\n');
}
