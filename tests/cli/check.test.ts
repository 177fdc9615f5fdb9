import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { type EngineEvent, engineEventSchema } from '../../src/probe/schema.ts';
import type { RunOrder } from '../../src/run/run-order.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ABSENT = ['dns', 'tls', 'frontend', 'integration', 'cors', 'authentication', 'database']
  .concat(['schema', 'storage', 'external-apis', 'environment', 'security'])
  .map((layer) => `  ${layer}: { absent: "the sample system has no such layer" }`)
  .join('\n');

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Sample {
  readonly dir: string;
  /** What /thing answers. */
  answer: { status: number; type: string; body: string; silent?: boolean };
  onRequest?: () => void;
}

/** A system of one service whose build is known by its version. */
async function sample(): Promise<Sample> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-check-'));
  open.push(() => rmSync(dir, { recursive: true, force: true }));
  const state: Sample = { dir, answer: { status: 200, type: 'application/json', body: '{"ok":true}' } };
  const server = http.createServer((request, response) => {
    state.onRequest?.();
    const isIdentity = request.url?.startsWith('/version') === true;
    if (request.url === '/page') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><main>Things</main>');
      return;
    }
    const { status, type, body, silent } = state.answer;
    if (!isIdentity && silent === true) return;
    response.writeHead(isIdentity ? 200 : status, { 'content-type': isIdentity ? 'application/json' : type });
    response.end(isIdentity ? '{"version":"1.2.3"}' : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    path.join(dir, 'system.yaml'),
    `schema: gate10/system/v1
system: sample
frontDoor: api
services: { api: { kind: backend } }
identity: { service: api, path: /version, version: /version }
promises:
  - id: thing
    layer: endpoints
    title: The thing is there
    at: api
    steps: [{ request: { path: /thing }, expect: { contentType: application/json, json: { /ok: true } } }]
layers:
  code-authority: declared
  endpoints: declared
  runtime: declared
${ABSENT}
environments:
  sample:
    services: { api: { url: "http://127.0.0.1:${port}" } }
    expect: { version: 1.2.3 }
    settle: { readyWithin: 2s, poll: 50ms, stabilise: 0s, observe: 0s }
    deadlines: { connect: 1s, headers: 3s, total: 4s }
`,
  );
  return state;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], dir: string, env: Record<string, string> = {}, ipc = false): ChildProcess {
  const names = {
    GATE10_CONTRACTS: dir,
    GATE10_STATE_DIR: path.join(dir, 'state'),
    GATE10_TARGET: 'sample',
    NO_COLOR: '1',
  };
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...names, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  open.push(() => child.kill('SIGKILL'));
  return child;
}

function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const check = (dir: string, ...args: string[]): Promise<Ended> =>
  ended(start(['bin/gate10.js', 'check', ...args], dir));

describe('gate10 check', () => {
  it('passes a healthy system, leaves a sealed record, and says that it is no proof', async () => {
    const { dir } = await sample();
    const { code, stdout } = await check(dir);
    expect(stdout).toMatch(/^passed: 5 of 5 rows passed$/m);
    expect(stdout).toContain('it is not the proof of a deployment');
    expect(code).toBe(0);
    const [, file] = /^record: (\S+)$/m.exec(stdout) ?? [];
    const record = JSON.parse(readFileSync(path.join(dir, 'state', file ?? ''), 'utf8'));
    expect(record.verdict).toBe('passed');
    expect((await ended(start(['bin/gate10.js', 'verify'], dir))).code).toBe(3);
  });

  it.each<[string, Sample['answer'], RegExp]>([
    ['a broken service', { status: 500, type: 'application/json', body: '{}' }, /answers 500: the service failed/],
    ['a web page', { status: 200, type: 'text/html', body: '<!doctype html>' }, /the SPA fallback or a default page/],
    ['a wrong value', { status: 200, type: 'application/json', body: '{"ok":false}' }, /has \/ok false, expected true/],
  ])('fails on %s with exit 1 and says where it was promised', async (_, answer, message) => {
    const made = await sample();
    made.answer = answer;
    const { code, stdout } = await check(made.dir, '--no-record');
    expect(stdout).toMatch(message);
    expect(stdout).toMatch(/system\.yaml:\d+$/m);
    expect(code).toBe(1);
  });

  it('asks past whatever proxy the environment names', async () => {
    const { dir } = await sample();
    const proxy = 'http://127.0.0.1:1';
    const names = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, NODE_USE_ENV_PROXY: '1' };
    expect((await ended(start(['bin/gate10.js', 'check', '--no-record'], dir, names))).code).toBe(0);
  });

  it('cannot judge a system that limits the rate: exit 3', async () => {
    const made = await sample();
    made.answer = { status: 429, type: 'text/plain', body: '' };
    const { code, stdout } = await check(made.dir, '--no-record');
    expect([code, stdout.includes('endpoints.thing (insufficient)')]).toEqual([3, true]);
  });

  it('names a layer that is not declared, and what to write', async () => {
    const { dir } = await sample();
    const file = path.join(dir, 'system.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {2}(dns|tls): .*\n/gm, ''));
    const { code, stdout } = await check(dir, '--no-record');
    expect(stdout).toMatch(
      /^inconclusive \(not-run\): 5 of 5 rows passed\n {2}not declared, so not proven: dns, tls\. /m,
    );
    expect(stdout).toContain('write "dns: declared"');
    expect(code).toBe(3);
  });

  it.each([
    ['dns', 'no name to resolve'],
    ['frontend', 'no page to open'],
  ])('does not pass where %s is declared and nothing of it is promised (%s), as the production run', async (layer) => {
    const { dir } = await sample();
    const file = path.join(dir, 'system.yaml');
    const text = readFileSync(file, 'utf8').replace(new RegExp(`^  ${layer}: .*$`, 'm'), `  ${layer}: declared`);
    writeFileSync(file, text);
    const { code, stdout } = await check(dir, '--json', '--no-record');
    const { verdict } = JSON.parse(stdout);
    expect(verdict.layers.find((one: { layer: string }) => one.layer === layer)).toMatchObject({
      declared: 'declared',
      status: 'inconclusive',
    });
    expect(code).toBe(3);
  });

  it('leaves the pages to the production run where there are pages', async () => {
    const { dir } = await sample();
    const file = path.join(dir, 'system.yaml');
    const text = readFileSync(file, 'utf8')
      .replace(/^ {2}frontend: .*$/m, '  frontend: declared')
      .replace('promises:', 'frontend: { service: api, pages: [{ path: /page, ready: main }] }\npromises:');
    writeFileSync(file, text);
    const { code, stdout } = await check(dir, '--no-record');
    expect(code, stdout).toBe(0);
  });

  it('says in every verdict that the identity is a version only', async () => {
    const { dir } = await sample();
    expect((await check(dir, '--no-record')).stdout).toContain('identity is known by version only');
  });

  it('prints rows and verdict as JSON', async () => {
    const { dir } = await sample();
    const { stdout } = await check(dir, '--json', '--no-record', '--no-settle-wait');
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: { verdict: 'passed' },
      controls: { good: 'passed', bad: 'failed' },
    });
  });

  it.each<[string, string[], RegExp]>([
    ['an unknown environment', ['--environment', 'nowhere'], /"nowhere" is not declared/],
    ['an unknown option', ['--enviroment', 'sample'], /Did you mean --environment/],
  ])('refuses %s with exit 2', async (_, args, message) => {
    const { dir } = await sample();
    const { code, stderr } = await check(dir, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('the engine as a child', () => {
  async function engine(made: Sample): Promise<{ child: ChildProcess; events: () => EngineEvent[]; words: unknown[] }> {
    const stateDir = path.join(made.dir, 'state');
    const order: RunOrder = {
      identity: { runId: 'run-1', folder: 'run-1', intentKey: 'intend:run-1', leftToMerge: false },
      attempt: 'first',
      environment: 'sample',
      stateDir,
      startedAt: '2026-01-01T00:00:00.000Z',
      filters: [],
      parts: { production: true, ways: [] },
      runnerPid: process.pid,
    };
    const child = start(['src/cli/engine.ts', JSON.stringify(order)], made.dir, {}, true);
    const words: unknown[] = [];
    child.on('message', (word) => words.push(word));
    const events = (): EngineEvent[] =>
      readFileSync(path.join(stateDir, 'runs/run-1/engine.ndjson'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => engineEventSchema.parse(JSON.parse(line)));
    return { child, events, words };
  }

  async function intents(made: Sample): Promise<number> {
    const ledger = await openLedger({ stateDir: path.join(made.dir, 'state'), now: () => new Date() });
    open.push(() => ledger.close());
    return (await ledger.rows({ type: 'run.intended' })).length;
  }

  it('writes one event per line, the last of them "end"', async () => {
    const made = await sample();
    const { child, events, words } = await engine(made);
    expect((await ended(child)).code).toBe(0);
    expect(words, 'it announces the run first').toEqual([{ type: 'announced', secrets: [] }]);
    expect(await intents(made)).toBe(1);
    expect(events().at(-1)).toMatchObject({ type: 'end', rows: 5 });
    expect(events().at(-1)).not.toHaveProperty('error');
  });

  it.each<[string, (child: ChildProcess) => void]>([
    ['it is told to', (child) => child.kill('SIGTERM')],
    ['its parent disappears', (child) => child.disconnect()],
  ])('stops when %s, and says that it did not come to its end', async (_, stop) => {
    const made = await sample();
    made.answer = { ...made.answer, silent: true };
    const { child, events } = await engine(made);
    // "close" never comes after a disconnect of our own.
    const end = new Promise((resolve) => child.once('exit', resolve));
    await expect
      .poll(() => readText(path.join(made.dir, 'state/runs/run-1/engine.ndjson')), { timeout: 10_000 })
      .toContain('"checking"');
    stop(child);
    await end;
    expect(events().at(-1)).toMatchObject({ type: 'end', error: expect.stringContaining('stopped before its end') });
  });

  it.each<[string, (made: Sample) => void, object]>([
    [
      'refuses a contract that it cannot read, with its place',
      ({ dir }) => writeFileSync(path.join(dir, 'system.yaml'), 'nonsense: true\n'),
      { type: 'refused', problems: expect.arrayContaining([expect.objectContaining({ file: expect.any(String) })]) },
    ],
    [
      'says its own fault where no intent can be written',
      ({ dir }) => writeFileSync(path.join(dir, 'state'), 'a file where the folder has to be'),
      { type: 'fault', message: expect.stringContaining('state') },
    ],
  ])('%s, before it asks anything', async (_, spoil, word) => {
    const made = await sample();
    let asked = 0;
    made.onRequest = () => {
      asked += 1;
    };
    spoil(made);
    const { child, events, words } = await engine(made);
    await ended(child);
    expect(words).toEqual([expect.objectContaining(word)]);
    expect(events).toThrow(/ENOENT|ENOTDIR/);
    expect(asked).toBe(0);
  });
});

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
