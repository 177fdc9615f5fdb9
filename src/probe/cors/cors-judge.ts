/** One answer to a cross-origin request, judged as a browser would (Fetch standard §3.2 and §4.10). */
import type { SystemContract } from '../../contract/schema.ts';
import { isLimited, judgeNoAnswer, judgeRateLimited, showAnswer, statusSentence } from '../http/answer-words.ts';
import { type Answer, type Exchange, headerValues } from '../http/exchange.ts';
import type { Judgement } from '../row.ts';

type CorsContract = SystemContract['cors'][number];

/** What a preflight asks for where nothing is declared: JSON bodies are what a browser has to ask for. */
export const ASKED_HEADERS: readonly string[] = ['content-type'];

/** What a rule says of one request; `OPTIONS` = the preflight of a GET that sends headers of its own. */
type Rule = Pick<CorsContract, 'credentials' | 'headers'> & { readonly method: CorsContract['method'] | 'OPTIONS' };

export function judgeCors(rule: Rule, origin: string, allowed: boolean, exchange: Exchange, where: string): Judgement {
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  if (isLimited(exchange)) return judgeRateLimited(where, exchange);
  if (exchange.status >= 500 || exchange.status === 404) {
    const message = `${where} ${statusSentence(exchange)}, so nothing can be said about other origins.`;
    return { status: 'failed', message, expected: 'an answer of the service', actual: showAnswer(exchange) };
  }
  const flaw = whyBrowserRefuses(rule, origin, exchange);
  const shown = showAllowOrigin(exchange);
  if (allowed) {
    if (flaw === undefined) return { status: 'passed', evidence: { 'access-control-allow-origin': shown } };
    return { status: 'failed', message: `${where} is refused by browsers: ${flaw}.`, expected: origin, actual: shown };
  }
  if (!letsIn(origin, exchange)) return { status: 'passed', evidence: { 'access-control-allow-origin': shown } };
  const message = `${where} is allowed, though this origin must be refused.`;
  return { status: 'failed', message, expected: 'no access-control-allow-origin for it', actual: shown };
}

/** Named or by wildcard, in whichever of several lines: what one browser refuses another client may take. */
function letsIn(origin: string, answer: Answer): boolean {
  const values = headerValues(answer, 'access-control-allow-origin').flatMap((line) => line.split(','));
  return values.some((value) => value.trim() === '*' || value.trim().toLowerCase() === origin.toLowerCase());
}

export function whyBrowserRefuses(rule: Rule, origin: string, answer: Answer): string | undefined {
  const [value, ...more] = headerValues(answer, 'access-control-allow-origin');
  if (value === undefined) return 'there is no access-control-allow-origin';
  if (more.length > 0) return `access-control-allow-origin comes ${more.length + 1} times`;
  if (value === '*' && rule.credentials)
    return 'access-control-allow-origin is "*", which does not go with credentials';
  if (value !== '*' && value !== origin) return `access-control-allow-origin is "${value}"`;
  const credentials = headerValues(answer, 'access-control-allow-credentials');
  if (rule.credentials && (credentials.length !== 1 || credentials[0] !== 'true')) {
    return `access-control-allow-credentials is ${credentials.length === 0 ? 'absent' : `"${credentials.join(', ')}"`}, not "true"`;
  }
  return rule.method === 'GET' ? undefined : whyPreflightFails(rule, answer);
}

function whyPreflightFails(rule: Rule, answer: Answer): string | undefined {
  if (answer.status < 200 || answer.status > 299) return `the preflight answers ${answer.status}, not 2xx`;
  const methods = listOf(answer, 'access-control-allow-methods');
  const anyMethod = methods.includes('*') && !rule.credentials;
  // POST and GET need no permission of their own (CORS-safelisted methods).
  if (rule.method !== 'POST' && rule.method !== 'OPTIONS' && !anyMethod && !methods.includes(rule.method)) {
    return `access-control-allow-methods does not contain ${rule.method}`;
  }
  const headers = listOf(answer, 'access-control-allow-headers').map((name) => name.toLowerCase());
  const anyHeader = headers.includes('*') && !rule.credentials;
  // Fetch standard, CORS-unsafe request-header names: the wildcard never stands for authorization.
  const missing = (rule.headers ?? ASKED_HEADERS).filter(
    (name) => !headers.includes(name) && !(anyHeader && name !== 'authorization'),
  );
  return missing.length === 0 ? undefined : `access-control-allow-headers does not contain ${missing.join(', ')}`;
}

function listOf(answer: Answer, name: string): string[] {
  return headerValues(answer, name)
    .flatMap((line) => line.split(','))
    .map((item) => item.trim())
    .filter(Boolean);
}

function showAllowOrigin(answer: Answer): string {
  return headerValues(answer, 'access-control-allow-origin').join(' and ') || 'absent';
}
