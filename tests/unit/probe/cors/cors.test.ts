import { describe, expect, it } from 'vitest';
import { listCors } from '../../../../src/probe/cors/cors.ts';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { type Served, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const APP = 'https://app.test';
const EVIL = 'https://evil.example';
const ORIGIN = 'Access-Control-Allow-Origin';
const CREDENTIALS = 'Access-Control-Allow-Credentials';
const PREFLIGHT = [
  ['Access-Control-Allow-Methods', 'GET, POST'],
  ['Access-Control-Allow-Headers', 'Content-Type'],
];

interface Rule {
  readonly method?: string;
  readonly credentials?: boolean;
}

/** The rows for the allowed and the refused origin, when the server always answers with `headers`. */
async function observe(
  headers: readonly (readonly string[])[],
  { method = 'GET', credentials = true }: Rule = {},
  status = 200,
): Promise<{ allow: Row; refuse: Row; server: Served }> {
  const server = await serve((request, response) => {
    const sent = headers.map(([name = '', value = '']) => [
      name,
      value === 'ECHO' ? (request.headers.origin ?? '') : value,
    ]);
    response.writeHead(status, sent.flat()).end();
  });
  const rule = `cors:\n  - { id: api, at: api, path: /x, method: ${method}, allow: ["${APP}"], refuse: ["${EVIL}"], credentials: ${credentials} }`;
  const made = testSystem({ app: server.url, api: server.url, yaml: rule });
  open.push(server, made);
  const rows: Row[] = [];
  for (const check of listCors(made.system)) {
    rows.push(rowSchema.parse(toRow(check.planned, await check.observe(made.context), new Date().toISOString())));
  }
  const [allow, refuse] = rows;
  if (allow === undefined || refuse === undefined) throw new Error('no rows');
  return { allow, refuse, server };
}

describe('the allowed origin', () => {
  it.each<[string, readonly (readonly string[])[], Rule]>([
    [
      'is echoed with credentials',
      [
        [ORIGIN, APP],
        [CREDENTIALS, 'true'],
      ],
      {},
    ],
    ['is covered by "*" without credentials', [[ORIGIN, '*']], { credentials: false }],
    ['passes the preflight of a POST', [[ORIGIN, APP], [CREDENTIALS, 'true'], ...PREFLIGHT], { method: 'POST' }],
  ])('%s', async (_, headers, rule) => {
    expect((await observe(headers, rule)).allow.status).toBe('passed');
  });

  it.each<[string, readonly (readonly string[])[], Rule, RegExp]>([
    ['nothing is said', [], {}, /there is no access-control-allow-origin/],
    [
      'another origin is said',
      [
        [ORIGIN, 'https://old.test'],
        [CREDENTIALS, 'true'],
      ],
      {},
      /is "https:\/\/old\.test"/,
    ],
    [
      '"*" comes with credentials',
      [
        [ORIGIN, '*'],
        [CREDENTIALS, 'true'],
      ],
      {},
      /does not go with credentials/,
    ],
    ['credentials are not allowed', [[ORIGIN, APP]], {}, /allow-credentials is absent/],
    [
      'credentials are "True"',
      [
        [ORIGIN, APP],
        [CREDENTIALS, 'True'],
      ],
      {},
      /allow-credentials is "True"/,
    ],
    [
      'the header comes twice',
      [
        [ORIGIN, APP],
        [ORIGIN, APP],
        [CREDENTIALS, 'true'],
      ],
      {},
      /comes 2 times/,
    ],
    [
      'origins are listed',
      [
        [ORIGIN, `${APP}, https://b.test`],
        [CREDENTIALS, 'true'],
      ],
      {},
      /is "https:\/\/app\.test, /,
    ],
    [
      'the preflight leaves the method out',
      [[ORIGIN, APP], [CREDENTIALS, 'true'], ...PREFLIGHT],
      { method: 'DELETE' },
      /allow-methods does not contain DELETE/,
    ],
    [
      'the preflight leaves the header out',
      [
        [ORIGIN, APP],
        [CREDENTIALS, 'true'],
        ['Access-Control-Allow-Methods', 'POST'],
      ],
      { method: 'POST' },
      /allow-headers does not contain content-type/,
    ],
  ])('is refused by browsers when %s', async (_, headers, rule, message) => {
    const { allow } = await observe(headers, rule);
    expect(allow.status).toBe('failed');
    expect(allow.message).toMatch(message);
  });

  it('is not judged from the error of a proxy', async () => {
    const { allow, refuse } = await observe(
      [
        [ORIGIN, APP],
        [CREDENTIALS, 'true'],
      ],
      {},
      502,
    );
    expect([allow.status, refuse.status]).toEqual(['failed', 'failed']);
  });
});

describe('the refused origin', () => {
  it.each<[string, readonly (readonly string[])[]]>([
    ['nothing is said', []],
    [
      'the allowed origin is said to everybody',
      [
        [ORIGIN, APP],
        [CREDENTIALS, 'true'],
      ],
    ],
  ])('is refused when %s', async (_, headers) => {
    expect((await observe(headers)).refuse.status).toBe('passed');
  });

  it.each<[string, readonly (readonly string[])[]]>([
    [
      'every origin is echoed',
      [
        [ORIGIN, 'ECHO'],
        [CREDENTIALS, 'true'],
      ],
    ],
    ['"*" lets everybody in', [[ORIGIN, '*']]],
    ['it is in a list', [[ORIGIN, `${APP}, ${EVIL}`]]],
  ])('is found to be let in when %s', async (_, headers) => {
    const { refuse } = await observe(headers);
    expect(refuse.status).toBe('failed');
    expect(refuse.message).toContain('though this origin must be refused');
  });
});

describe('the refused origin of a preflight', () => {
  /** A server that knows the path for the allowed origin only. */
  async function preflights(refusedStatus: number, allowedStatus = 204) {
    const server = await serve((request, response) => {
      const allowed = request.headers.origin === APP;
      const headers = allowed ? [[ORIGIN, APP], [CREDENTIALS, 'true'], ...PREFLIGHT] : [];
      response.writeHead(allowed ? allowedStatus : refusedStatus, headers.flat()).end();
    });
    const rule = `cors:\n  - { id: api, at: api, path: /x, method: POST, allow: ["${APP}"], refuse: ["${EVIL}"], credentials: true }`;
    const made = testSystem({ app: server.url, api: server.url, yaml: rule });
    open.push(server, made);
    const checks = listCors(made.system);
    const refuse = checks.find(({ planned }) => planned.id.includes('.refuse.'));
    if (refuse === undefined) throw new Error('no check');
    return (await refuse.observe(made.context)).judgement;
  }

  it.each([404, 405, 403, 500, 204])(
    'is refused by %i without CORS headers where the allowed one is let in',
    async (status) => {
      expect((await preflights(status)).status).toBe('passed');
    },
  );

  it.each([404, 500])(
    'cannot be told refused from broken by %i where the allowed one is not let in',
    async (status) => {
      expect(await preflights(status, 404)).toMatchObject({ status: 'failed' });
    },
  );

  it('is not judged from the error of a proxy', async () => {
    expect((await preflights(502)).status).toBe('failed');
  });
});

it('names its rows by origin without the port, which may be another one in each run', () => {
  const rule =
    'cors:\n  - { id: api, at: api, path: /x, allow: ["https://a.test:4711", "https://a.test"], refuse: ["null"] }';
  const made = testSystem({ app: 'http://127.0.0.1:1', api: 'http://127.0.0.1:1', yaml: rule });
  open.push(made);
  expect(listCors(made.system).map(({ planned }) => planned.id)).toEqual([
    'cors.api.allow.https://a.test',
    'cors.api.allow.https://a.test',
    'cors.api.refuse.null',
  ]);
});

it('never sends a method that writes', async () => {
  const { server } = await observe([[ORIGIN, APP]], { method: 'DELETE' });
  expect(server.seen.map((request) => request.method)).toEqual(['OPTIONS', 'OPTIONS']);
  expect(server.seen[0]?.headers).toMatchObject({ origin: APP, 'access-control-request-method': 'DELETE' });
});

type Headers = Record<string, string>;

/** The rows of one rule, when the server answers each request by itself. */
async function rowsOf(rule: string, answer: (method: string, origin: string, path: string) => [number, Headers]) {
  const server = await serve((request, response) => {
    const [status, headers] = answer(request.method ?? '', request.headers.origin ?? '', request.url ?? '');
    response.writeHead(status, headers).end();
  });
  const yaml = `cors:\n  - { id: api, at: api, path: /x, allow: ["${APP}"], refuse: ["${EVIL}"], ${rule} }`;
  const made = testSystem({ app: server.url, api: server.url, yaml });
  open.push(server, made);
  const rows: Record<string, Row> = {};
  for (const check of listCors(made.system)) {
    const row = toRow(check.planned, await check.observe(made.context), new Date().toISOString());
    rows[row.id.replace('cors.api.', '')] = rowSchema.parse(row);
  }
  return rows;
}

describe('declared request headers of a GET', () => {
  const allowed: Headers = { [ORIGIN]: APP, 'Access-Control-Allow-Headers': 'authorization' };

  it.each<[string, [number, Headers], string, RegExp]>([
    ['let it through', [204, allowed], 'passed', /^$/],
    ['are not in the preflight', [204, { [ORIGIN]: APP }], 'failed', /does not contain authorization/],
    [
      'are not covered by "*"',
      [204, { [ORIGIN]: APP, 'Access-Control-Allow-Headers': '*' }],
      'failed',
      /authorization/,
    ],
    ['meet a preflight that is not handled', [405, {}], 'failed', /The preflight for GET .* is refused by browsers/],
  ])('%s', async (_, preflight, status, message) => {
    const rows = await rowsOf('headers: [Authorization]', (method, origin) =>
      method === 'OPTIONS' ? preflight : [200, origin === APP ? { [ORIGIN]: APP } : {}],
    );
    expect(rows[`allow.${APP}`]?.status).toBe(status);
    expect(rows[`allow.${APP}`]?.message ?? '').toMatch(message);
  });
});

describe('errors that pages have to read', () => {
  const ask = (headers: Headers, status = 401) =>
    rowsOf('errors: [{ path: /me, status: 401 }]', (_, origin, path) =>
      path === '/me' ? [status, headers] : [200, origin === APP ? { [ORIGIN]: APP } : {}],
    );

  it.each<[string, Headers, number, string, RegExp]>([
    ['can be read', { [ORIGIN]: APP }, 401, 'passed', /^$/],
    ['cannot be read', {}, 401, 'warned', /pages cannot read it: there is no access-control-allow-origin/],
    ['are another error', { [ORIGIN]: APP }, 500, 'warned', /answers 500.*not 401/],
    ['are limited', {}, 429, 'inconclusive', /limits the rate/],
  ])('%s', async (_, headers, status, expected, message) => {
    const row = (await ask(headers, status))['error./me'];
    expect(row?.status).toBe(expected);
    expect(row?.message ?? '').toMatch(message);
  });
});

describe('an answer that caches may keep', () => {
  const KEPT = { 'Cache-Control': 'public, max-age=60' };

  it.each<[string, (origin: string) => Headers, string]>([
    ['varies by origin', (o) => ({ ...KEPT, Vary: 'Origin', ...(o === APP && { [ORIGIN]: o }) }), 'passed'],
    ['is the same for everybody', () => ({ ...KEPT, [ORIGIN]: APP }), 'passed'],
    ['may not be kept', (o) => (o === APP ? { [ORIGIN]: o } : {}), 'passed'],
    ['is kept for others', (o) => ({ ...KEPT, ...(o === APP && { [ORIGIN]: o }) }), 'warned'],
  ])('%s', async (_, headers, expected) => {
    const rows = await rowsOf('method: GET', (_method, origin) => [200, headers(origin)]);
    expect(rows[`allow.${APP}`]?.status).toBe(expected);
  });
});
