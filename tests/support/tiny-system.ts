/** The smallest system that the suite can prove: one HTTP service on loopback, and a contract of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LAYERS } from '../../src/contract/layers.ts';

export interface TinySystem {
  readonly url: string;
  /** text of `system.yaml` for it */
  readonly contract: string;
  /** what it does from now on */
  readonly answer: { version: string; health: number; greeting: string; startedAt: string };
  readonly close: () => Promise<void>;
}

const DECLARED = ['code-authority', 'runtime', 'endpoints'];

export async function startTinySystem(): Promise<TinySystem> {
  const answer: TinySystem['answer'] = {
    version: '2.0.0',
    health: 200,
    greeting: 'hello',
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://tiny');
    const [status, body] =
      pathname === '/version'
        ? [200, { version: answer.version, instance: 'one', startedAt: answer.startedAt }]
        : pathname === '/health'
          ? [answer.health, { ok: answer.health === 200 }]
          : pathname === '/greeting'
            ? [200, { greeting: answer.greeting }]
            : [404, { error: 'there is no such thing' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, contract: toContract(url), answer, close };
}

function toContract(url: string): string {
  const layers = LAYERS.map((layer) =>
    DECLARED.includes(layer) ? `  ${layer}: declared` : `  ${layer}: { absent: the tiny system has no such layer }`,
  );
  return `schema: gate10/system/v1
system: tiny
frontDoor: app
services:
  app: { kind: backend }
identity: { service: app, path: /version, version: /version, instance: /instance, startedAt: /startedAt }
health: { service: app, path: /health, expect: { status: 200, json: { /ok: true } } }
promises:
  - id: greeting
    layer: endpoints
    title: Users are greeted
    at: app
    steps:
      - request: { path: /greeting }
        expect: { contentType: application/json, json: { /greeting: hello } }
layers:
${layers.join('\n')}
environments:
  tiny:
    services: { app: { url: "${url}" } }
    expect: { version: 2.0.0 }
    settle: { readyWithin: 2s, poll: 50ms, stabilise: 0s, observe: 1s }
`;
}
