/** Operations that this deployment adds: each must be there, at the service itself and at the front door. */
import type { Operation } from '../../contract/openapi.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { isPage, statusSentence } from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import type { Judgement, Observed } from '../row.ts';
import { apiService } from './api-documents.ts';
import { type ControlsFor, isBehindFrontDoor, isInternal, memoControls } from './endpoints.ts';
import type { NewOperation, NewOperations } from './find-new-operations.ts';
import { judgeOperation, judgeOutside, toFailed } from './judge-operation.ts';
import { toOperationRequest } from './operation-request.ts';

/**
 * Row ids: `endpoints.new` (what was found) and `endpoints.new.<service>.<METHOD> <path>`. None where the system does not
 * say how its operations can be known: the plan says so instead.
 */
export function listNewEndpoints(system: ProbeContext['system'], found: NewOperations): Check[] {
  if (!found.known && !found.promised) return [];
  const summary: Check = {
    planned: {
      id: 'endpoints.new',
      layer: 'endpoints',
      title: 'What this deployment adds is known',
      severity: 'P1',
      by: 'engine',
    },
    observe: async () => ({ judgement: judgeDiscovery(found), exchanges: [] }),
  };
  if (!found.known) return [summary];
  const service = apiService(system);
  const controlsFor = memoControls();
  const checks = found.operations.flatMap((fresh) =>
    placesOf(system, service, fresh, found.first).map((at) => toCheck(fresh, at, service, controlsFor)),
  );
  return [summary, ...checks];
}

/** Everything new must be reachable by users, unless it says `x-internal: true`; on a first deployment, as edges say. */
function placesOf(system: ProbeContext['system'], service: string, fresh: NewOperation, first: boolean): string[] {
  const { frontDoor } = system.contract;
  if (frontDoor === service || isInternal(fresh.operation)) return [service];
  const path = fresh.key.slice(fresh.key.indexOf(' ') + 1);
  return !first || isBehindFrontDoor(system, service, path) ? [service, frontDoor] : [service];
}

function judgeDiscovery(found: NewOperations): Judgement {
  if (!found.known) {
    return {
      status: 'inconclusive',
      reason: 'blind',
      message: `What this deployment adds cannot be known: ${found.why}. Fetch the whole history, and look at code.openapi.`,
    };
  }
  const evidence = { operations: found.operations.map(({ key }) => key), firstDeployment: found.first };
  if (found.suspicious.length === 0) return { status: 'passed', evidence };
  return {
    status: 'warned',
    message: `The commits since the release before change ${found.suspicious.slice(0, 3).join(', ')}, but neither the API contract nor an "Endpoints:" line names a new operation. Check that none was forgotten.`,
    evidence,
  };
}

function toCheck(fresh: NewOperation, at: string, service: string, controlsFor: ControlsFor): Check {
  return {
    planned: {
      id: `endpoints.new.${at}.${fresh.key}`,
      layer: 'endpoints',
      title: `New: ${fresh.key} exists at ${at}`,
      severity: 'P0',
      by: 'engine',
    },
    observe: (context) => observe(fresh, at, service, controlsFor, context),
  };
}

async function observe(
  fresh: NewOperation,
  at: string,
  service: string,
  controlsFor: ControlsFor,
  context: ProbeContext,
): Promise<Observed> {
  const refused = whyNotAsked(fresh, context);
  if (refused !== undefined) return { judgement: refused, exchanges: [] };
  const first = await ask(fresh, at, service, controlsFor, context);
  if (first.judgement.status !== 'failed' || at === service) return { ...first, exchanges: [first.exchange] };
  const direct = await ask(fresh, service, service, controlsFor, context);
  const hint =
    direct.judgement.status === 'passed'
      ? `${service} itself has it, so the proxy ${at} does not pass it on: look at the proxy rules.`
      : `${service} itself does not have it either.`;
  const judgement = { ...first.judgement, message: `${first.judgement.message} ${hint}` };
  return { judgement, exchanges: [first.exchange, direct.exchange] };
}

/** A public operation that writes and takes any body cannot be tried on production. */
function whyNotAsked({ key, operation }: NewOperation, context: ProbeContext): Judgement | undefined {
  if (operation === undefined || operation.safe || operation.security === 'required') return undefined;
  if (operation.requestBody?.required === true) return undefined;
  const promise = coveringPromise(key, context);
  if (promise !== undefined) return { status: 'passed', evidence: { coveredBy: promise } };
  return {
    status: 'warned',
    message: `${key} is public, writes, and needs no body, so it was not called. Declare a promise that calls it, with its cleanup.`,
  };
}

async function ask(
  fresh: NewOperation,
  at: string,
  service: string,
  controlsFor: ControlsFor,
  context: ProbeContext,
): Promise<{ judgement: Judgement; exchange: Exchange }> {
  const [method = 'GET', path = '/'] = fresh.key.split(' ', 2);
  const { pathAndQuery, headers, invented } = toOperationRequest(
    fresh.operation ?? nameOnly(method, path),
    context.run.nonce,
  );
  const url = urlAt(context.system, at, pathAndQuery);
  // Without a body and with a type that no API takes: a write is refused before it begins.
  const type = method === 'GET' || method === 'HEAD' ? {} : { 'content-type': 'application/x-gate10-probe' };
  const exchange = await context.client.send({ url, method, headers: { ...headers, ...type } });
  const where = `${method} ${url}`;
  const outside = judgeOutside(where, exchange);
  if (outside !== undefined || !exchange.ok) {
    return { judgement: outside ?? unseen(where), exchange };
  }
  const services = at === service ? [service] : [at, service];
  const missing = await controlsFor(context).isRouteMissing(exchange, method, path, services);
  const judgement = missing
    ? judgeMissing(fresh, where, exchange, context)
    : await judgePresent(fresh, where, exchange, { missing, invented });
  return { judgement, exchange };
}

function judgeMissing({ key }: NewOperation, where: string, answer: Answer, context: ProbeContext): Judgement {
  if (answer.status !== 401 && answer.status !== 403) {
    const what = `answers ${answer.status}${isPage(answer) ? ' with a web page' : ''} as to any unknown path: the route does not exist`;
    return toFailed(where, answer, what, 'the new operation');
  }
  const promise = coveringPromise(key, context);
  if (promise !== undefined) return { status: 'passed', evidence: { status: answer.status, coveredBy: promise } };
  return {
    status: 'inconclusive',
    reason: 'insufficient',
    message: `${where} answers ${answer.status}, as to any unknown path: without a login it cannot be told whether the route exists. Declare a promise that logs in and calls it.`,
  };
}

async function judgePresent(
  { operation }: NewOperation,
  where: string,
  answer: Answer,
  { missing, invented }: { readonly missing: boolean | undefined; readonly invented: boolean },
): Promise<Judgement> {
  const refused = answer.status === 400 || answer.status === 422;
  if (invented && refused && !isPage(answer)) return { status: 'passed', evidence: { status: answer.status } };
  // A call that was made to be refused (a write without a body) may be refused in every declared way.
  if (operation !== undefined && (operation.safe || operation.security === 'required')) {
    return judgeOperation(operation, where, answer, async () => missing);
  }
  if (isPage(answer)) {
    return toFailed(where, answer, 'answers with a web page: the SPA fallback or a default page answered', 'an API');
  }
  if (answer.status === 404 || answer.status === 410)
    return toFailed(where, answer, statusSentence(answer), 'an answer');
  return { status: 'passed', evidence: { status: answer.status } };
}

/** A promise that calls the operation proves it better than an anonymous request. */
function coveringPromise(key: string, { system }: ProbeContext): string | undefined {
  const [method = '', path = ''] = key.split(' ', 2);
  const pattern = new RegExp(
    `^${path
      .split(/\{[^}]*\}/)
      .map(escapeRegExp)
      .join('[^/]+')}(?:\\?|$)`,
  );
  return system.contract.promises.find((promise) =>
    promise.steps.some(({ request }) => request.method === method && pattern.test(request.path)),
  )?.id;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** What only a commit message names: a path and nothing else. */
function nameOnly(method: string, path: string): Operation {
  const safe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  const unknown = { parameters: [], responses: {}, securityOptions: [], headersOf: () => [], raw: {} };
  return { key: `${method} ${path}`, method, path, security: 'public', safe, ...unknown };
}

function unseen(where: string): Judgement {
  return { status: 'inconclusive', reason: 'blind', message: `${where} was not judged.` };
}
