/** The whole suite on a system that this project did not write: a contract, a policy, a server. */

import { readFileSync } from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { measureEnvironment } from '../../../performance/measure-environment.ts';
import { folderOf } from '../../cli/run-command.ts';
import { apiContract } from '../api-contract.ts';
import { sendJson, serve } from '../serve.ts';

const CONTRACT = `schema: gate10/system/v1
system: shop
frontDoor: api
services:
  api: { kind: backend, openapi: openapi.yaml }
identity: { service: api, path: /version, commit: /sha }
layers: { endpoints: declared }
environments:
  live:
    services: { api: { url: URL } }
`;
// far beyond what a busy machine adds by itself, and fast
const POLICY = `schema: gate10/policy/v1
performance:
  ratePerSecond: 500
  samples: 60
  warmup: 2
  classes: { service: { p95: 4s } }
  operations:
    GET /me: { skip: "There is no account for it." }
`;

async function measure(answer: (request: http.IncomingMessage, response: http.ServerResponse) => void) {
  const server = await serve(answer);
  onTestFinished(() => server.close());
  const folder = folderOf({
    'contracts/system.yaml': CONTRACT.replace('URL', server.url),
    'contracts/openapi.yaml': apiContract('GET /items', 'GET /items/{id}', 'GET /me', 'POST /items'),
    'contracts/policy.yaml': POLICY,
  });
  let [code, stdout] = [0, ''];
  await measureEnvironment({
    environment: 'live',
    nonce: 'abc123',
    signal: new AbortController().signal,
    context: {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      now: () => new Date('2026-11-21T12:00:00.000Z'),
      stdout: (text) => {
        stdout += text;
      },
      stderr: () => {},
      colour: false,
      columns: 80,
      setExitCode: (given) => {
        code = given;
      },
    },
  });
  const record = JSON.parse(readFileSync(path.join(folder, '.gate10/suites/performance.ctrf.json'), 'utf8'));
  return { code, stdout, record, server };
}

test('measures every safe operation, and nothing that writes', async () => {
  const { code, stdout, record, server } = await measure((_, response) => sendJson(response, 200, { id: 1 }));
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^performance: passed\n/)]);
  const asked = Object.groupBy(server.seen, ({ method, url }) => `${method} ${url}`);
  expect(Object.entries(asked).map(([key, requests = []]) => [key, requests.length])).toEqual([
    ['GET /items', 63],
    ['GET /items/1', 63],
  ]);
  expect(record.results.extra).toMatchObject({
    suite: 'performance',
    verdict: 'passed',
    latencyMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
  });
  expect(record.results.tests.map(({ name }: { name: string }) => name)).toContain('GET /items/{id} at api');
});

test('fails where one operation fails, and names it', async () => {
  const { code, stdout } = await measure(({ url }, response) => sendJson(response, url === '/items' ? 200 : 503, {}));
  expect([code, stdout]).toEqual([1, expect.stringMatching(/FAILED +GET http:\S+\/items\/1 answers 503/)]);
});
