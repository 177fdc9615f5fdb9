/** Where the environment is not free to write to, as production is not, the same tests only read. */
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSystem } from '../../../src/contract/load-system.ts';
import { RefusedWriteError } from '../../../src/probe/http/write-guard.ts';
import { checks } from './checks/all.ts';
import { type InProcess, type OpenTarget, startInProcess } from './open-target.ts';
import { runCheck, type Subject, showFindings } from './subject.ts';
import { baseUrl } from './target.ts';

let backend: InProcess;
let target: OpenTarget;
let arrived: string[] = [];
const watch =
  (listener: RequestListener): RequestListener =>
  (request, response) => {
    arrived.push(`${request.method} ${request.url?.split('?')[0]}`);
    listener(request, response);
  };
beforeAll(async () => {
  backend = await startInProcess({ wrap: watch });
  target = await backend.open({ writes: 'synthetic' });
});
afterAll(async () => {
  await target.stop();
  await backend.stop();
});

function subjects(): Subject[] {
  return [...target.documents].flatMap(([service, document]) =>
    document.operations.map((operation) => ({ target, service, document, operation, seed: 1 })),
  );
}

describe('an environment that is not free to write to', () => {
  test('is asked by reading alone, and by all of it that needs no account', async () => {
    arrived = [];
    for (const subject of subjects()) {
      for (const check of checks.filter((one) => one.applies(subject))) {
        expect(showFindings(await runCheck(check, subject))).toBe('');
      }
    }
    expect(arrived.filter((line) => !line.startsWith('GET '))).toEqual([]);
    const paths = new Set(arrived.map((line) => line.slice('GET '.length)));
    for (const path of ['/health', '/__version', '/jobs', '/jobs/1', '/files', '/auth/me', '/analytics/summary']) {
      expect(paths).toContain(path);
    }
  });

  test.each(['POST', 'DELETE'])('refuses a %s of a test that tries it all the same', async (method) => {
    arrived = [];
    const url = `${baseUrl(target.system, 'api')}/auth/register`;
    await expect(target.client.send({ url, method, body: '{}' })).rejects.toThrow(RefusedWriteError);
    expect(arrived).toEqual([]);
  });

  test('is not logged in to: making an account is a write', () => {
    expect(target.sessions).toBeUndefined();
  });
});

test('production is such an environment, as long as its contract does not say otherwise', () => {
  const url = 'https://app.example';
  const env = { PRODUCTION_APP_URL: url, PRODUCTION_APP_HTTP_URL: 'http://app.example', PRODUCTION_API_URL: url };
  const system = loadSystem({
    contractsDir: path.resolve(import.meta.dirname, '../../../contracts'),
    environment: 'production',
    env: { ...env, PRODUCTION_ENVIRONMENT_ID: 'mosaic-production' },
  });
  expect(system.environment.writes).toBe('synthetic');
});
