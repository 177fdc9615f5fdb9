/** Routes that users still call and that are gone: declared ones, and those that the release before had in its contract. */

import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { isLimited, isPage, judgeNoAnswer, judgeRateLimited, showAnswer } from '../http/answer-words.ts';
import type { Judgement, Observed } from '../row.ts';
import { apiService } from './api-documents.ts';
import { type ControlsFor, memoControls } from './endpoints.ts';
import type { NewOperations } from './find-new-operations.ts';

interface Route {
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** Ends the sentence of the warning. */
  readonly why: string;
}

/** Row ids: `endpoints.undocumented.<service>.<path>` (declared) and `endpoints.removed.<service>.<METHOD> <path>`. */
export function listGone(system: ProbeContext['system'], found: NewOperations | undefined): Check[] {
  const controlsFor = memoControls();
  const declared = system.contract.endpoints.undocumented.map(
    ({ at, path }): Route => ({
      id: `endpoints.undocumented.${at}.${path}`,
      at,
      method: 'GET',
      path,
      why: 'endpoints.undocumented says that users call it. Bring it back, or take it from the list.',
    }),
  );
  const at = apiService(system);
  const removed = (found?.known ? found.removed : []).map((key): Route => {
    const [method = 'GET', path = '/'] = key.split(' ', 2);
    const why = 'the release before had it, so users may call it. Deprecate an operation before it goes.';
    return { id: `endpoints.removed.${at}.${key}`, at, method, path, why };
  });
  return [...declared, ...removed].map((route) => toCheck(route, controlsFor));
}

function toCheck(route: Route, controlsFor: ControlsFor): Check {
  return {
    planned: {
      id: route.id,
      layer: 'endpoints',
      title: `Users still find ${route.method} ${route.path}`,
      severity: 'P2',
      by: 'engine',
    },
    observe: (context) => observe(route, controlsFor, context),
  };
}

async function observe(route: Route, controlsFor: ControlsFor, context: ProbeContext): Promise<Observed> {
  const { at, method } = route;
  const path = route.path.replaceAll(/\{[^}]*\}/g, `gate10-${context.run.nonce}`);
  const url = urlAt(context.system, at, path);
  const where = `${method} ${url}`;
  // What would write is not called to see whether it is there.
  if (method !== 'GET' && method !== 'HEAD') {
    return { judgement: gone(route, where, 'is not in the API contract any more'), exchanges: [] };
  }
  const exchange = await context.client.send({ url, method });
  const exchanges = [exchange];
  if (!exchange.ok) return { judgement: judgeNoAnswer(where, exchange), exchanges };
  if (isLimited(exchange)) return { judgement: judgeRateLimited(where, exchange), exchanges };
  const { status } = exchange;
  const isAbsent =
    status === 405 || status === 410 || (await controlsFor(context).isRouteMissing(exchange, method, path, [at]));
  if (isAbsent === true || (isAbsent === undefined && status === 404)) {
    const page = isPage(exchange) ? ' with a web page' : '';
    const what = `answers ${status}${page}, as to any unknown path`;
    return { judgement: { ...gone(route, where, what), actual: showAnswer(exchange) }, exchanges };
  }
  if (status < 500) return { judgement: { status: 'passed', evidence: { status } }, exchanges };
  const message = `${where} answers ${status}. Users call it: look at the service.`;
  return { judgement: { status: 'failed', message, actual: showAnswer(exchange) }, exchanges };
}

function gone({ why }: Route, where: string, what: string): Judgement & { readonly status: 'warned' } {
  return { status: 'warned', message: `${where} ${what}: ${why}`, expected: 'the route' };
}
