import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createControl, type Fault, readRunningSystem, type SystemControl } from '../../reference-system/attach.ts';
import { isProcessAlive } from '../../reference-system/orchestrator/state.ts';
import { createClient, type Door } from './support/client.ts';
import { faultCases, route } from './support/fault-cases.ts';
import {
  childrenOf,
  endProcess,
  runCommand,
  type SystemProcess,
  startSystemProcess,
} from './support/system-process.ts';

let stateDir: string;
let up: SystemProcess;
let control: SystemControl;
let ask: ReturnType<typeof createClient>;

async function start(): Promise<void> {
  up = await startSystemProcess(stateDir);
  control = createControl(up.system);
  ask = createClient(up.system);
}

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'gate10-reference-'));
  await start();
});
afterAll(async () => {
  await endProcess(up.process, 'SIGTERM');
  await rm(stateDir, { recursive: true, force: true });
});

const commitAt = async (door: Door): Promise<unknown> => JSON.parse((await ask(door, '/__version')).text).git_sha;
const commitOf = (release: string): string | undefined =>
  readRunningSystem(stateDir)?.deployments.findLast((deployment) => deployment.release === release)?.commit;

/** Distinct commits over enough answers that round robin must have reached both replicas. */
async function commitsServed(): Promise<unknown[]> {
  const seen = new Set<unknown>();
  for (let sample = 0; sample < 6; sample += 1) seen.add(await commitAt('FRONT_DOOR'));
  return [...seen];
}

describe('a system that is up', () => {
  it('says so in one line with its state file and nonce', () => {
    expect(up.line).toBe(
      `gate10 reference system ready state=${join(stateDir, 'state.json')} nonce=${up.system.nonce}`,
    );
  });
  it.each(['FRONT_DOOR', 'API', 'REPLICA_1', 'REPLICA_2'] as const)('is healthy through %s', async (door) => {
    const health = await ask(door, '/health');
    expect([health.status, JSON.parse(health.text).ok]).toEqual([200, true]);
  });
  it('runs release B on both replicas, after release A', async () => {
    expect(up.system.deployments.map((deployment) => deployment.release)).toEqual(['A', 'B']);
    const [a, b] = up.system.deployments;
    expect(b?.previousCommit).toBe(a?.commit);
    expect(Date.parse(b?.deployedAt ?? '')).toBeGreaterThan(Date.parse(a?.deployedAt ?? ''));
    expect(await commitAt('REPLICA_1')).toBe(b?.commit);
    expect(await commitAt('REPLICA_2')).toBe(b?.commit);
    expect(up.system.env['REFERENCE_COMMIT']).toBe(b?.commit);
  });
  it('is the environment of its nonce', async () => {
    const identity = JSON.parse((await ask('FRONT_DOOR', '/__version')).text);
    expect([identity.environment_id, identity.schema_version]).toEqual([up.system.nonce, 4]);
  });
  it('serves the stamped page, and hashed assets that never change', async () => {
    const page = await ask('FRONT_DOOR', '/search');
    expect(page.text).toContain(`<meta name="build-sha" content="${up.system.env['REFERENCE_COMMIT']}"`);
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    const asset = await ask('FRONT_DOOR', /src="(\/assets\/[^"]+)"/.exec(page.text)?.[1] ?? 'no asset');
    expect([asset.type, asset.headers['cache-control']]).toEqual([
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
  });
  it('has the trap of its kind: an asset that is gone is answered with the page', async () => {
    const gone = await ask('FRONT_DOOR', '/assets/gone-00000000.js');
    expect([gone.status, gone.type]).toEqual([200, 'text/html; charset=utf-8']);
  });
  it('lets a user register, log in and post through the front door', async () => {
    const credentials = { email: `rig-${up.system.nonce}@mosaic.test`, password: 'correct horse battery staple' };
    const post = (path: string, body: object) =>
      ask('FRONT_DOOR', path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post('/auth/register', { ...credentials, name: 'Rig' })).status).toBe(201);
    const login = await post('/auth/login', credentials);
    expect(login.headers['set-cookie']?.[0]).toMatch(/HttpOnly.*Secure|Secure.*HttpOnly/i);
    const authorization = `Bearer ${JSON.parse(login.text).token}`;
    const me = await ask('API', '/auth/me', { headers: { authorization } });
    expect(JSON.parse(me.text).email).toBe(credentials.email);
    expect((await ask('FRONT_DOOR', '/auth/me', { method: 'DELETE', headers: { authorization } })).status).toBe(204);
  });
  it.each([['//../etc/passwd'], ['/jobs/../metrics'], ['/jobs/%2e%2e/metrics']])(
    'refuses the path %s',
    async (path) => {
      const { hostname, port } = new URL(up.system.env['REFERENCE_FRONT_DOOR_HTTP'] ?? '');
      const plain = await control
        .setFaults([{ kind: 'redirect-missing' }])
        .then(() => rawGet(Number(port), hostname, path));
      expect(plain).toContain('HTTP/1.1 400 ');
      await control.clearFaults();
    },
  );
  it('is printed, not started again, by a second up', async () => {
    const second = await runCommand(['--state', stateDir, 'up']);
    expect([second.code, second.stdout.trim()]).toEqual([0, up.line]);
    expect(second.stderr).toContain(`already running as process ${up.process.pid}`);
  });
  it('refuses a control call without its token', async () => {
    expect((await fetch(`${up.system.controlUrl}/state`)).status).toBe(401);
    await expect(createControl({ ...up.system, controlToken: 'x'.repeat(32) }).rollback()).rejects.toThrow('token');
  });
});

describe('deployments', () => {
  it('A on one replica only: both commits are served, and B is still what is deployed', async () => {
    const before = up.system.deployments.length;
    const view = await control.deploy('A', [2]);
    expect((await commitsServed()).sort()).toEqual([commitOf('A'), commitOf('B')].sort());
    expect([view.deployments.length, view.env['REFERENCE_COMMIT']]).toEqual([before, commitOf('B')]);
    await control.deploy('B', [2]);
    expect(await commitsServed()).toEqual([commitOf('B')]);
  });
  it('a rollback is a deployment of the release before, and the state file says so', async () => {
    const view = await control.rollback();
    const state = readRunningSystem(stateDir);
    expect(view.deployments.at(-1)).toMatchObject({ release: 'A', version: '1.3.0', previousCommit: commitOf('B') });
    expect(state?.env['REFERENCE_COMMIT']).toBe(commitOf('A'));
    ask = createClient(state ?? up.system);
    expect(await commitsServed()).toEqual([commitOf('A')]);
    const page = await ask('FRONT_DOOR', '/');
    expect(page.text).toContain(`content="${commitOf('A')}"`);
  });
  it('release A has neither the endpoints of B nor their proxy rules', async () => {
    expect((await ask('API', '/reranker/health')).status).toBe(404);
    expect((await ask('FRONT_DOOR', '/reranker/health')).type).toBe('text/html; charset=utf-8');
    ask = createClient(await control.deploy('B'));
    expect((await ask('FRONT_DOOR', '/reranker/health')).type).toContain('application/json');
  });
  it.each([
    ['v9.9.9', 'no such release'],
    ['HEAD~9', 'has no release.json'],
    ['--help', 'no such release'],
  ])('%s cannot be deployed, and what was in service stays', async (release, reason) => {
    await expect(control.deploy(release)).rejects.toThrow(reason);
    expect(await commitsServed()).toEqual([commitOf('B')]);
  });
  it('nobody is refused during a deployment', async () => {
    let running = true;
    const statuses = new Map<unknown, number>();
    const traffic = (async () => {
      while (running) {
        const { status, error } = await ask('FRONT_DOOR', '/jobs?per_page=1');
        statuses.set(status ?? error, (statuses.get(status ?? error) ?? 0) + 1);
      }
    })();
    ask = createClient(await control.deploy('B'));
    running = false;
    await traffic;
    expect([...statuses.keys()]).toEqual([200]);
  });
});

describe('a fault', () => {
  afterEach(async () => {
    await control.clearFaults();
    expect((await ask('FRONT_DOOR', '/health')).status).toBe(200);
  });

  it.each(faultCases)('%s %j is seen at %s %s', async (_name, fault, door, path, expected) => {
    await control.setFaults([fault]);
    expect(await ask(door, path)).toMatchObject(expected);
  });

  it.each([
    ['database', { kind: 'database', action: 'stop' }],
    ['provider', { kind: 'provider', status: 401 }],
    ['storage', { kind: 'storage', action: 'missing' }],
    ['storage', { kind: 'storage', action: 'read-only' }],
  ] as [string, Fault][])('of %s (%j) turns health to 503 and names it alone', async (dependency, fault) => {
    await control.setFaults([fault]);
    await expect.poll(async () => (await ask('REPLICA_1', '/health')).status, { timeout: 10_000 }).toBe(503);
    const { ok, checks } = JSON.parse((await ask('FRONT_DOOR', '/health')).text);
    const failing = Object.entries(checks as Record<string, { ok: boolean }>).filter(([, check]) => !check.ok);
    expect([ok, failing.map(([name]) => name)]).toEqual([
      false,
      dependency === 'database' ? ['database', 'schema'] : [dependency],
    ]);
  });

  it('of one replica is seen on that one only, and outlives a deployment', async () => {
    const fault: Fault = {
      ...route('backend', { patchJson: { '/git_sha': 'f'.repeat(40) } }, '/__version'),
      replica: 1,
    };
    await control.setFaults([fault]);
    expect(await commitAt('REPLICA_1')).toBe('f'.repeat(40));
    expect(await commitAt('REPLICA_2')).toBe(commitOf('B'));
    ask = createClient(await control.deploy('B'));
    expect((await commitsServed()).sort()).toEqual([commitOf('B'), 'f'.repeat(40)].sort());
  });

  it('makes a replica crash in a loop: its process changes, its address does not', async () => {
    const pidOf = async () => (await control.state()).replicas.find((replica) => replica.index === 2)?.pid;
    const before = await pidOf();
    await control.setFaults([{ kind: 'replica', replica: 2, action: 'crash-loop', everyMs: 800 }]);
    await expect.poll(pidOf, { timeout: 10_000 }).not.toBe(before);
    await control.clearFaults();
    expect((await ask('REPLICA_2', '/health')).status).toBe(200);
  });

  it.each([
    ['an unknown kind', [{ kind: 'gremlin' }]],
    ['a misspelt field', [{ kind: 'database', acton: 'stop' }]],
    ['a host that is not there', [{ kind: 'dns', host: 'www.mosaic.test', answer: { silent: true } }]],
  ])('that is %s is refused with its place', async (_what, faults) => {
    await expect(control.setFaults(faults as Fault[])).rejects.toThrow(/Failed to read the faults: faults\.0/);
  });
});

describe('the end', () => {
  it('a clean stop leaves no process, no port and no state file', async () => {
    const children = await childrenOf(up.system.pid);
    expect(children.length).toBeGreaterThanOrEqual(3);
    const ports = await listeningPorts();
    const exited = new Promise((done) => up.process.once('exit', done));
    expect((await runCommand(['--state', stateDir, 'stop'])).code).toBe(0);
    expect(await exited).toBe(0);
    expect(children.filter(isProcessAlive)).toEqual([]);
    expect(await Promise.all(ports.map(isListening))).toEqual(ports.map(() => false));
    expect(readRunningSystem(stateDir)).toBeUndefined();
    expect((await runCommand(['--state', stateDir, 'status'])).stderr).toContain('No system runs with');
  });
  it('a killed system leaves no child, and the next start cleans up after it', async () => {
    await start();
    const children = await childrenOf(up.system.pid);
    const killed = up.system.nonce;
    await endProcess(up.process, 'SIGKILL');
    await expect.poll(() => children.filter(isProcessAlive), { timeout: 5000 }).toEqual([]);
    expect(readRunningSystem(stateDir)).toBeUndefined();
    await start();
    expect(up.system.nonce).not.toBe(killed);
    expect((await ask('FRONT_DOOR', '/health')).status).toBe(200);
  });
});

async function listeningPorts(): Promise<number[]> {
  const state = readRunningSystem(stateDir) ?? up.system;
  const urls = Object.values(state.env).filter((value) => /^(https?|postgres)/.test(value));
  return [...urls, state.controlUrl].map((url) => Number(new URL(url).port));
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const connected = await new Promise<boolean>((done) => {
    socket.on('connect', () => done(true)).on('error', () => done(false));
  });
  socket.destroy();
  return connected;
}

/** Node's client would tidy the path up before it sends it. */
async function rawGet(port: number, host: string, path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}
