/** Different ids give different resources: a service that answers every id with the same data is wrong in the right shape. */
import type { Operation, Parameter } from '../../contract/openapi.ts';
import type { Check, ProbeContext } from '../context.ts';
import { isLimited, judgeNoAnswer, judgeRateLimited } from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import { readJson } from '../http/strict-json.ts';
import type { Judgement, Observed } from '../row.ts';
import type { ApiDocuments } from './api-documents.ts';
import { doorOf } from './endpoints.ts';
import { everyUrl } from './endpoints-ask.ts';
import { toFailed } from './judge-operation.ts';
import { toOperationRequest } from './operation-request.ts';

interface Resource {
  readonly operation: Operation;
  readonly parameter: Parameter;
  /** The operation that lists such resources: the path without the parameter. */
  readonly list: Operation | undefined;
}

/** Row ids: `endpoints.<service>.<METHOD> <path>.resources`, for public reads whose path ends in one parameter. */
export function listResources(system: ProbeContext['system'], documents: ApiDocuments): Check[] {
  return [...documents].flatMap(([service, { operations, name }]) =>
    operations.flatMap((operation): Check[] => {
      const resource = toResource(operation, operations);
      if (resource === undefined) return [];
      const at = doorOf(system, service, operation);
      const planned = {
        id: `endpoints.${at}.${operation.key}.resources`,
        layer: 'endpoints' as const,
        title: `${operation.key} gives each id its own resource, at ${at}`,
        severity: 'P1' as const,
        by: 'engine' as const,
        source: name,
      };
      return [{ planned, observe: (context) => observe(resource, { at, service }, context) }];
    }),
  );
}

function toResource(operation: Operation, operations: readonly Operation[]): Resource | undefined {
  const { method, path, security, parameters } = operation;
  const inPath = parameters.filter(({ in: place }) => place === 'path');
  const [parameter] = inPath;
  if (method !== 'GET' || security !== 'public' || inPath.length !== 1 || parameter?.example === undefined) return;
  const ending = `/{${parameter.name}}`;
  if (!path.endsWith(ending)) return undefined;
  const parent = path.slice(0, -ending.length);
  const list = operations.find((one) => one.method === 'GET' && one.security === 'public' && one.path === parent);
  return { operation, parameter, list };
}

async function observe(
  resource: Resource,
  { at, service }: { readonly at: string; readonly service: string },
  context: ProbeContext,
): Promise<Observed> {
  const pairs: Observed[] = [];
  const places = everyUrl(context.system, at, service, '');
  for (const base of places) pairs.push(await observeAt(resource, base, context));
  const judgements = pairs.map(({ judgement }) => judgement);
  const worst =
    judgements.find(({ status }) => status === 'failed') ?? judgements.find(({ status }) => status !== 'passed');
  const judgement = worst ?? judgements[0] ?? { status: 'passed', evidence: { compared: 0 } };
  return { judgement, exchanges: pairs.flatMap(({ exchanges }) => exchanges) };
}

async function observeAt(resource: Resource, base: string, context: ProbeContext): Promise<Observed> {
  const exchanges: Exchange[] = [];
  const ask = async (operation: Operation): Promise<Exchange> => {
    const { pathAndQuery, headers } = toOperationRequest(operation, context.run.nonce);
    const exchange = await context.client.send({ url: `${base}${pathAndQuery}`, headers });
    exchanges.push(exchange);
    return exchange;
  };
  const listed = resource.list === undefined ? undefined : await ask(resource.list);
  const ids = idsOf(listed, resource.parameter.name);
  const [own, other] = ids.length >= 2 ? ids : [String(resource.parameter.example), undefined];
  const first = await ask(withId(resource, own ?? ''));
  const second = await ask(withId(resource, other));
  return { judgement: judgePair(resource, first, second, { own: own ?? '', other }), exchanges };
}

/** Without a second id that exists: one that no resource has. */
function withId({ operation, parameter }: Resource, id: string | undefined): Operation {
  const { example: _, ...bare } = parameter;
  const changed = id === undefined ? bare : { ...parameter, example: id };
  return { ...operation, parameters: operation.parameters.map((one) => (one === parameter ? changed : one)) };
}

/** The first and the last id of the longest list in the answer, where its items have one under the parameter's name. */
function idsOf(listed: Exchange | undefined, name: string): string[] {
  const value = listed === undefined ? undefined : readObject(listed);
  const lists = Array.isArray(value) ? [value] : Object.values(value ?? {}).filter((one) => Array.isArray(one));
  const [longest = []] = lists.sort((a, b) => b.length - a.length);
  const ids = longest.flatMap((item) => idOf(item, name) ?? []);
  const [first, last] = [ids[0], ids.at(-1)];
  return first === undefined || last === undefined || first === last ? [] : [first, last];
}

function idOf(item: unknown, name: string): string | undefined {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return undefined;
  const id = (item as Record<string, unknown>)[name] ?? (/id$/i.test(name) ? Reflect.get(item, 'id') : undefined);
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

function readObject(exchange: Exchange): object | undefined {
  if (!exchange.ok || exchange.status !== 200) return undefined;
  const reading = readJson(exchange.body, exchange.closeDelimited);
  return reading.ok && reading.value !== null && typeof reading.value === 'object' ? reading.value : undefined;
}

/** Answers that are no 200 belong to the operation's own row; here only what two resources say is compared. */
function judgePair(
  { parameter }: Resource,
  first: Exchange,
  second: Exchange,
  { own, other }: { readonly own: string; readonly other: string | undefined },
): Judgement {
  for (const exchange of [first, second]) {
    const where = `GET ${exchange.url}`;
    if (!exchange.ok) return judgeNoAnswer(where, exchange);
    if (isLimited(exchange)) return judgeRateLimited(where, exchange);
  }
  if (!first.ok || !second.ok || first.status !== 200) return { status: 'passed', evidence: { compared: 0 } };
  // An alias ("me", "latest") has another id of its own: only ids out of a list, and numbers, are what they are.
  const isExact = other !== undefined || /^\d+$/.test(own);
  const wrong = isExact ? (wrongId(first, parameter.name, own) ?? wrongId(second, parameter.name, other)) : undefined;
  if (wrong !== undefined) return wrong;
  if (second.status === 200 && first.body.length > 0 && first.body.equals(second.body)) {
    const what = `answers with the same data as ${first.url}: every id gets the same`;
    return toFailed(`GET ${second.url}`, second, what, other === undefined ? '404' : 'another resource');
  }
  return { status: 'passed', evidence: { compared: second.status === 200 ? 2 : 1 } };
}

function wrongId(answer: Answer, name: string, asked: string | undefined): Judgement | undefined {
  const value = readObject(answer);
  const id = value === undefined || asked === undefined ? undefined : idOf(value, name);
  if (id === undefined || id.toLowerCase() === asked?.toLowerCase()) return undefined;
  return toFailed(`GET ${answer.url}`, answer, `answers with the resource ${id}`, `the resource ${asked}`);
}
