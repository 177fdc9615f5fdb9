import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstLine } from '../../reference-system/child-line.ts';
import { startSystem, type TestSystem } from './support/system.ts';

const main = fileURLToPath(new URL('../../reference-system/backend/main.ts', import.meta.url));
const TOKEN = 'control-token-of-this-test';
let system: TestSystem;
let child: ChildProcess;
let first: { event: string; url: string; control: string; instance_id: string; git_sha: string };

const start = (env: Readonly<Record<string, string>>): ChildProcess =>
  fork(main, { env: { ...env, PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });

beforeAll(async () => {
  system = await startSystem();
  child = start({ ...system.env, CONTROL_TOKEN: TOKEN, INSTANCE_ID: 'replica-2' });
  first = await firstLine(child, 'a replica', 20_000);
});
afterAll(async () => {
  if (child.exitCode === null) child.kill('SIGKILL');
  await system.stop();
});

const control = (init: RequestInit, token = TOKEN): Promise<Response> =>
  fetch(`${first.control}/faults`, { ...init, headers: { 'x-control-token': token } });

test('a replica says where it listens and is another instance of the same commit', async () => {
  expect(first).toMatchObject({ event: 'listening', instance_id: 'replica-2', git_sha: system.env['GIT_SHA'] });
  const version = (await (await fetch(`${first.url}/__version`)).json()) as Record<string, unknown>;
  expect(version).toMatchObject({ instance_id: 'replica-2', git_sha: system.env['GIT_SHA'] });
});

test('a session that one replica started is good at another', async () => {
  const { token } = await system.logIn();
  const answer = await fetch(`${first.url}/auth/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
});

test('faults act through the side channel and only with its token', async () => {
  const body = JSON.stringify({ faults: [{ match: { path: '/health' }, action: { patchJson: { '/ok': false } } }] });
  expect((await control({ method: 'PUT', body }, 'wrong')).status).toBe(401);
  expect((await control({ method: 'PUT', body: '{"faults":[{"match":{}}]}' })).status).toBe(400);
  expect((await control({ method: 'PUT', body })).status).toBe(200);
  const health = await fetch(`${first.url}/health`);
  expect([health.status, ((await health.json()) as { ok: boolean }).ok]).toEqual([200, false]);
  expect(await (await control({})).json()).toMatchObject({ faults: [{ match: { path: '/health' } }] });
  await control({ method: 'DELETE' });
  expect(((await (await fetch(`${first.url}/health`)).json()) as { ok: boolean }).ok).toBe(true);
});

test('the side channel is not on the public port', async () => {
  expect((await fetch(`${first.url}/faults`, { headers: { 'x-control-token': TOKEN } })).status).toBe(404);
});

test('a replica stops within two seconds of SIGTERM, also with a silent request open', async () => {
  const faults = [{ match: { path: '/jobs' }, action: { silent: true } }];
  await control({ method: 'PUT', body: JSON.stringify({ faults }) });
  const hanging = fetch(`${first.url}/jobs`).catch(() => 'cut');
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const startMs = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(performance.now() - startMs).toBeLessThan(2000);
  expect(await hanging).toBe('cut');
});

test('a replica without its variables ends with their names', async () => {
  const broken = start({ ...system.env, CONTROL_TOKEN: TOKEN, SESSION_SECRET: '', AI_API_KEY: 'changeme' });
  const chunks: Buffer[] = [];
  broken.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) => broken.once('close', resolve));
  const text = Buffer.concat(chunks).toString('utf8');
  expect(code).not.toBe(0);
  expect(text).toContain('AI_API_KEY (placeholder), SESSION_SECRET (empty)');
  expect(text).not.toContain('changeme');
});

test('a replica ends with the process that started it', async () => {
  const orphan = start({ ...system.env, CONTROL_TOKEN: TOKEN });
  await firstLine(orphan, 'a replica', 20_000);
  const exited = new Promise<number | null>((resolve) => orphan.once('exit', resolve));
  orphan.disconnect();
  expect(await exited).toBe(0);
});
