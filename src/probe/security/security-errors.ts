/** What a service shows of its inside when it is asked for something that it does not have. */

import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { toFailed } from '../endpoints/judge-operation.ts';
import { hasStackTrace, judgeNoAnswer, judgeRateLimited, showAnswer, statusSentence } from '../http/answer-words.ts';
import type { Judgement, Observed } from '../row.ts';
import { loadSecurityAuthority } from './security-authority.ts';

/** Row ids: `security.errors.<service>`. */
export function listSecurityErrors(system: ProbeContext['system']): Check[] {
  return Object.keys(system.contract.services).map((service) => ({
    planned: {
      id: `security.errors.${service}`,
      layer: 'security',
      title: `An unknown path of ${service} shows nothing of the program`,
      severity: 'P2',
      by: 'engine',
      authority: 'OWASP ASVS 5.0 V16.5',
    },
    observe: (context) => observe(service, context),
  }));
}

async function observe(service: string, context: ProbeContext): Promise<Observed> {
  const url = urlAt(context.system, service, `/gate10-${context.run.nonce}/no/such/path`);
  const exchange = await context.client.send({ url });
  const where = `GET ${url}`;
  const judge = (): Judgement => {
    if (!exchange.ok) return judgeNoAnswer(where, exchange);
    if (exchange.status === 429) return judgeRateLimited(where, exchange);
    const text = exchange.body.toString('utf8', 0, 100_000);
    const isDebugPage =
      exchange.status >= 400 && loadSecurityAuthority().debugPages.some((part) => text.includes(part));
    if (hasStackTrace(exchange) || isDebugPage) {
      const what = isDebugPage ? 'shows the page of a program in debug mode' : 'shows a stack trace of the program';
      return toFailed(where, exchange, `${what} to everybody`, 'an error without its inside');
    }
    if (exchange.status < 500) return { status: 'passed', evidence: { status: exchange.status } };
    const message = `${where} ${statusSentence(exchange)}: an unknown path is the caller's mistake, not the service's.`;
    return { status: 'warned', message, expected: '404', actual: showAnswer(exchange) };
  };
  return { judgement: judge(), exchanges: [exchange] };
}
