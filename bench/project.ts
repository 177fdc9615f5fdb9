/** A throw-away project that proves the bench server: contracts, gate10's suite, and the stock ways to write the same. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LAYERS, type LayerId } from '../src/contract/layers.ts';
import { root } from './measure.ts';

const DECLARED: readonly LayerId[] = ['code-authority', 'runtime', 'endpoints'];

/** `count` endpoints as promises: status, content type, two fields. */
export function systemYaml(url: string, count: number, concurrency: number): string {
  const promises = Array.from({ length: count }, (_, index) => ({
    id: `endpoint-${index}`,
    layer: 'endpoints',
    title: `endpoint ${index} answers`,
    at: 'api',
    steps: [
      {
        request: { path: `/e/${index}` },
        expect: { status: 200, contentType: 'application/json', json: { '/ok': true, '/path': `/e/${index}` } },
      },
    ],
  }));
  return JSON.stringify({
    schema: 'gate10/system/v1',
    system: 'bench',
    frontDoor: 'api',
    services: { api: { kind: 'backend' } },
    identity: {
      service: 'api',
      path: '/__version',
      version: '/version',
      instance: '/instance_id',
      startedAt: '/started_at',
    },
    promises,
    layers: Object.fromEntries(
      LAYERS.map((layer) => [
        layer,
        DECLARED.includes(layer) ? 'declared' : { absent: 'the bench server has one process on loopback' },
      ]),
    ),
    environments: {
      bench: {
        services: { api: { url } },
        expect: { version: '1.0.0' },
        settle: { readyWithin: '10s', poll: '50ms', stabilise: '0ms', observe: '0ms', staleShare: 0.9 },
        concurrency,
      },
    },
  });
}

const STOCK_CONFIG = `export default { testDir: '.', testMatch: process.env.SPEC, workers: 1, retries: 0, reporter: [['list']] };\n`;
const EMPTY_SPEC = `import { test } from '@playwright/test';\ntest('nothing', () => {});\n`;
const REQUEST_SPEC = `import { test, expect } from '@playwright/test';
for (let i = 0; i < Number(process.env.COUNT); i += 1) {
  test('endpoint ' + i, async ({ request }) => {
    const answer = await request.get(process.env.TARGET + '/e/' + i);
    expect(answer.status()).toBe(200);
    expect(answer.headers()['content-type']).toContain('application/json');
    const body = await answer.json();
    expect(body.ok).toBe(true);
    expect(body.path).toBe('/e/' + i);
  });
}
`;

/** Writes the project; `node_modules` is a link to this project's. */
export async function writeProject(dir: string, url: string, count: number, concurrency: number): Promise<void> {
  await mkdir(path.join(dir, 'contracts'), { recursive: true });
  await writeFile(path.join(dir, 'contracts/system.yaml'), systemYaml(url, count, concurrency));
  await writeFile(path.join(dir, 'package.json'), '{"type":"module"}\n');
  await writeFile(path.join(dir, 'stock.config.ts'), STOCK_CONFIG);
  await writeFile(path.join(dir, 'empty.spec.ts'), EMPTY_SPEC);
  await writeFile(path.join(dir, 'request.spec.ts'), REQUEST_SPEC);
  await symlink(path.join(root, 'node_modules'), path.join(dir, 'node_modules'));
}
