/** The smallest system that can be proven over the wire: one service, one promise. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { LAYERS } from '../../src/contract/layers.ts';

/** Is up until the test ends. Returns its contracts folder; the environment is `sample`. */
export async function sampleSystem(): Promise<string> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-sample-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const server = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"version":"1.2.3","ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const api = { kind: 'backend' };
  const declared = ['code-authority', 'endpoints', 'runtime'];
  const absent = { absent: 'the sample system has no such layer' };
  const contract = {
    schema: 'gate10/system/v1',
    system: 'sample',
    frontDoor: 'api',
    services: { api },
    identity: { service: 'api', path: '/version', version: '/version' },
    promises: [
      {
        ...{ id: 'thing', layer: 'endpoints', title: 'The thing is there', at: 'api' },
        steps: [{ request: { path: '/thing' }, expect: { json: { '/ok': true } } }],
      },
    ],
    layers: Object.fromEntries(LAYERS.map((layer) => [layer, declared.includes(layer) ? 'declared' : absent])),
    environments: {
      sample: {
        services: { api: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } },
        expect: { version: '1.2.3' },
        settle: { readyWithin: '60s', poll: '50ms', stabilise: '0s', observe: '0s' },
      },
    },
  };
  writeFileSync(path.join(dir, 'system.yaml'), JSON.stringify(contract));
  return dir;
}
