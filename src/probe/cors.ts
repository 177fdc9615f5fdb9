/** Cross-origin rules, judged as a browser would (Fetch standard §3.2 and §4.10, CORS check and preflight). */
import type { SystemContract } from '../contract/schema.ts';
import { judgeNoAnswer, judgeRateLimited, showAnswer, statusSentence } from './answer-words.ts';
import { type Check, type ProbeContext, urlAt } from './context.ts';
import { type Answer, type Exchange, headerValues } from './exchange.ts';
import { type Judgement, type Observed, sourceOf } from './row.ts';

type CorsContract = SystemContract['cors'][number];

/** A preflight asks for this header: JSON bodies and bearer tokens are what a browser has to ask for. */
const ASKED_HEADER = 'content-type';

/** Row ids: `cors.<id>.allow.<origin>` and `cors.<id>.refuse.<origin>`, the origin without its port, which may change. */
export function listCors(system: ProbeContext['system']): Check[] {
  return system.contract.cors.flatMap((rule, index) => {
    const source = sourceOf(system, `cors.${index}`);
    const toCheck = (origin: string, allowed: boolean): Check => ({
      planned: {
        id: `cors.${rule.id}.${allowed ? 'allow' : 'refuse'}.${origin.replace(/:\d+$/, '')}`,
        layer: 'cors',
        title: `${rule.at} ${allowed ? 'lets' : 'does not let'} ${origin} ${rule.method} ${rule.path}`,
        severity: 'P1',
        by: 'engine',
        ...(source === undefined ? {} : { source }),
      },
      observe: (context) => observe(rule, origin, allowed, context),
    });
    return [
      ...rule.allow.map((origin) => toCheck(origin, true)),
      ...rule.refuse.map((origin) => toCheck(origin, false)),
    ];
  });
}

/**
 * GET is sent as it is. Methods that write are never sent: a browser asks for them first, so the answer to that
 * preflight decides.
 */
async function observe(rule: CorsContract, origin: string, allowed: boolean, context: ProbeContext): Promise<Observed> {
  const { exchange, where } = await ask(rule, origin, context);
  const judgement = judgeCors(rule, origin, allowed, exchange, where);
  const [friend] = rule.allow;
  if (allowed || friend === undefined || !isErrorOfTheService(exchange)) return { judgement, exchanges: [exchange] };
  // An error may be how the service refuses an origin: it is, where the allowed one does not get it.
  const other = await ask(rule, friend, context);
  const isRefusal = judgeCors(rule, friend, true, other.exchange, other.where).status === 'passed';
  const refused = { status: 'passed', evidence: { status: exchange.status, allowed: friend } } as const;
  return { judgement: isRefusal ? refused : judgement, exchanges: [exchange, other.exchange] };
}

async function ask(rule: CorsContract, origin: string, context: ProbeContext) {
  const url = urlAt(context.system, rule.at, rule.path);
  const preflight = rule.method !== 'GET';
  const asked = { 'access-control-request-method': rule.method, 'access-control-request-headers': ASKED_HEADER };
  const exchange = await context.client.send({
    url,
    method: preflight ? 'OPTIONS' : 'GET',
    headers: { origin, ...(preflight ? asked : {}) },
  });
  return { exchange, where: `${preflight ? `The preflight for ${rule.method}` : 'GET'} ${url} from ${origin}` };
}

/** Not of a proxy in front of it, and nobody is let in. */
function isErrorOfTheService(exchange: Exchange): exchange is Answer {
  if (!exchange.ok || headerValues(exchange, 'access-control-allow-origin').length > 0) return false;
  return exchange.status === 404 || exchange.status === 500 || exchange.status === 501;
}

export function judgeCors(
  rule: Pick<CorsContract, 'method' | 'credentials'>,
  origin: string,
  allowed: boolean,
  exchange: Exchange,
  where: string,
): Judgement {
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  if (exchange.status === 429) return judgeRateLimited(where, exchange);
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

function whyBrowserRefuses(
  rule: Pick<CorsContract, 'method' | 'credentials'>,
  origin: string,
  answer: Answer,
): string | undefined {
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

function whyPreflightFails(rule: Pick<CorsContract, 'method' | 'credentials'>, answer: Answer): string | undefined {
  if (answer.status < 200 || answer.status > 299) return `the preflight answers ${answer.status}, not 2xx`;
  const methods = listOf(answer, 'access-control-allow-methods');
  const anyMethod = methods.includes('*') && !rule.credentials;
  // POST needs no permission of its own (CORS-safelisted method).
  if (rule.method !== 'POST' && !anyMethod && !methods.includes(rule.method)) {
    return `access-control-allow-methods does not contain ${rule.method}`;
  }
  const headers = listOf(answer, 'access-control-allow-headers').map((name) => name.toLowerCase());
  const anyHeader = headers.includes('*') && !rule.credentials;
  return anyHeader || headers.includes(ASKED_HEADER)
    ? undefined
    : `access-control-allow-headers does not contain ${ASKED_HEADER}`;
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
