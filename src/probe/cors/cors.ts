/** Cross-origin rules, judged as a browser would (Fetch standard §3.2 and §4.10, CORS check and preflight). */
import type { SystemContract } from '../../contract/schema.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { mayBeKept } from '../edge/kept-answers.ts';
import { type Answer, type Exchange, headerValues } from '../http/exchange.ts';
import { type Observed, sourceOf } from '../row.ts';
import { listErrors } from './cors-errors.ts';
import { ASKED_HEADERS, judgeCors } from './cors-judge.ts';
import { judgeVary } from './cors-vary.ts';

type CorsContract = SystemContract['cors'][number];

/**
 * Row ids: `cors.<id>.allow.<origin>`, `cors.<id>.refuse.<origin>` and `cors.<id>.error.<path>`; the origin without its port,
 * which may change.
 */
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
      ...listErrors(rule, source),
    ];
  });
}

/**
 * GET is sent as it is. Methods that write are never sent: a browser asks for them first, so the answer to that
 * preflight decides.
 */
async function observe(rule: CorsContract, origin: string, allowed: boolean, context: ProbeContext): Promise<Observed> {
  const preflight = rule.method === 'GET' && rule.headers !== undefined ? await ask(rule, origin, context, true) : null;
  if (preflight !== null && allowed) {
    const judgement = judgeCors({ ...rule, method: 'OPTIONS' }, origin, true, preflight.exchange, preflight.where);
    if (judgement.status !== 'passed') return { judgement, exchanges: [preflight.exchange] };
  }
  const { exchange, where } = await ask(rule, origin, context, rule.method !== 'GET');
  const judgement = judgeCors(rule, origin, allowed, exchange, where);
  if (allowed && judgement.status === 'passed' && rule.method === 'GET' && exchange.ok && mayBeKept(exchange)) {
    const [stranger = 'https://gate10.invalid'] = rule.refuse;
    const other = await ask(rule, stranger, context, false);
    return { judgement: judgeVary(judgement, exchange, other.exchange, where), exchanges: [exchange, other.exchange] };
  }
  const [friend] = rule.allow;
  if (allowed || friend === undefined || !isErrorOfTheService(exchange)) return { judgement, exchanges: [exchange] };
  // An error may be how the service refuses an origin: it is, where the allowed one does not get it.
  const other = await ask(rule, friend, context, rule.method !== 'GET');
  const isRefusal = judgeCors(rule, friend, true, other.exchange, other.where).status === 'passed';
  const refused = { status: 'passed', evidence: { status: exchange.status, allowed: friend } } as const;
  return { judgement: isRefusal ? refused : judgement, exchanges: [exchange, other.exchange] };
}

async function ask(rule: CorsContract, origin: string, context: ProbeContext, preflight: boolean) {
  const url = urlAt(context.system, rule.at, rule.path);
  const asked = {
    'access-control-request-method': rule.method,
    'access-control-request-headers': (rule.headers ?? ASKED_HEADERS).join(','),
  };
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
