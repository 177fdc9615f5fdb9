/** Every declared host that browsers talk to tells them to protect their users (OWASP Secure Headers Project); no promise has to ask for it. */
import { isIP } from 'node:net';
import type { ResolvedSystem } from '../../contract/schema.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { judgeRateLimited } from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import type { Judgement, Observed } from '../row.ts';
import { type HeaderRule, loadSecurityAuthority, type SecurityAuthority } from './security-authority.ts';
import { headerFlaw } from './security-policy.ts';

/**
 * Row ids: `security.headers.<service>`, and `tls.<service>.hsts` for what makes TLS stick: it is the transport's policy, and
 * counts over https and for names only (RFC 6797 §8.1.1).
 */
export function listSecurityHeaders(system: ResolvedSystem): Check[] {
  return Object.keys(system.contract.services).flatMap((service) => {
    const ask = once((context) => askForHeaders(context, service));
    const { protocol, hostname } = new URL(urlAt(system, service, '/'));
    // What is reached behind the front door without TLS is no host that browsers talk to.
    if (protocol !== 'https:' && service !== system.contract.frontDoor) return [];
    const headers: Check = {
      planned: {
        id: `security.headers.${service}`,
        layer: 'security',
        title: `${service} sends the headers that protect a browser`,
        severity: 'P2',
        by: 'engine',
        authority: 'OWASP Secure Headers Project',
      },
      observe: async (context) => observe(await ask(context), context, (rule) => rule.for !== 'https'),
    };
    const isName = isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
    if (protocol !== 'https:' || !isName) return [headers];
    const transport: Check = {
      planned: {
        id: `tls.${service}.hsts`,
        layer: 'tls',
        title: `${service} tells browsers to come back over HTTPS only`,
        severity: 'P2',
        by: 'engine',
        authority: 'RFC 6797; OWASP Secure Headers Project',
      },
      observe: async (context) => observe(await ask(context), context, (rule) => rule.for === 'https'),
    };
    return [headers, transport];
  });
}

/** Both rows of a service come from one answer. */
function once(ask: (context: ProbeContext) => Promise<Exchange>): typeof ask {
  let asked: Promise<Exchange> | undefined;
  return (context) => {
    asked ??= ask(context);
    return asked;
  };
}

async function askForHeaders(context: ProbeContext, service: string): Promise<Exchange> {
  const url = urlAt(context.system, service, pathOf(context.system, service));
  return context.client.send({ url, headers: { accept: 'text/html,*/*;q=0.8' } });
}

/** A path that the service is declared to answer; `/` where nothing is. */
function pathOf({ contract }: ResolvedSystem, service: string): string {
  const { frontend, health, identity } = contract;
  if (frontend?.service === service) return frontend.pages[0]?.path ?? '/';
  if (contract.services[service]?.kind === 'frontend') return '/';
  if (health?.service === service) return health.path;
  return identity.service === service ? identity.path : '/';
}

function observe(exchange: Exchange, context: ProbeContext, isWanted: (rule: HeaderRule) => boolean): Observed {
  const authority = loadSecurityAuthority();
  const rules = authority.headers.filter(isWanted);
  return { judgement: judgeHeaders(exchange, rules, authority, context), exchanges: [exchange] };
}

/** Whether the service answers at all is told by other rows; here nothing is seen of its headers then. */
function judgeHeaders(
  exchange: Exchange,
  rules: readonly HeaderRule[],
  authority: SecurityAuthority,
  { system }: ProbeContext,
): Judgement {
  const where = `GET ${exchange.url}`;
  if (exchange.ok && exchange.status === 429) return judgeRateLimited(where, exchange);
  if (!exchange.ok || exchange.status >= 500) {
    const why = exchange.ok ? `answers ${exchange.status}` : `got no answer: ${exchange.error.message}`;
    return { status: 'inconclusive', reason: 'blind', message: `${where} ${why}, so its headers cannot be judged.` };
  }
  const flaws = rules.flatMap((rule) => headerFlaw(rule, exchange, authority) ?? []);
  const evidence = { status: exchange.status, ...leaksOf(exchange, authority) };
  if (flaws.length === 0) return { status: 'passed', evidence };
  const wanted = rules.filter((rule) => headerFlaw(rule, exchange, authority) !== undefined);
  return {
    status: system.contract.security.headers === 'required' ? 'failed' : 'warned',
    message: `${where} ${flaws.join('; ')}. Set it where the answers leave the system.`,
    expected: wanted.map(({ name, recommended }) => `${name}: ${recommended}`).join('; '),
    actual: flaws.join('; '),
    evidence,
  };
}

/** Names of headers that tell what runs inside; a server without its version tells little. */
function leaksOf(answer: Answer, { leaks }: SecurityAuthority): { tells?: string[] } {
  const found = leaks.filter((name) => {
    const value = answer.headers[name];
    return value !== undefined && (name !== 'server' || /\d/.test(value));
  });
  return found.length === 0 ? {} : { tells: found };
}
