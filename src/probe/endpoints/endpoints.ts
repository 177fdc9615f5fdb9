/** Every safe operation of the API contracts, asked at the service itself and, where an edge serves it, at the front door. */
import type { Operation } from '../../contract/openapi.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import type { Judgement, Observed } from '../row.ts';
import type { ApiDocuments } from './api-documents.ts';
import { askHarmless } from './endpoints-ask.ts';
import { judgeInvented, judgeOperation } from './judge-operation.ts';
import { toExampleBody, toOperationRequest } from './operation-request.ts';
import { createRouteControls, type RouteControls } from './route-controls.ts';

/** Row ids: `endpoints.<service>.<METHOD> <path>`. What writes is left to promises, but for `endpoints.safeWrites`. */
export function listEndpoints(system: ProbeContext['system'], documents: ApiDocuments): Check[] {
  const controlsFor = memoControls();
  return [...documents].flatMap(([service, document]) =>
    document.operations
      .filter((operation) => changesNothing(system, operation))
      .flatMap((operation) => {
        const direct = toCheck(operation, service, service, document.name, controlsFor);
        if (isInternal(operation) || !isBehindFrontDoor(system, service, operation.path)) return [direct];
        return [direct, toCheck(operation, system.contract.frontDoor, service, document.name, controlsFor)];
      }),
  );
}

/** `x-internal: true` on an operation: for those who run the service, so the front door does not have to pass it on. */
export function isInternal(operation: Operation | undefined): boolean {
  return operation?.raw['x-internal'] === true;
}

/** Whether an edge from the front door serves paths that begin as this one does. */
export function isBehindFrontDoor(system: ProbeContext['system'], service: string, path: string): boolean {
  const { frontDoor, edges } = system.contract;
  if (service === frontDoor) return false;
  return edges
    .filter((edge) => edge.from === frontDoor && edge.to === service)
    .some((edge) => edge.paths.some((served) => firstSegment(served.path) === firstSegment(path)));
}

/** Where users reach an operation: the front door, where an edge serves it; else the service itself. */
export function doorOf(system: ProbeContext['system'], service: string, operation: Operation): string {
  const isServed = !isInternal(operation) && isBehindFrontDoor(system, service, operation.path);
  return isServed ? system.contract.frontDoor : service;
}

/** By its method, or because the contract says so (`endpoints.safeWrites`). */
export function changesNothing(system: ProbeContext['system'], operation: Operation): boolean {
  return operation.safe || system.contract.endpoints.safeWrites.includes(operation.key);
}

function firstSegment(path: string): string {
  return path.split(/[/?#]/, 2)[1] ?? '';
}

export type ControlsFor = (context: ProbeContext) => RouteControls;

/** One set of control answers for all checks of a run. */
export function memoControls(): ControlsFor {
  let made: RouteControls | undefined;
  return (context) => {
    made ??= createRouteControls(context);
    return made;
  };
}

function toCheck(
  operation: Operation,
  at: string,
  service: string,
  documentName: string,
  controlsFor: ControlsFor,
): Check {
  const secured = operation.security === 'required' ? ' refuses who has not logged in' : ' answers';
  return {
    planned: {
      id: `endpoints.${at}.${operation.key}`,
      layer: 'endpoints',
      title: `${operation.key}${secured} as its contract says, at ${at}`,
      severity: 'P1',
      by: 'engine',
      source: documentName,
    },
    observe: (context) => observeOperation({ operation, at, service, controls: controlsFor(context) }, context),
  };
}

export interface OperationAt {
  readonly operation: Operation;
  /** Where it is asked: the service itself or the front door. */
  readonly at: string;
  readonly service: string;
  readonly controls: RouteControls;
}

export async function observeOperation(target: OperationAt, context: ProbeContext): Promise<Observed> {
  const first = await askOperation(target, target.at, context);
  if (first.judgement.status !== 'failed' || target.at === target.service) {
    return first;
  }
  // Broken at the front door: whether the service itself is broken decides where to look.
  const direct = await askOperation(target, target.service, context);
  const hint =
    direct.judgement.status === 'passed'
      ? `${target.service} itself answers as it should, so look at the proxy ${target.at}.`
      : `${target.service} itself does not answer as it should either, so look there first.`;
  const message = `${first.judgement.message} ${hint}`;
  return { judgement: { ...first.judgement, message }, exchanges: [...first.exchanges, ...direct.exchanges] };
}

async function askOperation(
  { operation, service, controls }: OperationAt,
  at: string,
  context: ProbeContext,
): Promise<{ judgement: Judgement; exchanges: readonly Exchange[] }> {
  // What was declared to change nothing is asked with its examples, as a method that only reads.
  const { pathAndQuery, headers, invented } = toOperationRequest({ ...operation, safe: true }, context.run.nonce);
  const url = urlAt(context.system, at, pathAndQuery);
  const where = `${operation.method} ${url}`;
  const body = toExampleBody(operation);
  if (body === 'none') return { judgement: judgeWithoutExample(where), exchanges: [] };
  const input = { url, method: operation.method, headers: { ...headers, ...body?.headers }, body: body?.text };
  const exchange = await askHarmless(context, input);
  const services = at === service ? [service] : [at, service];
  const routeMissing = (answer: Answer): Promise<boolean | undefined> =>
    controls.isRouteMissing(answer, operation.method, operation.path, services);
  const judgement = invented
    ? await judgeInvented(operation, where, exchange, routeMissing)
    : await judgeOperation(operation, where, exchange, routeMissing);
  return { judgement, exchanges: [exchange] };
}

function judgeWithoutExample(where: string): Judgement {
  const message = `${where} could not be asked: its API contract has no example of its body. Add one.`;
  return { status: 'inconclusive', reason: 'insufficient', message };
}
