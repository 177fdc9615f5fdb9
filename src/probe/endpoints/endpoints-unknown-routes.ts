/**
 * What a service that has an API contract says to routes which the contract does not have: a refusal, whatever the method.
 * A page with 200 is the SPA fallback, which turns every wrong call into a success.
 */

import type { Check, ProbeContext } from '../context.ts';
import {
  hasStackTrace,
  isLimited,
  isPage,
  judgeNoAnswer,
  judgeRateLimited,
  statusSentence,
} from '../http/answer-words.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Judgement, Observed } from '../row.ts';
import type { ApiDocuments } from './api-documents.ts';
import { doorOf, isInternal } from './endpoints.ts';
import { askHarmless, everyUrl } from './endpoints-ask.ts';
import { toFailed } from './judge-operation.ts';

interface Request {
  readonly method: string;
  readonly path: string;
}

const MAX_PREFIXES = 3;

/** Row ids: `endpoints.<service>.unknown-routes`. Paths that nothing serves are asked, and methods that a path does not have. */
export function listUnknownRoutes(system: ProbeContext['system'], documents: ApiDocuments): Check[] {
  return [...documents].flatMap(([service, { operations, name }]) => {
    const places = new Set([service, ...operations.map((operation) => doorOf(system, service, operation))]);
    return [...places].flatMap((at): Check[] => {
      const here = operations.filter(
        (operation) => !isInternal(operation) && (at === service || doorOf(system, service, operation) === at),
      );
      const prefixes = [...new Set(here.map(({ path }) => path.split('/')[1] ?? ''))].filter(
        (prefix) => prefix !== '' && !prefix.startsWith('{'),
      );
      const readOnly = here.filter(
        ({ path, method, security, parameters }) =>
          method === 'GET' &&
          security === 'public' &&
          parameters.every(({ in: place }) => place !== 'path') &&
          operations.every((other) => other.path !== path || other.safe),
      );
      const planned = {
        id: `endpoints.${at}.unknown-routes`,
        layer: 'endpoints' as const,
        title: `Routes and methods that do not exist are refused at ${at}`,
        severity: 'P1' as const,
        by: 'engine' as const,
        source: name,
        authority: 'RFC 9110 §15.5.5, §15.5.6',
      };
      const asked = { prefixes: prefixes.slice(0, MAX_PREFIXES), readOnly: readOnly.slice(0, MAX_PREFIXES) };
      if (asked.prefixes.length + asked.readOnly.length === 0) return [];
      return [{ planned, observe: (context) => observe({ at, service }, asked, context) }];
    });
  });
}

async function observe(
  { at, service }: { readonly at: string; readonly service: string },
  asked: { readonly prefixes: readonly string[]; readonly readOnly: readonly { readonly path: string }[] },
  context: ProbeContext,
): Promise<Observed> {
  const unknown = asked.prefixes.flatMap((prefix) =>
    ['POST', 'PUT', 'OPTIONS'].map(
      (method): Request => ({ method, path: `/${prefix}/gate10-${context.run.nonce}/no/such/route` }),
    ),
  );
  const others = asked.readOnly.map(({ path }): Request => ({ method: 'POST', path }));
  const exchanges: Exchange[] = [];
  const found: Judgement[] = [];
  for (const { method, path } of [...unknown, ...others]) {
    // Without a body and with a type that no API takes: nothing that could be written.
    const headers = method === 'OPTIONS' ? {} : { 'content-type': 'application/x-gate10-probe' };
    for (const url of everyUrl(context.system, at, service, path)) {
      const exchange = await askHarmless(context, { url, method, headers });
      exchanges.push(exchange);
      found.push(judgeUnknown(`${method} ${url}`, exchange));
    }
  }
  const worst = ['failed', 'inconclusive', 'warned'].flatMap((status) => found.filter((one) => one.status === status));
  return { judgement: worst[0] ?? { status: 'passed', evidence: { requests: found.length } }, exchanges };
}

/** A 2xx without a page may be the answer of a gateway to everything (OPTIONS) or of a program that knows no methods. */
function judgeUnknown(where: string, exchange: Exchange): Judgement {
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  if (isLimited(exchange)) return judgeRateLimited(where, exchange);
  const expected = '404 or 405';
  if (hasStackTrace(exchange)) {
    return toFailed(where, exchange, 'shows a stack trace of the program to everybody', expected);
  }
  if (exchange.status < 300 && isPage(exchange) && exchange.body.length > 0) {
    const what = `answers ${exchange.status} with a web page, though there is nothing to ask: the SPA fallback answers every method`;
    return toFailed(where, exchange, what, expected);
  }
  if (exchange.status < 500 || exchange.status === 501) return { status: 'passed' };
  const message = `${where} ${statusSentence(exchange)}, where a refusal was expected: an unknown route is the caller's mistake.`;
  return { status: 'warned', message, expected, actual: String(exchange.status) };
}
