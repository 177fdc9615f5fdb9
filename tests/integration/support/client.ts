import supertest from 'supertest';
import type { ContractCheck, SentRequest } from './contract-check.ts';

export interface CallOptions {
  readonly json?: unknown;
  /** Sends the text as it is, with the media type in the headers. */
  readonly text?: string;
  readonly file?: { readonly name: string; readonly type: string; readonly bytes: Buffer };
  readonly token?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For requests that the contract does not speak of, e.g. a preflight. */
  readonly outsideContract?: true;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read fields of answers that the contract has just validated
  readonly body: any;
}

export type Client = (
  method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS',
  path: string,
  options?: CallOptions,
) => Promise<Answer>;

/** A supertest client that holds every response against the contract. */
export function createClient(server: Parameters<typeof supertest>[0], contract: ContractCheck): Client {
  return async (method, path, options = {}) => {
    const test = supertest(server)[method.toLowerCase() as 'get'](path).buffer(true).redirects(0);
    if (options.token !== undefined) test.set('authorization', `Bearer ${options.token}`);
    if (options.cookie !== undefined) test.set('cookie', options.cookie);
    for (const [name, value] of Object.entries(options.headers ?? {})) test.set(name, value);
    if (options.file !== undefined) {
      test.attach('file', options.file.bytes, { filename: options.file.name, contentType: options.file.type });
    } else if (options.text !== undefined) test.send(options.text);
    else if (options.json !== undefined) test.send(options.json as object);
    const response = await test;
    const type = response.headers['content-type'] ?? '';
    const body: unknown = /[/+]json/.test(type) ? JSON.parse(response.text) : (response.text ?? '');
    const answer = { status: response.status, headers: toText(response.headers), body };
    if (options.outsideContract !== true) contract.check(method, path, answer, sentBy(test, options));
    return answer;
  };
}

/** What went over the wire; supertest adds the media type of what it serialises. */
function sentBy(test: supertest.Test, { file, text, json }: CallOptions): SentRequest {
  const set = Object.entries((test as unknown as { header: Record<string, string> }).header);
  const requestHeaders = Object.fromEntries(set.map(([name, value]) => [name.toLowerCase(), value]));
  if (file !== undefined) return { requestHeaders: { ...requestHeaders, 'content-type': 'multipart/form-data' } };
  const requestBody = text ?? (json === undefined ? undefined : JSON.stringify(json));
  return { requestHeaders, ...(requestBody !== undefined && { requestBody }) };
}

/** supertest gives set-cookie as a list. */
function toText(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
}
