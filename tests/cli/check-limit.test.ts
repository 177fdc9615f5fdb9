import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { LAYERS } from '../../src/contract/layers.ts';

const root = path.resolve(import.meta.dirname, '../..');
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** The build answers at once; everything else takes its time, and each answer of it is within every deadline. */
function slowService(delayMs: number): http.Server {
  return http.createServer((request, response) => {
    const answer = (status: number, body: object): unknown =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url?.startsWith('/version')) answer(200, { version: '1.2.3' });
    else if (request.url === '/broken') answer(500, {});
    else setTimeout(answer, delayMs, 200, { ok: true });
  });
}

/** Lets in (AuthenticationOk, ReadyForQuery) and never says a word again. */
function silentDatabase(): net.Server {
  const letIn = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
  return net.createServer((socket) => void socket.once('data', () => socket.write(letIn)));
}

function contract(service: number, database: number): string {
  const declared = ['code-authority', 'runtime', 'endpoints', 'database', 'schema'];
  const layers = LAYERS.map((layer) =>
    declared.includes(layer) ? `  ${layer}: declared` : `  ${layer}: { absent: "this sample has no such layer" }`,
  );
  const step = '{ request: { path: /slow } }';
  return `schema: gate10/system/v1
system: sample
frontDoor: api
services: { api: { kind: backend } }
identity: { service: api, path: /version, version: /version }
database: { deadline: 60s }
promises:
  - { id: slow, layer: endpoints, title: Four slow steps are kept, at: api, steps: [${[step, step, step, step]}] }
  - { id: broken, layer: endpoints, title: This is broken, at: api, steps: [{ request: { path: /broken } }] }
layers:
${layers.join('\n')}
environments:
  sample:
    services: { api: { url: "http://127.0.0.1:${service}" } }
    database: { url: "postgresql://u:p@127.0.0.1:${database}/shop" }
    expect: { version: 1.2.3 }
    settle: { readyWithin: 2s, poll: 50ms, stabilise: 0s, observe: 0s }
    deadlines: { connect: 2s, headers: 2s, total: 2s, run: 3s }
`;
}

async function check(dir: string): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, ['bin/gate10.js', 'check', '--environment', 'sample'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      GATE10_CONTRACTS: dir,
      GATE10_STATE_DIR: path.join(dir, 'state'),
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  open.push(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout };
}

it('a check ends when the time of all checks is over, though every single answer is within its deadline', async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-limit-'));
  open.push(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(
    path.join(dir, 'system.yaml'),
    contract(await listen(slowService(1200)), await listen(silentDatabase())),
  );
  const startMs = performance.now();
  const { code, stdout } = await check(dir);
  // The steps alone take 4.8 s; the statement under way on the database would be given up after 60 s.
  expect(performance.now() - startMs).toBeLessThan(30_000);
  expect(code).toBe(1);
  expect(stdout).toMatch(/answers 500: the service failed/);
  const limit = 'all checks together have 3 s \\(environments\\.sample\\.deadlines\\.run\\)';
  for (const id of ['endpoints.slow', 'database.reachable']) {
    expect(stdout).toMatch(new RegExp(`${id.replace('.', '\\.')}[^]*?${limit}`));
  }
});
