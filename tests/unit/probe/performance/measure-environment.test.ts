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
    expect: { commit: 1e57859 }
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

const COMMIT = '1e57859aabbccddeeff00112233445566778899a';

/** `builds` = what the system says that it is, one after the other. */
async function measure(
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void,
  builds: readonly string[] = [COMMIT, COMMIT],
) {
  const asked = [...builds];
  const server = await serve((request, response) => {
    if (request.url?.startsWith('/version')) sendJson(response, 200, { sha: asked.shift() });
    else answer(request, response);
  });
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
  const others = server.seen.filter(({ url }) => !url?.startsWith('/version'));
  const asked = Object.groupBy(others, ({ method, url }) => `${method} ${url}`);
  expect(Object.entries(asked).map(([key, requests = []]) => [key, requests.length])).toEqual([
    ['GET /items', 63],
    ['GET /items/1', 63],
  ]);
  expect(record.results.extra).toMatchObject({
    suite: 'performance',
    verdict: 'passed',
    latencyMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
  });
  expect(record.results.environment).toEqual({ appName: 'shop', testEnvironment: 'live', commit: '1e57859' });
  expect(record.results.tests.map(({ name }: { name: string }) => name)).toContain('GET /items/{id} at api');
});

test('fails where one operation fails, and names it', async () => {
  const { code, stdout } = await measure(({ url }, response) => sendJson(response, url === '/items' ? 200 : 503, {}));
  expect([code, stdout]).toEqual([1, expect.stringMatching(/FAILED +GET http:\S+\/items\/1 answers 503/)]);
});

test.each<[string, readonly string[], RegExp, number]>([
  [
    'another build answers',
    ['77'.repeat(20)],
    /Not the expected build 1e57859 answers before the measurement: it is 777/,
    0,
  ],
  ['no build is named', ['main'], /answers before the measurement: \/version says the commit "main"/, 0],
  ['another is deployed in the middle', [COMMIT, '77'.repeat(20)], /answers after the measurement: it is 777/, 126],
])('is inconclusive where %s', async (_, builds, said, requests) => {
  const { code, stdout, server } = await measure((_request, response) => sendJson(response, 200, {}), builds);
  expect([code, stdout]).toEqual([3, expect.stringMatching(/^performance: INCONCLUSIVE \(wrong-build\)\n/)]);
  expect(stdout).toMatch(said);
  expect(server.seen.length - builds.length).toBe(requests);
});
