/** From a judgement to the row that everything downstream reads. */
import type { ResolvedSystem } from '../contract/schema.ts';
import type { InconclusiveReason } from '../contract/verdict-words.ts';
import { type Attempt, durationOf, type Exchange } from './http/exchange.ts';
import type { PlannedRow, Row } from './schema.ts';

interface Said {
  /** What is wrong, what was expected, where to look. */
  readonly message: string;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
}

type Facts = { readonly evidence?: Row['evidence'] | undefined };

/** What a check says about its promise, before it becomes a row. */
export type Judgement = Facts &
  (
    | { readonly status: 'passed' }
    | ({ readonly status: 'failed' | 'warned' } & Said)
    | ({ readonly status: 'inconclusive'; readonly reason: InconclusiveReason } & Said)
  );

/** A judgement and the exchanges that it rests on. */
export interface Observed {
  readonly judgement: Judgement;
  readonly exchanges: readonly Exchange[];
}

const MAX_MESSAGE_CHARS = 1200;
const MAX_VALUE_CHARS = 300;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** `at` = ISO time of the check's start. */
export function toRow(planned: PlannedRow, observed: Observed, at: string): Row {
  const { judgement, exchanges } = observed;
  const attempts = exchanges.find((exchange) => exchange.attempts.length > 1)?.attempts;
  return {
    ...identityOf(planned),
    ...(judgement.status === 'passed' ? { status: 'passed' } : saidOf(judgement)),
    at,
    durationMs: exchanges.reduce((sum, exchange) => sum + durationOf(exchange), 0),
    ...(attempts === undefined ? {} : { attempts: attempts.map(cleanAttempt) }),
    ...(judgement.evidence === undefined ? {} : { evidence: judgement.evidence }),
  };
}

/** The row of a check that could not be made: never silence, never success. */
export function toBlindRow(
  planned: PlannedRow,
  message: string,
  at: string,
  reason: InconclusiveReason = 'blind',
): Row {
  return { ...identityOf(planned), status: 'inconclusive', reason, message: cleanText(message), at, durationMs: 0 };
}

/** One line without control characters, at most `limit` characters. */
export function cleanText(text: string, limit: number = MAX_MESSAGE_CHARS): string {
  const line = text.replaceAll(CONTROL, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

/** `file:line` of the nearest declared ancestor of a contract path such as `edges.0.paths.1`. */
export function sourceOf(system: Pick<ResolvedSystem, 'sources'>, contractPath: string): string | undefined {
  const parts = contractPath.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const source = system.sources[parts.slice(0, length).join('.')];
    if (source !== undefined) return `${source.file}:${source.line}`;
  }
  return undefined;
}

function identityOf(planned: PlannedRow): Pick<Row, 'id' | 'layer' | 'title' | 'severity' | 'source' | 'authority'> {
  const { id, layer, title, severity, source, authority } = planned;
  return {
    id,
    layer,
    title,
    severity,
    ...(source === undefined ? {} : { source }),
    ...(authority === undefined ? {} : { authority }),
  };
}

function saidOf(judgement: Exclude<Judgement, { status: 'passed' }>): Partial<Row> & Pick<Row, 'status'> {
  const { expected, actual } = judgement;
  return {
    status: judgement.status,
    ...(judgement.status === 'inconclusive' ? { reason: judgement.reason } : {}),
    message: cleanText(judgement.message),
    ...(expected === undefined ? {} : { expected: cleanText(expected, MAX_VALUE_CHARS) }),
    ...(actual === undefined ? {} : { actual: cleanText(actual, MAX_VALUE_CHARS) }),
  };
}

function cleanAttempt(attempt: Attempt): Attempt {
  return { ...attempt, outcome: cleanText(attempt.outcome, MAX_VALUE_CHARS) };
}
