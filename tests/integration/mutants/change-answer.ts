/** Puts a mutant in front of the backend, or into the text of its contract. */

import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { parse, stringify } from 'yaml';
import { type Answer, rewriteAnswer } from '../../../reference-system/answer-rewrite.ts';
import type { Backend } from '../../../reference-system/backend/backend.ts';
import { matches, setPointer } from '../../../reference-system/route-faults.ts';
import { removePointers } from '../../../reference-system/spoil-answer.ts';
import { CONTRACT_FILE } from '../support/release-dir.ts';
import type { AnswerChange, ContractChange, Mutant } from './mutant.ts';

export interface Mutation {
  /** The mutant that acts; undefined = the honest backend. */
  active: Mutant | undefined;
  /** Of an account that the mutants let others in with. */
  token: string;
  /** Tokens that the backend gave out: whoever has one is let in anyway. */
  readonly issued: Set<string>;
}

/** Reads `mutation` at every request. */
export function mutate(mutation: Mutation): (listener: RequestListener) => RequestListener {
  return (listener) => (request, response) => {
    const { active } = mutation;
    if (active !== undefined && isFor(active, request)) {
      const { change } = active;
      if ('letIn' in change) letIn(change.letIn, request, mutation);
      if ('answer' in change) rewriteAnswer(response, (answer) => changeAnswer(change.answer, answer));
    }
    if (request.url === '/auth/login') rewriteAnswer(response, (answer) => noteToken(answer, mutation));
    listener(request, response);
  };
}

function noteToken({ status, body }: Answer, { issued }: Mutation): void {
  const token: unknown = status === 200 ? JSON.parse(body.toString('utf8')).token : undefined;
  if (typeof token === 'string') issued.add(token);
}

function isFor({ operation }: Mutant, request: IncomingMessage): boolean {
  const [method = '', template = ''] = operation.split(' ');
  const path = template.replaceAll(/\{[^}]*\}/g, '*');
  return matches({ match: { method, path } }, request);
}

function letIn(whom: 'nobody' | 'anybody', { headers }: IncomingMessage, { token, issued }: Mutation): void {
  const sent = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1];
  const isForged = sent !== undefined && !issued.has(sent);
  if (whom === 'anybody' ? isForged : sent === undefined) headers.authorization = `Bearer ${token}`;
}

function changeAnswer(change: AnswerChange, answer: Answer): void {
  if (answer.status !== change.on) return;
  if (change.body !== undefined) answer.body = Buffer.from(change.body);
  if (change.patch !== undefined || change.remove !== undefined) {
    const document = removePointers(JSON.parse(answer.body.toString('utf8')), change.remove ?? []);
    const patched = Object.entries(change.patch ?? {}).reduce((value, [at, to]) => setPointer(value, at, to), document);
    answer.body = Buffer.from(JSON.stringify(patched));
  }
  answer.status = change.status ?? answer.status;
  Object.assign(answer.headers, change.headers);
}

/** A backend whose statements are changed as long as a mutant says so. */
export function throughSql(backend: Backend, mutation: Mutation): Backend {
  return {
    ...backend,
    database: {
      query: (name, text, values) => {
        const change = mutation.active?.change;
        const sql = change !== undefined && 'sql' in change ? Object.entries(change.sql) : [];
        const changed = sql.reduce((whole, [piece, other]) => whole.replace(piece, () => other), text);
        return backend.database.query(name, changed, values);
      },
    },
  };
}

/** The text of the contract with one change. Throws where there is nothing to remove: a mutant that is none. */
export function mutatedContract(change: ContractChange): string {
  const document: unknown = parse(readFileSync(CONTRACT_FILE, 'utf8'));
  if ('set' in change) return stringify(setPointer(document, change.at, change.set));
  const keys = change.at
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last)) {
    throw new Error(`There is nothing at ${change.at} of the contract.`);
  }
  delete (parent as Record<string, unknown>)[last];
  return stringify(document);
}
