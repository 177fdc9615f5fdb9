/** The typed client of the embedded frontend, against a server that answers as it is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError, createApiClient } from '../../reference-system/frontend/src/api-client.ts';

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

let answer: Answer = { status: 204 };
let asked: { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders; body: string };
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    asked = { method: request.method, url: request.url, headers: request.headers, body };
    response.writeHead(answer.status, answer.type === undefined ? {} : { 'content-type': answer.type });
    response.end(answer.body ?? '');
  });
});
let baseUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const json = (status: number, value: unknown, type = 'application/json'): Answer => ({
  status,
  type,
  body: JSON.stringify(value),
});
const problem = {
  type: 'about:blank',
  title: 'Not logged in',
  status: 401,
  code: 'not-authenticated',
  request_id: 'r1',
};

async function failure(given: Answer, call = () => createApiClient({ baseUrl }).GET('/auth/me')): Promise<ApiError> {
  answer = given;
  const error = await call().then(
    () => new Error('The answer was taken.'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('a success', () => {
  test('has the data, for a request as the contract says it', async () => {
    answer = json(200, { items: [], total: 0, page: 2, per_page: 10 });
    const { data } = await createApiClient({ baseUrl }).GET('/jobs', { params: { query: { query: 'a b', page: 2 } } });
    expect(data?.page).toBe(2);
    expect([asked.method, asked.url, asked.headers.accept]).toEqual([
      'GET',
      '/jobs?query=a%20b&page=2',
      'application/json',
    ]);
    expect(asked.headers.authorization).toBeUndefined();
  });

  test('without content has none', async () => {
    answer = { status: 204 };
    expect((await createApiClient({ baseUrl }).POST('/auth/logout')).data).toBeUndefined();
  });
});

describe('the token', () => {
  test('is sent where there is one, as it is at that moment', async () => {
    let token: string | undefined;
    const client = createApiClient({ baseUrl, token: () => token });
    answer = json(200, {});
    await client.GET('/auth/me');
    expect(asked.headers.authorization).toBeUndefined();
    token = 't1';
    await client.GET('/auth/me');
    expect(asked.headers.authorization).toBe('Bearer t1');
  });

  test.each([
    ['refused', 't1', 401, 1],
    ['not what failed', 't1', 403, 0],
    ['not there', undefined, 401, 0],
  ])('that is %s', async (_, token, status, expected) => {
    let refused = 0;
    const client = createApiClient({ baseUrl, token: () => token, onRefused: () => (refused += 1) });
    await failure(json(status, problem, 'application/problem+json'), () => client.GET('/auth/me'));
    expect(refused).toBe(expected);
  });
});

describe('what is no success is thrown:', () => {
  test('a problem, with all that it says', async () => {
    const error = await failure(json(401, { ...problem, detail: 'Log in first.' }, 'application/problem+json'));
    expect([error.status, error.message, error.problem?.code]).toEqual([401, 'Log in first.', 'not-authenticated']);
  });

  test.each<[string, Answer, number, string]>([
    ['a problem without detail', json(401, problem, 'application/problem+json'), 401, 'Not logged in'],
    [
      'the page of a proxy',
      { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' },
      502,
      'The server answered 502.',
    ],
    [
      'a problem that is cut off',
      { status: 500, type: 'application/problem+json', body: '{"title":' },
      500,
      'The server answered 500.',
    ],
    ['a page in place of an answer', { status: 200, type: 'text/html', body: '<h1>Hello</h1>' }, 200, 'not an answer'],
    ['half an answer', { status: 200, type: 'application/json', body: '{"id":' }, 200, 'not an answer'],
    ['nothing where there should be something', { status: 200 }, 200, 'not an answer'],
  ])('%s', async (_, given, status, message) => {
    const error = await failure(given);
    expect([error.status, error.message.includes(message), error.name]).toEqual([status, true, 'Error']);
  });

  test('a server that cannot be reached', async () => {
    const client = createApiClient({ baseUrl: 'http://127.0.0.1:1' });
    const error = await failure({ status: 200 }, () => client.GET('/auth/me'));
    expect([error.status, error.message]).toEqual([
      0,
      'mosaic cannot be reached. Check your connection and try again.',
    ]);
  });
});
