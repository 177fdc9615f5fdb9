/** The failures that every operation declares, brought about one after the other: none may look different from its contract. */
import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alteration } from '../../reference-system/backend/alteration.ts';
import type { CallOptions } from './support/client.ts';
import { type ContractCheck, loadContractCheck } from './support/contract-check.ts';
import { startSystem, type TestSystem } from './support/system.ts';

const LIMIT = 6;
const BREAK = 'x-break';

/** Something in the program itself goes wrong. */
const breaking: Alteration = {
  alter: (backend) => backend,
  register: (app) => {
    app.addHook('preHandler', async (request) => {
      if (request.headers[BREAK] !== undefined) throw new TypeError('something is not a function');
    });
  },
};

const FILE = { name: 'a.txt', type: 'text/plain', bytes: Buffer.from('a') };
const ID = '5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b';
const BODIES: Readonly<Record<string, CallOptions>> = {
  register: { json: { email: 'ada@example.org', password: 'correct horse battery', name: 'Ada' } },
  login: { json: { email: 'ada@example.org', password: 'correct horse battery' } },
  uploadFile: { file: FILE },
  chat: { json: { message: 'How do I start?' } },
  rerank: { json: { query: 'typescript', documents: [{ id: 'a', text: 'a typescript job' }] } },
};

const contract: ContractCheck = await loadContractCheck();
const operations = Object.entries(contract.document.paths ?? {}).flatMap(([path, item]) =>
  (['get', 'post', 'delete'] as const).flatMap((key) => {
    const operation = item?.[key] as OpenAPIV3_1.OperationObject | undefined;
    if (operation === undefined) return [];
    const target = path.replace('{id}', path.startsWith('/jobs') ? '1' : ID);
    return [{ name: `${key.toUpperCase()} ${path}`, method: key.toUpperCase() as 'GET', target, operation }];
  }),
);
type Operation = (typeof operations)[number];

const declaring = (status: string): Operation[] => operations.filter(({ operation }) => operation.responses?.[status]);

/** With what the operation needs to get as far as its work. */
function callWith({ operation, method, target }: Operation, system: TestSystem, token: string, headers = {}) {
  const isPublic = (operation.security ?? []).length === 0;
  const body = BODIES[operation.operationId ?? ''] ?? {};
  return system.call(method, target, { ...body, ...(isPublic ? {} : { token }), headers });
}

describe('a system', () => {
  let system: TestSystem;
  let token: string;
  beforeAll(async () => {
    system = await startSystem({ env: { PASSWORD_COST: '1' }, alteration: () => breaking });
    token = (await system.logIn()).token;
  });
  afterAll(() => system.stop());

  test.each(declaring('500'))('$name answers 500 where the program breaks, and shows nothing of it', async (one) => {
    const answer = await callWith(one, system, token, { [BREAK]: '1' });
    expect([answer.status, answer.body.code]).toEqual([500, 'internal-error']);
    expect(JSON.stringify(answer.body)).not.toMatch(/TypeError|not a function|\.ts:\d/);
  });

  test.each(declaring('413'))('$name answers 413 to a body over its limit', async (one) => {
    const isForm = one.operation.operationId === 'uploadFile';
    const large = { ...FILE, bytes: Buffer.alloc(1_000_001, 'a') };
    const options = isForm ? { file: large } : { json: { message: 'x'.repeat(200_000) } };
    const answer = await system.call(one.method, one.target, { ...options, token });
    expect([answer.status, answer.body.code]).toEqual([413, 'payload-too-large']);
  });

  test.each(declaring('502'))('$name answers 502 where the provider fails', async (one) => {
    system.provider.setFault({ status: 500 });
    const answer = await callWith(one, system, token).finally(() => system.provider.setFault(undefined));
    expect([answer.status, answer.body.code]).toEqual([502, 'provider-failed']);
  });

  test('what waits for the provider answers 504 after its deadline', async () => {
    system.provider.setFault({ delayMs: 30_000 });
    const answers = await Promise.all(declaring('504').map((one) => callWith(one, system, token))).finally(() =>
      system.provider.setFault(undefined),
    );
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      declaring('504').map(() => [504, 'provider-timeout']),
    );
  });

  test('the health of what the provider does answers 503 where it refuses', async () => {
    system.provider.setFault({ status: 401 });
    const answer = await system.call('GET', '/reranker/health').finally(() => system.provider.setFault(undefined));
    expect([answer.status, answer.body.ok, answer.body.error]).toEqual([503, false, 'provider-refused']);
  });

  // The last: from here on there is no database.
  test('every operation that needs the database answers 503 without it', async () => {
    await system.database.stop();
    for (const one of declaring('503')) {
      const answer = await callWith(one, system, token);
      expect([one.name, answer.status]).toEqual([one.name, one.target === '/reranker/health' ? 200 : 503]);
    }
  });
});

describe('a system without its tables', () => {
  let system: TestSystem;
  let token: string;
  beforeAll(async () => {
    system = await startSystem({ env: { PASSWORD_COST: '1' } });
    token = (await system.logIn()).token;
    for (const table of ['sessions', 'users', 'jobs', 'files', 'analytics_events']) {
      await system.pool.query(`alter table ${table} rename to ${table}_gone`);
    }
  });
  afterAll(() => system.stop());

  const asking = operations.filter(({ operation }) => !operation.tags?.includes('operations'));
  const isReport = ({ target }: Operation): boolean => target.endsWith('/health');

  test.each(asking.filter((one) => !isReport(one)))('$name answers 500, and does not say why', async (one) => {
    const { status, body } = await callWith(one, system, token);
    expect([status, body.code]).toEqual([500, 'internal-error']);
    expect(JSON.stringify(body)).not.toMatch(/_gone|relation|select|node_modules/i);
  });

  test('the health of what uses them is a report all the same', async () => {
    const { status, body } = await system.call('GET', '/analytics/health');
    expect([status, body.ok]).toEqual([503, false]);
  });
});

describe('a system that limits its clients', () => {
  let system: TestSystem;
  let token: string;
  beforeAll(async () => {
    const env = {
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
      AUTH_RATE_LIMIT_PER_MINUTE: String(LIMIT),
      PASSWORD_COST: '1',
    };
    system = await startSystem({ env });
    token = (await system.logIn()).token;
  });
  afterAll(() => system.stop());

  test.each(declaring('429'))('$name answers 429 with the seconds to wait', async (one) => {
    const statuses: number[] = [];
    for (let count = 0; count <= LIMIT && statuses.at(-1) !== 429; count++) {
      const answer = await callWith(one, system, token);
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});
