/** Pages of a list: as long as was asked, each item once, the same when asked again, and empty behind the last. */
import type { Operation, Parameter } from '../../../../src/contract/openapi.ts';
import type { Draft } from '../draft.ts';
import { isOwnObject } from '../own-object.ts';
import { type ApiCheck, type Finding, type Subject, toFinding } from '../subject.ts';
import { validDraft } from '../valid-draft.ts';
import { askAs, isReachable } from './input.ts';

const PAGE = /^(?:page|page_?number|p)$/i;
const OFFSET = /^(?:offset|skip|start)$/i;
const SIZE = /^(?:per_?page|page_?size|limit|size|count|take)$/i;
const ITEMS_ON_A_PAGE = 2;

export const pagesThrough: ApiCheck = {
  name: 'pages through its list: the size asked for, each item once, nothing behind the last',
  applies: (subject) =>
    isReachable(subject) && subject.operation.method === 'GET' && toPaging(subject.operation) !== undefined,
  run: async (subject) => {
    const first = await lookThrough(subject);
    // Somebody may have added to the list in between: what is wrong is wrong twice.
    return first.length === 0 ? [] : lookThrough(subject);
  },
};

async function lookThrough(subject: Subject): Promise<readonly Finding[]> {
  const paging = toPaging(subject.operation);
  const base = await validDraft(subject, { seed: subject.seed, optionals: 0, examples: true });
  if (paging === undefined || base === undefined) return [];
  const first = await itemsOf(subject, at(base, paging, 0));
  const second = await itemsOf(subject, at(base, paging, 1));
  const again = await itemsOf(subject, at(base, paging, 0));
  // Whether there is a list in it at all is its schema's affair.
  if (first === undefined || second === undefined || again === undefined) return [];
  const isStable = JSON.stringify(first) === JSON.stringify(again);
  return [
    ...tooLong(subject, first, second),
    ...shared(subject, first, second),
    ...(isStable ? [] : [found(subject, 'gives another first page when asked again')]),
    ...(await behindTheLast(subject, base, paging)),
  ];
}

interface Paging {
  readonly size: Parameter;
  readonly position: Parameter;
  /** What the position is on the n-th page from 0. */
  readonly valueAt: (page: number) => number;
}

function toPaging({ parameters }: Operation): Paging | undefined {
  const inQuery = (pattern: RegExp) => parameters.find((one) => one.in === 'query' && pattern.test(one.name));
  const size = inQuery(SIZE);
  const page = inQuery(PAGE);
  const offset = inQuery(OFFSET);
  if (size === undefined) return undefined;
  const start = Number(page?.schema?.['minimum'] ?? page?.schema?.['default'] ?? 1);
  if (page !== undefined) return { size, position: page, valueAt: (number) => start + number };
  return offset && { size, position: offset, valueAt: (number) => number * ITEMS_ON_A_PAGE };
}

function at(base: Draft, { size, position, valueAt }: Paging, page: number): Draft {
  const query = { ...base.query, [size.name]: String(ITEMS_ON_A_PAGE), [position.name]: String(valueAt(page)) };
  return { ...base, query };
}

async function itemsOf(subject: Subject, draft: Draft): Promise<readonly unknown[] | undefined> {
  const asked = await askAs(subject, draft);
  if (asked === undefined || asked.answer.status !== 200) return undefined;
  return listIn(asked.answer.json());
}

/** The list itself, or the longest one of an object's members. */
function listIn(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isOwnObject(body)) return undefined;
  const lists = Object.values(body).filter((member) => Array.isArray(member));
  return lists.sort((a, b) => b.length - a.length)[0];
}

function tooLong(subject: Subject, ...pages: readonly (readonly unknown[])[]): Finding[] {
  const longest = Math.max(...pages.map((page) => page.length));
  return longest <= ITEMS_ON_A_PAGE
    ? []
    : [found(subject, `gives ${longest} items where ${ITEMS_ON_A_PAGE} were asked for`)];
}

function shared(subject: Subject, first: readonly unknown[], second: readonly unknown[]): Finding[] {
  const texts = new Set(first.map((item) => JSON.stringify(item)));
  const repeated = second.some((item) => texts.has(JSON.stringify(item)));
  return repeated ? [found(subject, 'gives an item of the first page on the second again')] : [];
}

/** At the greatest position that the contract allows: most lists are shorter. */
async function behindTheLast(subject: Subject, base: Draft, paging: Paging): Promise<Finding[]> {
  const last = paging.position.schema?.['maximum'];
  if (typeof last !== 'number') return [];
  const draft = at(base, { ...paging, valueAt: () => last }, 0);
  const asked = await askAs(subject, draft);
  const items = asked?.answer.status === 200 ? listIn(asked.answer.json()) : undefined;
  if (items === undefined || items.length === 0) return [];
  const first = await itemsOf(subject, at(base, paging, 0));
  const same = JSON.stringify(first) === JSON.stringify(items);
  return same ? [found(subject, `gives its first page for position ${last}: it does not page`)] : [];
}

function found(subject: Subject, what: string): Finding {
  return toFinding(subject, pagesThrough.name, what);
}
