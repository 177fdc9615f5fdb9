import { expect, test } from 'vitest';
import { parseOpenApi } from '../../../../src/contract/openapi.ts';
import type { PerformancePolicy } from '../../../../src/contract/policy-schema.ts';
import { planOperations } from '../../../../src/probe/performance/plan-operations.ts';
import { judgeLeftOut } from '../../../../src/record/performance/judge-measured.ts';
import { defaultPolicy } from '../../record/vulnerabilities/samples.ts';
import { apiContract, type OperationName } from '../api-contract.ts';
import { smallSystem } from '../small-system.ts';

const services = { app: { url: 'https://shop.example' }, api: { url: 'https://api.shop.example' } };

async function plan(
  names: readonly OperationName[],
  operations: PerformancePolicy['operations'] = {},
  session?: Readonly<Record<string, string>>,
) {
  const system = { ...smallSystem({ services }), secrets: new Map([['TOKEN', 'synthetic-1']]) };
  const documents = new Map([['api', await parseOpenApi(apiContract(...names), 'openapi.yaml')]]);
  const policy = { ...defaultPolicy.performance, operations };
  return planOperations({ system, documents, policy, nonce: 'n', session });
}

test('safe operations are measured with their examples, those that write are not', async () => {
  const { operations, leftOut } = await plan(['GET /items', 'GET /items/{id}', 'POST /items']);
  expect(operations.map(({ key, url, class: of, objectives }) => [key, url, of, objectives])).toEqual([
    ['GET /items', 'https://api.shop.example/items', 'service', { p95: 200 }],
    ['GET /items/{id}', 'https://api.shop.example/items/1', 'service', { p95: 200 }],
  ]);
  expect(leftOut).toEqual([]);
});

test('the policy says the class, the query and the headers', async () => {
  const said = { class: 'llm', query: 'query=engineer', headers: { Authorization: 'Bearer {{secret.TOKEN}}' } };
  const { operations } = await plan(['GET /items'], { 'GET /items': said });
  expect(operations).toMatchObject([
    {
      url: 'https://api.shop.example/items?query=engineer',
      headers: { authorization: 'Bearer synthetic-1' },
      class: 'llm',
      objectives: { p95: 30_000 },
    },
  ]);
});

test('what demands a login is asked with the session, or with the headers of the policy', async () => {
  const headers = { authorization: 'Bearer session' };
  const own = { headers: { authorization: 'Bearer {{secret.TOKEN}}' } };
  expect((await plan(['GET /me'], {}, headers)).operations).toMatchObject([{ headers }]);
  expect((await plan(['GET /me'], { 'GET /me': own })).operations).toMatchObject([
    { headers: { authorization: 'Bearer synthetic-1' } },
  ]);
});

test('a session is not given to what is public', async () => {
  const { operations } = await plan(['GET /items'], {}, { authorization: 'Bearer session' });
  expect(operations).toMatchObject([{ headers: {} }]);
});

test('what cannot be asked is inconclusive; what is left out with a reason is not', async () => {
  const skip = 'Nobody waits for it.';
  const { operations, leftOut } = await plan(['GET /me', 'GET /items'], { 'GET /items': { skip }, 'GET /gone': {} });
  expect(operations).toEqual([]);
  expect(leftOut.map(judgeLeftOut).map(({ name, status, message }) => [name, status, message])).toEqual([
    ['GET /me', 'inconclusive', expect.stringMatching(/it demands a login: give it headers/)],
    ['GET /items', 'passed', 'GET /items is not measured: Nobody waits for it.'],
    ['GET /gone', 'inconclusive', expect.stringMatching(/no API contract has it/)],
  ]);
});
