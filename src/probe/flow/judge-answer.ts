/** Judges one answer against one `expect` of the contract: all that is wrong, not the first thing. */
import type { ExpectContract } from '../../contract/schema.ts';
import {
  isChallenge,
  isJsonType,
  isLimited,
  isPage,
  judgeNoAnswer,
  judgeRateLimited,
  showAnswer,
  statusSentence,
} from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import { readPointer } from '../http/json-pointer.ts';
import { readJson } from '../http/strict-json.ts';
import type { Judgement } from '../row.ts';
import { hideSecret } from './hide-secrets.ts';
import { matchValue } from './match.ts';

export interface JudgeOptions {
  /** Begins every sentence: "GET https://app.example.com/health". */
  readonly where: string;
  /** What the API contract says against the answer; needed where `expect.contract` is true. */
  readonly contractProblems?: ((answer: Answer) => readonly string[]) | undefined;
  /** Takes secrets out of the values that are shown. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** One thing that is wrong. */
interface Flaw {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

const MAX_FLAWS = 5;

export function judgeAnswer(expect: ExpectContract, exchange: Exchange, options: JudgeOptions): Judgement {
  if (!exchange.ok) return judgeNoAnswer(options.where, exchange);
  const isAccepted = acceptsStatus(expect.status, exchange.status);
  const isKeptOut = isChallenge(exchange) || (isLimited(exchange) && (!isAccepted || isBroad(expect.status)));
  if (isKeptOut) return judgeRateLimited(options.where, exchange);
  const flaws = findFlaws(expect, exchange, options);
  const [first] = flaws;
  if (first === undefined) return { status: 'passed', evidence: { status: exchange.status } };
  const more = flaws.length > MAX_FLAWS ? `; and ${flaws.length - MAX_FLAWS} more` : '';
  const shown = flaws.slice(0, MAX_FLAWS);
  return {
    status: 'failed',
    message: `${options.where} ${shown.map((flaw) => flaw.what).join('; ')}${more}.`,
    expected: shown.map((flaw) => flaw.expected).join('; '),
    actual: shown.map((flaw) => flaw.actual).join('; '),
  };
}

/** Whether an answer with this status is what was promised. Of "not", failures of the service (5xx) never are. */
export function acceptsStatus(expected: ExpectContract['status'], status: number): boolean {
  if (typeof expected === 'number') return status === expected;
  if (Array.isArray(expected)) return expected.includes(status);
  return status < 500 && !expected.not.includes(status);
}

/** "Anything but": a limit of the rate is no refusal of what was asked. */
function isBroad(expected: ExpectContract['status']): boolean {
  return typeof expected === 'object' && !Array.isArray(expected);
}

function showStatuses(expected: ExpectContract['status']): string {
  if (typeof expected === 'number') return String(expected);
  return Array.isArray(expected) ? expected.join(' or ') : `below 500 and other than ${expected.not.join(', ')}`;
}

function findFlaws(expect: ExpectContract, answer: Answer, options: JudgeOptions): readonly Flaw[] {
  const jsonExpected = isJsonType(expect.contentType ?? '') || expect.json !== undefined;
  if (!acceptsStatus(expect.status, answer.status)) {
    const expected = [showStatuses(expect.status), expect.contentType].filter(Boolean).join(' ');
    const what = `${statusSentence(answer)}${jsonExpected && isPage(answer) ? ` (${SPA})` : ''}`;
    return [{ what: `${what}, not ${expected}`, expected, actual: showAnswer(answer) }];
  }
  if (jsonExpected && isPage(answer)) {
    const expected = `${answer.status} ${expect.contentType ?? 'application/json'}`;
    return [{ what: `answers ${answer.status} with a web page: ${SPA}`, expected, actual: showAnswer(answer) }];
  }
  return [
    ...contentTypeFlaws(expect, answer),
    ...headerFlaws(expect, answer, options),
    ...jsonFlaws(expect, answer, options),
    ...textFlaws(expect, answer, options),
    ...timeFlaws(expect, answer),
    ...contractFlaws(expect, answer, options),
  ];
}

const SPA = 'the SPA fallback or a default page answered';

function contentTypeFlaws({ contentType }: ExpectContract, answer: Answer): Flaw[] {
  if (contentType === undefined || contentType.toLowerCase() === answer.contentType) return [];
  const actual = answer.contentType === '' ? 'no content type' : answer.contentType;
  return [{ what: `has the content type ${actual}, not ${contentType}`, expected: contentType, actual }];
}

function headerFlaws({ headers }: ExpectContract, answer: Answer, { redact }: JudgeOptions): Flaw[] {
  return Object.entries(headers ?? {}).flatMap(([name, matcher]) => {
    const value = answer.headers[name.toLowerCase()];
    const matched = matchValue(matcher, value, redact);
    if (matched.ok) return [];
    const { expected } = matched;
    const actual = hideSecret(name, value, matched.actual);
    return [{ what: `has the header ${name} ${actual}, expected ${expected}`, expected, actual }];
  });
}

function jsonFlaws({ json, contentType }: ExpectContract, answer: Answer, { redact }: JudgeOptions): Flaw[] {
  if (json === undefined && !(isJsonType(contentType ?? '') && answer.body.length > 0)) return [];
  const reading = readJson(answer.body, answer.closeDelimited);
  if (!reading.ok) return [{ what: `is not readable: ${reading.why}`, expected: 'JSON', actual: reading.why }];
  return Object.entries(json ?? {}).flatMap(([pointer, matcher]) => {
    const value = readPointer(reading.value, pointer);
    const matched = matchValue(matcher, value, redact);
    if (matched.ok) return [];
    const { expected } = matched;
    const actual = hideSecret(pointer, value, matched.actual);
    const name = pointer === '' ? 'the body' : pointer;
    return [{ what: `has ${name} ${actual}, expected ${expected}`, expected: `${name} ${expected}`, actual }];
  });
}

function textFlaws({ text }: ExpectContract, answer: Answer, { redact }: JudgeOptions): Flaw[] {
  if (text === undefined) return [];
  const matched = matchValue(text, answer.text(), redact);
  if (matched.ok) return [];
  const { expected, actual } = matched;
  return [{ what: `has a body that is ${actual}, expected ${expected}`, expected, actual }];
}

function timeFlaws({ within }: ExpectContract, answer: Answer): Flaw[] {
  const tookMs = Math.round(answer.timing.totalMs);
  if (within === undefined || answer.timing.totalMs <= within) return [];
  const [expected, actual] = [`within ${within} ms`, `${tookMs} ms`];
  return [{ what: `took ${actual}, not ${expected}`, expected, actual }];
}

function contractFlaws({ contract }: ExpectContract, answer: Answer, options: JudgeOptions): Flaw[] {
  if (contract !== true) return [];
  const problems = options.contractProblems?.(answer) ?? ['there is no API contract to compare it with'];
  return problems.map((problem) => ({
    what: `breaks its API contract: ${problem}`,
    expected: 'as the API contract has it',
    actual: problem,
  }));
}
