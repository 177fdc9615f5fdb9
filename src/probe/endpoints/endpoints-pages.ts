/** The second page of a list: where an API contract declares pages, a broken one shows nowhere else. */
import type { Operation, Parameter } from '../../contract/openapi.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { isPage, judgeNoAnswer, judgeRateLimited, showAnswer, statusSentence } from '../http/answer-words.ts';
import type { Exchange } from '../http/exchange.ts';
import { readJson } from '../http/strict-json.ts';
import type { Judgement, Observed } from '../row.ts';
import type { ApiDocuments } from './api-documents.ts';
import { doorOf } from './endpoints.ts';
import { toOperationRequest } from './operation-request.ts';

interface Paged {
  readonly operation: Operation;
  readonly place: Parameter;
  readonly size: Parameter;
}

const PLACES = /^(?:page|page_?(?:number|index|no)|offset|skip|start)$/i;
const SIZES = /^(?:per_?page|page_?size|limit|size|count|top|take)$/i;
const OFFSETS = /^(?:offset|skip|start)$/i;
/** Items of a page: small, so that a second page exists in nearly every list. */
const WANTED_SIZE = 2;

/** Row ids: `endpoints.<service>.<METHOD> <path>.pages`, for public reads with a page or offset and a size. */
export function listPages(system: ProbeContext['system'], documents: ApiDocuments): Check[] {
  return [...documents].flatMap(([service, { operations, name }]) =>
    operations.flatMap((operation): Check[] => {
      const paged = toPaged(operation);
      if (paged === undefined) return [];
      const at = doorOf(system, service, operation);
      const planned = {
        id: `endpoints.${at}.${operation.key}.pages`,
        layer: 'endpoints' as const,
        title: `The second page of ${operation.key} follows the first, at ${at}`,
        severity: 'P3' as const,
        by: 'engine' as const,
        source: name,
      };
      return [{ planned, observe: (context) => observe(paged, at, context) }];
    }),
  );
}

function toPaged(operation: Operation): Paged | undefined {
  const { method, security, parameters } = operation;
  if (method !== 'GET' || security !== 'public') return undefined;
  const find = (pattern: RegExp): Parameter | undefined =>
    parameters.find(({ name, in: where, schema }) => where === 'query' && pattern.test(name) && isNumber(schema));
  const [place, size] = [find(PLACES), find(SIZES)];
  return place === undefined || size === undefined ? undefined : { operation, place, size };
}

function isNumber(schema: Parameter['schema']): boolean {
  return schema?.['type'] === 'integer' || schema?.['type'] === 'number';
}

async function observe(paged: Paged, at: string, context: ProbeContext): Promise<Observed> {
  const { operation, place, size } = paged;
  const wanted = Math.max(WANTED_SIZE, Number(size.schema?.['minimum'] ?? 0));
  const start = startOf(place);
  const next = start + (OFFSETS.test(place.name) ? wanted : 1);
  const exchanges: Exchange[] = [];
  const ask = async (number: number): Promise<Exchange> => {
    const { pathAndQuery, headers } = toOperationRequest(operation, context.run.nonce);
    const url = new URL(urlAt(context.system, at, pathAndQuery));
    url.searchParams.set(place.name, String(number));
    url.searchParams.set(size.name, String(wanted));
    const exchange = await context.client.send({ url: url.href, headers });
    exchanges.push(exchange);
    return exchange;
  };
  const first = await ask(start);
  const items = itemsOf(first);
  // Anything else about the first page is the operation's own row.
  const isFull = items !== undefined && items.length >= wanted;
  if (!isFull && first.ok && first.status !== 429) {
    return { judgement: { status: 'passed', evidence: { pages: 1 } }, exchanges };
  }
  const judgement = isFull ? judgeSecond(items, wanted, await ask(next)) : judgeUnseen(first);
  return { judgement, exchanges };
}

function startOf({ name, schema, example }: Parameter): number {
  if (OFFSETS.test(name)) return 0;
  const declared = schema?.['minimum'] ?? schema?.['default'] ?? example ?? 1;
  return typeof declared === 'number' ? declared : 1;
}

function judgeUnseen(exchange: Exchange): Judgement {
  const where = `GET ${exchange.url}`;
  return exchange.ok ? judgeRateLimited(where, exchange) : judgeNoAnswer(where, exchange);
}

function judgeSecond(first: readonly unknown[], wanted: number, second: Exchange): Judgement {
  const where = `GET ${second.url}`;
  if (!second.ok || second.status === 429) return judgeUnseen(second);
  const warn = (what: string): Judgement => ({
    status: 'warned',
    message: `${where} ${what}. The first page is as it should be, so look at how the list is cut.`,
    expected: 'the items after the first page',
    actual: showAnswer(second),
  });
  if (second.status !== 200 || isPage(second)) return warn(statusSentence(second));
  const items = itemsOf(second);
  if (items === undefined) return warn('has no list in it');
  if (first.length > wanted) return warn(`is asked for ${wanted} items, and the page before has ${first.length}`);
  if (items.length > 0 && JSON.stringify(items) === JSON.stringify(first)) {
    return warn('has the same items as the first page');
  }
  const total = totalOf(second) ?? 0;
  if (items.length === 0 && total > first.length) return warn(`is empty, though there are ${total} items`);
  return { status: 'passed', evidence: { pages: 2 } };
}

/** The list of an answer: itself, or the only one among its members. */
function itemsOf(exchange: Exchange): readonly unknown[] | undefined {
  const value = readValue(exchange);
  if (Array.isArray(value)) return value;
  const lists = Object.values(value ?? {}).filter((member) => Array.isArray(member));
  return lists.length === 1 ? lists[0] : undefined;
}

function totalOf(exchange: Exchange): number | undefined {
  const value = Object.entries(readValue(exchange) ?? {}).find(([name]) => /^total(?:_?(?:count|items))?$/i.test(name));
  return typeof value?.[1] === 'number' ? value[1] : undefined;
}

function readValue(exchange: Exchange): object | undefined {
  if (!exchange.ok || exchange.status !== 200) return undefined;
  const reading = readJson(exchange.body, exchange.closeDelimited);
  return reading.ok && reading.value !== null && typeof reading.value === 'object' ? reading.value : undefined;
}
