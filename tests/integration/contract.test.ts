import type { OpenAPIV3_1 } from 'openapi-types';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ContractCheck, loadContractCheck } from './support/contract-check.ts';

let contract: ContractCheck;
beforeAll(async () => {
  contract = await loadContractCheck();
});

type Operation = OpenAPIV3_1.OperationObject;

function operations(): [string, Operation][] {
  return Object.entries(contract.document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'delete'] as const).flatMap((method): [string, Operation][] => {
      const operation = item?.[method];
      return operation === undefined ? [] : [[`${method.toUpperCase()} ${path}`, operation]];
    }),
  );
}

test('every operation has an identifier of its own, a description and its security', () => {
  const all = operations();
  expect(all.length).toBe(20);
  expect(new Set(all.map(([, operation]) => operation.operationId)).size).toBe(all.length);
  for (const [name, operation] of all) {
    expect([name, (operation.description ?? '').length >= 10]).toEqual([name, true]);
    expect([name, Array.isArray(operation.security)]).toEqual([name, true]);
  }
});

test('every error is a problem, but for the health reports at 503', () => {
  for (const [name, operation] of operations()) {
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      if (Number(status) < 400 || (status === '503' && name.endsWith('/health'))) continue;
      expect([name, status, Object.keys((response as OpenAPIV3_1.ResponseObject).content ?? {})]).toEqual([
        name,
        status,
        ['application/problem+json'],
      ]);
    }
  }
});

test('every example is valid under its own schema', () => {
  let count = 0;
  const check = (place: string, content: Record<string, OpenAPIV3_1.MediaTypeObject> = {}): void => {
    for (const media of Object.values(content)) {
      if (media.example === undefined) continue;
      const validate = contract.compile((media.schema ?? {}) as object);
      expect([place, validate(media.example), validate.errors]).toEqual([place, true, null]);
      count += 1;
    }
  };
  for (const [name, operation] of operations()) {
    check(name, (operation.requestBody as OpenAPIV3_1.RequestBodyObject | undefined)?.content);
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      check(`${name} ${status}`, (response as OpenAPIV3_1.ResponseObject).content);
    }
  }
  expect(count).toBeGreaterThan(50);
});

describe('the check of the test client refuses', () => {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const problem = { type: 'about:blank', title: 'x', status: 404, code: 'job-not-found', request_id: '1' };
  const problemType = { 'content-type': 'application/problem+json' };
  test.each([
    ['a status that is not declared', 'GET', '/jobs', { status: 418, headers: json, body: {} }],
    ['another media type', 'GET', '/jobs', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['a missing field', 'GET', '/jobs', { status: 200, headers: json, body: { items: [] } }],
    [
      'a field too many',
      'GET',
      '/jobs',
      { status: 200, headers: json, body: { items: [], total: 0, page: 1, per_page: 1, x: 1 } },
    ],
    [
      'a time that is none',
      'GET',
      '/health',
      {
        status: 200,
        headers: { ...json, 'cache-control': 'no-store' },
        body: { ok: true, status: 'pass', checks: {}, time: 'now' },
      },
    ],
    ['a cached identity', 'GET', '/__version', { status: 200, headers: json, body: {} }],
    [
      'a problem that names another status',
      'GET',
      '/jobs/1',
      { status: 404, headers: problemType, body: { ...problem, status: 500 } },
    ],
    ['a body with 204', 'POST', '/auth/logout', { status: 204, headers: {}, body: 'x' }],
    ['success on an unknown path', 'GET', '/nowhere', { status: 200, headers: json, body: {} }],
  ] as const)('%s', (_name, method, path, response) => {
    expect(() => contract.check(method, path, response, { requestHeaders: {} })).toThrow(`${method} ${path}`);
  });

  test('nothing that is right', () => {
    contract.check('GET', '/jobs/1', { status: 404, headers: problemType, body: problem }, { requestHeaders: {} });
  });
});
