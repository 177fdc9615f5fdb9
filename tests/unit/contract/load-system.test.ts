// biome-ignore-all lint/suspicious/noTemplateCurlyInString: contracts are written with this notation
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAYERS } from '../../../src/contract/layers.ts';
import { loadSystem } from '../../../src/contract/load-system.ts';
import { load, loadError, SMALL_CONTRACT } from './contract-folder.ts';

const REFERENCE_ENV = {
  REFERENCE_REPOSITORY: '/srv/mosaic',
  REFERENCE_FRONT_DOOR: 'https://app.mosaic.test:8443',
  REFERENCE_FRONT_DOOR_HTTP: 'http://app.mosaic.test:8080',
  REFERENCE_API: 'https://api.mosaic.test:8444',
  REFERENCE_API_HTTP: 'http://api.mosaic.test:8081',
  REFERENCE_REPLICA_1: 'http://127.0.0.1:8001',
  REFERENCE_REPLICA_2: 'http://127.0.0.1:8002',
  REFERENCE_COMMIT: '1e57859aabbccddeeff00112233445566778899a',
  REFERENCE_NONCE: '3b2c1d0e4f5a6b7c',
  REFERENCE_DEPLOYED_AT: '2026-11-01T10:00:00.000Z',
  REFERENCE_RESOLVER: '127.0.0.1:5353',
  REFERENCE_CA: path.resolve('LICENSE'),
  REFERENCE_PROVIDER_URL: 'http://127.0.0.1:8300/v1',
  REFERENCE_PROVIDER_KEY: 'provider-key-of-the-example',
  REFERENCE_DATABASE_URL: 'postgresql://mosaic:mosaic@127.0.0.1:5432/mosaic',
};
const contractsDir = path.resolve('contracts');

describe('the contract of the embedded system', () => {
  const system = loadSystem({ contractsDir, environment: 'embedded', env: REFERENCE_ENV });

  test('is complete for the environment that is run, defaults included', () => {
    expect(system.environment).toMatchObject({
      services: { app: { url: 'https://app.mosaic.test:8443' } },
      settle: { readyWithin: 30_000, poll: 100, stabilise: 0, observe: 5000, staleShare: 0.25 },
      sampling: { ratePerSecond: 200, samples: 600, maxSamples: 2000, confidence: 0.95 },
      deadlines: { connect: 5000, headers: 10_000, total: 15_000 },
      tls: { minDaysLeft: 14, minVersion: 'TLSv1.2' },
      expect: { previous: '' },
    });
  });

  test('declares all fifteen layers, none absent', () => {
    expect(Object.keys(system.contract.layers).sort()).toEqual([...LAYERS].sort());
    expect(new Set(Object.values(system.contract.layers))).toEqual(new Set(['declared']));
  });

  test('allows the origin of the front door of the environment that is run', () => {
    expect(system.contract.cors.map(({ allow }) => allow)).toEqual([
      ['https://app.mosaic.test:8443'],
      ['https://app.mosaic.test:8443'],
    ]);
  });

  test('knows the line of each promise', () => {
    expect(system.sources['promises.0']?.file).toBe('contracts/system.yaml');
    expect(system.sources['promises.0']?.line).toBeGreaterThan(100);
  });

  test.each(['staging', 'production'])('has %s as an example that asks for its variables by name', (environment) => {
    const name = environment.toUpperCase();
    const env = { [`${name}_APP_URL`]: 'https://app.example', [`${name}_API_URL`]: 'https://api.example' };
    const full = {
      ...env,
      [`${name}_APP_HTTP_URL`]: 'http://app.example',
      PRODUCTION_ENVIRONMENT_ID: 'eu-1',
    };
    expect(loadSystem({ contractsDir, environment, env: full }).environment.services['app']?.url).toBe(
      'https://app.example',
    );
    expect(() => loadSystem({ contractsDir, environment, env })).toThrow(
      `the environment variable ${name}_APP_HTTP_URL is not set`,
    );
  });
});

describe('values from the environment', () => {
  const withUrl = (url: string) => SMALL_CONTRACT.replace('"https://shop.example"', url);

  test('are filled in after parsing, so that they cannot add structure', () => {
    const injected = loadError(withUrl('"${URL}"'), { URL: 'https://x.example", http: "http://x.example' });
    expect(injected.problems).toMatchObject([{ path: 'environments.live.services.app.url', line: 21 }]);
  });

  test('have defaults', () => {
    const system = load(withUrl('"${URL:-https://default.example}"'));
    expect(system.environment.services['app']?.url).toBe('https://default.example');
  });

  test('become numbers only where a number is wanted', () => {
    const text = SMALL_CONTRACT.replace('live:', 'live:\n    concurrency: "${N}"\n    expect: { version: "${N}" }');
    const { environment } = load(text, { N: '12' });
    expect([environment.concurrency, environment.expect.version]).toEqual([12, '12']);
  });

  test('are never shown when they are wrong', () => {
    const error = loadError(withUrl('"${URL}"'), { URL: 'javascript:sesame-open' });
    expect(error.message).toContain('an absolute http:// or https:// URL');
    expect(error.message).not.toContain('sesame');
  });

  test('of other environments may be unset', () => {
    const other = `${SMALL_CONTRACT}  other:\n    services:\n      app: { url: "\${A}" }\n      api: { url: "\${B}" }\n`;
    expect(load(other).environmentName).toBe('live');
    expect(Object.keys(load(other).contract.environments)).toEqual(['live']);
    expect(loadError(other, {}, 'other').problems.map(({ what }) => what)).toEqual([
      'the environment variable A is not set',
      'the environment variable B is not set',
    ]);
  });

  test('"$${" is a literal "${"', () => {
    const text = SMALL_CONTRACT.replace('path: / }', () => 'path: "/$${x}" }');
    expect(load(text).contract.promises[0]?.steps[0]?.request.path).toBe('/${x}');
  });
});

describe('an OpenAPI document', () => {
  const withApi = SMALL_CONTRACT.replace('kind: backend', 'kind: backend, openapi: api.yaml');

  test('may be as large as its parser takes', () => {
    expect(load(withApi, {}, 'live', { 'api.yaml': `x: ${'a'.repeat(3_000_000)}` }).digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is refused where it is larger, with the limit', () => {
    const [problem] = loadError(withApi, {}, 'live', { 'api.yaml': `x: ${'a'.repeat(20_000_000)}` }).problems;
    expect(problem).toMatchObject({ code: 'too-large', line: 6, expected: 'at most 20000000 bytes' });
    expect(problem?.fix).not.toContain('path');
  });
});

describe('commit ids and versions', () => {
  test.each(['1e57859', '0123456', '1234567', '12e4567'])('%s without quotes stays what was written', (sha) => {
    const text = SMALL_CONTRACT.replace(
      'live:',
      `live:\n    expect: { commit: ${sha}, previous: ${sha}, version: 1.10 }`,
    );
    expect(load(text).environment.expect).toEqual({ commit: sha, previous: sha, version: '1.10' });
  });
});

describe('the digest', () => {
  test('is the same for the same files and another for others', () => {
    expect(load(SMALL_CONTRACT).digest).toBe(load(SMALL_CONTRACT).digest);
    expect(load(`${SMALL_CONTRACT}\n`).digest).not.toBe(load(SMALL_CONTRACT).digest);
    const withApi = SMALL_CONTRACT.replace('kind: backend', 'kind: backend, openapi: api.yaml');
    const digests = ['a: 1', 'a: 2'].map((api) => load(withApi, {}, 'live', { 'api.yaml': api }).digest);
    expect(new Set(digests).size).toBe(2);
  });
});
