/** What an answer means, in words: the sentences that say where to look. */

import type { Judgement } from '../row.ts';
import type { Answer, NoAnswer } from './exchange.ts';
import { looksLikeHtml } from './strict-json.ts';

/** Trouble of the machine that gate10 runs on says nothing about production. */
const OWN_TROUBLE = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENETDOWN', 'ENETUNREACH', 'ENOBUFS', 'EPERM']);
const LOGIN = /(?:log-?in|sign-?in|signin|auth|sso)(?:[/?#]|$)/i;
/** Frames of V8, the JVM, Python and Go, raw or inside a JSON string. */
const STACK_TRACE =
  /(?:^|\n|\\n)[ \t]*at [^\n]{1,200}?(?:\.[cm]?[jt]sx?:\d+|node:internal|\(native\)|\.java:\d+\))|Traceback \(most recent call last\)|(?:^|\n)goroutine \d+ \[/;

const STATUS_WORDS: Readonly<Record<number, string>> = {
  401: 'it asks for a login',
  403: 'it is forbidden',
  404: 'there is nothing at this path',
  405: 'the method is not allowed',
  408: 'it gave up waiting for the request',
  500: 'the service failed',
  501: 'it is not implemented',
  502: 'the proxy gets no valid answer from the service behind it',
  503: 'the service says that it is unavailable',
  504: 'the proxy waits in vain for the service behind it',
};

/** `404 text/html`. */
export function showAnswer(answer: Answer): string {
  return answer.contentType === '' ? String(answer.status) : `${answer.status} ${answer.contentType}`;
}

/** "answers 502: the proxy gets no valid answer from the service behind it" (without subject, without full stop). */
export function statusSentence(answer: Answer): string {
  const location = answer.headers['location'];
  if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
    const login = LOGIN.test(location) ? ', a login page' : '';
    return `answers ${answer.status}: it redirects to ${location}${login}`;
  }
  const page = isPage(answer) ? ' with a web page' : '';
  const words = STATUS_WORDS[answer.status];
  return `answers ${answer.status}${page}${words === undefined ? '' : `: ${words}`}`;
}

/** Whether the body is a web page, whatever its content type says. */
export function isPage(answer: Answer): boolean {
  return answer.contentType === 'text/html' || looksLikeHtml(answer.body.toString('latin1', 0, 1000));
}

/** Whether the body shows the inside of the program to the world (OWASP ASVS 5.0, 16.5.1). */
export function hasStackTrace(answer: Answer): boolean {
  return STACK_TRACE.test(answer.body.toString('utf8', 0, 20_000));
}

export function isJsonType(contentType: string): boolean {
  return contentType === 'application/json' || contentType.endsWith('+json');
}

/** The judgement when there was no answer. `where` begins the sentence: "GET https://…". */
export function judgeNoAnswer(where: string, exchange: NoAnswer): Judgement {
  const { error } = exchange;
  const tries = exchange.attempts.length > 1 ? `, ${exchange.attempts.length} tries` : '';
  const actual = `${error.kind} (${error.code})`;
  if (OWN_TROUBLE.has(error.code)) {
    const message = `${where} could not be sent from this machine: ${error.message}${tries}.`;
    return { status: 'inconclusive', reason: 'blind', message, actual };
  }
  return { status: 'failed', message: `${where} got no answer: ${error.message}${tries}.`, actual };
}

/**
 * Whether the system keeps this run out, which says nothing about what it does for users: a limit of the rate (429), a
 * lockout (423), or the question of a firewall whether a human asks (Cloudflare `cf-mitigated`, AWS `x-amzn-waf-action`).
 */
export function isLimited(answer: Pick<Answer, 'status' | 'headers'>): boolean {
  return answer.status === 429 || answer.status === 423 || isChallenge(answer);
}

/** The question of a firewall, whatever its status: Cloudflare's has 403 or 503, that of AWS 202 or 405. */
export function isChallenge({ headers }: Pick<Answer, 'headers'>): boolean {
  const firewall = headers['x-amzn-waf-action'];
  return headers['cf-mitigated'] === 'challenge' || firewall === 'captcha' || firewall === 'challenge';
}

/** "answers 429: it limits the rate of this run (retry after 7). <what to do>", without its last full stop. */
export function limitSentence(answer: Answer): string {
  const wait = answer.headers['retry-after'];
  const later = wait === undefined ? '' : ` (retry after ${wait})`;
  const [what, fix] = isChallenge(answer)
    ? ['its firewall asks whether a human is there', 'Let this runner through the firewall']
    : answer.status === 423
      ? ['what was asked for is locked', 'Unlock the synthetic user, or let it log in less often']
      : ['it limits the rate of this run', 'Give the synthetic user a higher limit, or lower "pace" or "concurrency"'];
  return `answers ${answer.status}: ${what}${later}. ${fix}`;
}

/** The judgement of an answer that `isLimited`: neither good nor bad. */
export function judgeRateLimited(where: string, answer: Answer): Judgement {
  const message = `${where} ${limitSentence(answer)}.`;
  return { status: 'inconclusive', reason: 'insufficient', message, actual: showAnswer(answer) };
}
