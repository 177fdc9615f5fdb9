/** What the answer of an external API says: about its key, its quota, who answers. */
import type { ExternalTarget } from '../../contract/external-apis-schema.ts';
import type { Matcher, SystemContract } from '../../contract/schema.ts';
import { extract } from '../flow/extract.ts';
import { matchValue } from '../flow/match.ts';
import { judgeNoAnswer, judgeRateLimited, showAnswer, statusSentence } from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import { readPointer } from '../http/json-pointer.ts';
import { readJson } from '../http/strict-json.ts';
import type { Judgement } from '../row.ts';

type Demands = Pick<NonNullable<SystemContract['externalApis'][number]['call']>, 'expect' | 'prefers' | 'headroom'>;

export interface CallWords {
  readonly id: string;
  /** Begins every sentence. */
  readonly where: string;
  /** The answer is our own service's: then 429 is its limit, and 401 no word about the key. */
  readonly ours: boolean;
  readonly redact: (text: string) => string;
}

export function judgeCall(exchange: Exchange, demands: Demands, words: CallWords): Judgement {
  const { id, where, ours } = words;
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  const actual = showAnswer(exchange);
  const wanted = demands.expect.status?.includes(exchange.status) ?? (exchange.status >= 200 && exchange.status < 300);
  if (!wanted && ours && exchange.status === 429) return judgeRateLimited(where, exchange);
  if (!wanted && !ours && (exchange.status === 401 || exchange.status === 403)) {
    const message = `${where} answers ${exchange.status}: ${id} refuses the key. Look at whether it was revoked, belongs to another account, or lacks a right.`;
    return { status: 'failed', message, expected: 'a key that is accepted', actual };
  }
  if (!wanted && !ours && (exchange.status === 402 || exchange.status === 429)) {
    const wait = exchange.headers['retry-after'];
    const until = wait === undefined ? '' : ` (retry after ${wait})`;
    const message = `${where} answers ${exchange.status}: the quota of ${id} is used up${until}. Raise it, or pay.`;
    return { status: 'warned', message, expected: 'quota left', actual };
  }
  if (!wanted) {
    const expected = demands.expect.status?.join(' or ') ?? '2xx';
    return { status: 'failed', message: `${where} ${statusSentence(exchange)}, not ${expected}.`, expected, actual };
  }
  return (
    judgeFields(exchange, demands.expect.json, 'failed', words) ??
    judgeFields(exchange, demands.prefers, 'warned', words) ??
    judgeHeadroom(exchange, demands.headroom, words) ?? {
      status: 'passed',
      evidence: { status: exchange.status, calls: 1 },
    }
  );
}

function judgeFields(
  answer: Answer,
  fields: Readonly<Record<string, Matcher>>,
  status: 'failed' | 'warned',
  { where, redact }: CallWords,
): Judgement | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const reading = readJson(answer.body, answer.closeDelimited);
  if (!reading.ok) {
    const message = `${where} is not readable: ${reading.why}.`;
    return { status: 'failed', message, expected: 'JSON', actual: reading.why };
  }
  for (const [pointer, matcher] of Object.entries(fields)) {
    const matched = matchValue(matcher, readPointer(reading.value, pointer), redact);
    if (matched.ok) continue;
    const { expected, actual } = matched;
    const message = `${where} has ${pointer || 'the body'} ${actual}, expected ${expected}.`;
    return { status, message, expected: `${pointer} ${expected}`, actual };
  }
  return undefined;
}

function judgeHeadroom(answer: Answer, headroom: Demands['headroom'], { id, where }: CallWords): Judgement | undefined {
  if (headroom === undefined) return undefined;
  const { warnBelow } = headroom;
  const remaining = numberIn(answer, headroom.remaining);
  const limit = headroom.limit === undefined ? undefined : numberIn(answer, headroom.limit);
  const silent = [remaining, limit].find((one) => one?.ok === false);
  if (silent?.ok === false) {
    const message = `${where} does not say what is left of the quota of ${id}: ${silent.why}. Correct "headroom".`;
    return { status: 'warned', message, expected: 'a number', actual: silent.why };
  }
  if (!remaining.ok || limit?.ok === false) return undefined;
  const least = limit === undefined ? warnBelow : warnBelow * limit.value;
  if (remaining.value >= least) return undefined;
  const of = limit === undefined ? '' : ` of ${limit.value}`;
  const message = `${where}: ${remaining.value}${of} is left of the quota of ${id}, expected at least ${least}. Raise it before it ends.`;
  return { status: 'warned', message, expected: `≥ ${least}`, actual: String(remaining.value) };
}

type Numbered = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly why: string };

function numberIn(answer: Answer, extractor: NonNullable<Demands['headroom']>['remaining']): Numbered {
  const found = extract(extractor, answer);
  if (!found.ok) return found;
  const text = found.value.trim();
  return /^-?\d+(?:\.\d+)?$/.test(text) ? { ok: true, value: Number(text) } : { ok: false, why: 'it is not a number' };
}

/** The value itself is never shown, not even its beginning: what it begins with is a declared text. */
export function judgeKey(
  id: string,
  key: string,
  { key: name = '', forbidPrefixes, requirePrefixes }: ExternalTarget,
): Judgement {
  const wrong = forbidPrefixes.find((prefix) => key.startsWith(prefix));
  if (wrong !== undefined) {
    const message = `${name}, the key of ${id}, begins with "${wrong}": it is of a kind that this environment must not use. Set the right one.`;
    return { status: 'failed', message, expected: `not ${wrong}…`, actual: `${wrong}…` };
  }
  if (requirePrefixes.length === 0 || requirePrefixes.some((prefix) => key.startsWith(prefix)))
    return { status: 'passed' };
  const expected = requirePrefixes.map((prefix) => `${prefix}…`).join(' or ');
  const message = `${name}, the key of ${id}, begins with none of ${requirePrefixes.join(', ')}: it is of another kind. Set the right one.`;
  return { status: 'failed', message, expected, actual: 'another beginning' };
}
