/** The checks on a small service: right, and wrong once in each way. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusesInvalidInput } from './checks/input.ts';
import { negotiatesMedia } from './checks/media.ts';
import { pagesThrough } from './checks/pages.ts';
import { canBeRepeated } from './checks/repetition.ts';
import { givesWhatIsAskedFor } from './checks/resources.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import { type Handler, ITEMS, json, OPENAPI, right, type Sent, SYSTEM, status } from './small-shop.ts';
import { type ApiCheck, runCheck, type Subject, showFindings } from './subject.ts';

let wrong: Handler = () => false;
let server: Server;
let target: OpenTarget;
let folder: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = { request, url: new URL(request.url ?? '/', 'http://shop'), body: Buffer.concat(chunks).toString() };
      if (!wrong(sent, response)) right(sent, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-shop-'));
  writeFileSync(path.join(folder, 'system.yaml'), SYSTEM);
  writeFileSync(path.join(folder, 'openapi.yaml'), OPENAPI);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  target = await openTarget({ GATE10_TARGET: 'test', GATE10_CONTRACTS: folder, GATE10_STATE_DIR: folder, API: url });
});
afterAll(async () => {
  await target.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function subjectOf(key: string): Subject {
  const document = target.documents.get('api');
  const operation = document?.operations.find((one) => one.key === key);
  if (document === undefined || operation === undefined) throw new Error(`There is no ${key}.`);
  return { target, service: 'api', document, operation, seed: 1 };
}

async function findingsOf(check: ApiCheck, key: string, handler: Handler): Promise<string> {
  wrong = handler;
  const subject = subjectOf(key);
  expect(check.applies(subject)).toBe(true);
  return showFindings(await runCheck(check, subject));
}

const items = ({ url }: Sent, of: (offset: number, limit: number) => unknown[], response: ServerResponse): boolean =>
  url.pathname === '/items' &&
  json(response, 200, of(Number(url.searchParams.get('offset')), Number(url.searchParams.get('limit') ?? 5)));
let asked = 0;

const CASES: readonly (readonly [check: ApiCheck, key: string, what: string, handler: Handler, message: string])[] = [
  [
    negotiatesMedia,
    'GET /report',
    'one type for everybody',
    (_, response) => json(response, 200, {}),
    'answers application/json to a caller who accepts text/csv only, where it declares 406',
  ],
  [
    canBeRepeated,
    'POST /orders',
    'two orders for one key',
    (_, response) => json(response, 201, { id: asked++ }),
    'does the work again for the same Idempotency-Key',
  ],
  [
    canBeRepeated,
    'PUT /things/{id}',
    'a refusal of what it took before',
    (_, response) => status(response, asked++ % 2 === 0 ? 204 : 409),
    'refuses with 409 what it took before',
  ],
  [
    givesWhatIsAskedFor,
    'GET /things/{id}',
    'another thing than was asked for',
    (_, response) => json(response, 200, { id: '8' }),
    'gives 8 where 7 is asked for',
  ],
  [
    pagesThrough,
    'GET /items',
    'more than was asked for',
    (sent, response) => items(sent, (offset) => ITEMS.slice(offset, offset + 5), response),
    'gives 5 items where 2 were asked for',
  ],
  [
    pagesThrough,
    'GET /items',
    'an item twice',
    (sent, response) => items(sent, (offset, limit) => ITEMS.slice(Math.max(0, offset - 1)).slice(0, limit), response),
    'gives an item of the first page on the second again',
  ],
  [
    pagesThrough,
    'GET /items',
    'another order each time',
    (sent, response) =>
      items(sent, (offset, limit) => [{ id: asked++ }, ...ITEMS.slice(offset, offset + limit - 1)], response),
    'gives another first page when asked again',
  ],
  [
    pagesThrough,
    'GET /items',
    'the same page everywhere',
    (sent, response) => items(sent, (_, limit) => ITEMS.slice(0, limit), response),
    'gives its first page for position 1000: it does not page',
  ],
  [
    refusesInvalidInput,
    'POST /orders',
    'everything',
    (_, response) => json(response, 201, {}),
    'takes no header parameter "Idempotency-Key", which its contract forbids',
  ],
];

describe('a service that is right', () => {
  test.each(CASES)('$name finds nothing at %s', async (check, key) => {
    expect(await findingsOf(check, key, () => false)).toBe('');
  });
});

describe('a healthy service that', () => {
  test('was added to between two pages is right', async () => {
    const once = new Set<string>();
    const growing: Handler = (sent, response) =>
      items(
        sent,
        (offset, limit) => {
          const isNew = !once.has(sent.url.search);
          once.add(sent.url.search);
          return ITEMS.slice(isNew && offset === 2 ? 1 : offset).slice(0, limit);
        },
        response,
      );
    expect(await findingsOf(pagesThrough, 'GET /items', growing)).toBe('');
  });

  test('answers with an id of another kind than it was asked by is right', async () => {
    const other: Handler = (_, response) => json(response, 200, { id: 'profile-1' });
    expect(await findingsOf(givesWhatIsAskedFor, 'GET /profiles/{userId}', other)).toBe('');
  });
});

describe('a service that gives', () => {
  test.each(CASES.map(([check, key, what, handler, message]) => [what, key, check, handler, message] as const))(
    '%s at %s is found',
    async (_what, key, check, handler, message) => {
      expect(await findingsOf(check, key, handler)).toContain(`${key} ${message}`);
    },
  );

  test('no answer at all is found', async () => {
    const silent: Handler = ({ request }) => {
      request.socket.destroy();
      return true;
    };
    expect(await findingsOf(negotiatesMedia, 'GET /report', silent)).toContain('GET /report gives no answer');
  });
});
