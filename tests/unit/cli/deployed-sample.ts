/**
 * A small system that can be deployed: a file's last line is the commit that it serves, the newest commit of its repository
 * is broken. Its history: the older commit passed, the newer one failed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runCli } from '../../../src/cli/main.ts';
import { LAYERS } from '../../../src/contract/layers.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { sealRun } from '../../../src/record/seal.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { temporaryFolder } from '../ledger/sample-events.ts';
import { productionRecord } from './production-record.ts';
import type { Ran } from './run-command.ts';

export interface DeployedSample {
  readonly folder: string;
  readonly good: string;
  readonly broken: string;
  /** commits that were switched to since the broken one */
  switches(): string[];
  gate10(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  sealProduction(commit: string, isHealthy: boolean): Promise<void>;
}

function git(cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** `rollback` is merged into the policy's. `seenBy: 'browser'`: the API of the broken commit is well, its pages stay blank. */
export async function deployedSample(
  rollback: object = {},
  { seenBy = 'engine' }: { readonly seenBy?: 'engine' | 'browser' } = {},
): Promise<DeployedSample> {
  const folder = temporaryFolder();
  const [good, broken] = makeRepository(folder);
  const log = path.join(folder, 'switches');
  writeFileSync(log, `${broken}\n`);
  const serving = (): string => readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
  const url = await serve(serving, (commit) => commit === good || seenBy === 'browser');
  if (seenBy === 'browser') writeFileSync(path.join(folder, 'blank'), broken);
  writeContracts(folder, url, { log, rollback });
  const sample: DeployedSample = {
    ...{ folder, good, broken },
    switches: () => readFileSync(log, 'utf8').trim().split('\n').slice(1),
    gate10: (args, env = {}) => run(folder, args, env),
    sealProduction: (commit, isHealthy) =>
      seal(path.join(folder, '.gate10'), productionRecord(commit, isHealthy, seenBy)),
  };
  await sample.sealProduction(good, true);
  await sample.sealProduction(broken, false);
  return sample;
}

function makeRepository(folder: string): [good: string, broken: string] {
  const remote = path.join(folder, 'origin.git');
  git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  git(folder, 'clone', '--quiet', remote, 'code');
  const code = path.join(folder, 'code');
  const commits = ['good', 'broken'].map((message) => {
    git(code, 'commit', '--quiet', '--allow-empty', '-m', message);
    return git(code, 'rev-parse', 'HEAD');
  });
  git(code, 'push', '--quiet', 'origin', 'HEAD:main');
  git(code, 'fetch', '--quiet', 'origin');
  return [commits[0] ?? '', commits[1] ?? ''];
}

async function serve(serving: () => string, isWell: (commit: string) => boolean): Promise<string> {
  const server = http.createServer((_, response) => {
    const commit = serving();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ commit, ok: isWell(commit) }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function writeContracts(folder: string, url: string, { log, rollback }: { log: string; rollback: object }): void {
  const absent = { absent: 'the sample system has no such layer' };
  const declared = ['code-authority', 'endpoints', 'runtime'];
  const contract = {
    schema: 'gate10/system/v1',
    ...{ system: 'mosaic', frontDoor: 'api', services: { api: { kind: 'backend' } } },
    code: { repository: path.join(folder, 'code') },
    identity: { service: 'api', path: '/version', commit: '/commit' },
    promises: [
      {
        ...{ id: 'thing', layer: 'endpoints', title: 'The thing is there', severity: 'P0', at: 'api' },
        steps: [{ request: { path: '/thing' }, expect: { status: 200, json: { '/ok': true } } }],
      },
    ],
    layers: Object.fromEntries(LAYERS.map((layer) => [layer, declared.includes(layer) ? 'declared' : absent])),
    environments: {
      embedded: {
        services: { api: { url } },
        settle: { readyWithin: '5s', poll: '50ms', stabilise: '0s', observe: '0s' },
      },
    },
  };
  const policy = {
    schema: 'gate10/policy/v1',
    rollback: {
      suite: [process.execPath, path.join(import.meta.dirname, 'seal-production.ts'), `${url}/version`],
      drivers: {
        embedded: { kind: 'command', argv: ['/bin/sh', 'drive.sh', log, '{{target.commit}}'], timeout: '10s' },
      },
      ...rollback,
    },
  };
  mkdirSync(path.join(folder, 'contracts'));
  writeFileSync(path.join(folder, 'contracts', 'system.yaml'), JSON.stringify(contract));
  writeFileSync(path.join(folder, 'contracts', 'policy.yaml'), JSON.stringify(policy));
  writeFileSync(path.join(folder, 'drive.sh'), 'echo "$2" >> "$1"\nenv > env-of-driver\n');
}

/** As a production run leaves it: sealed, with its record. */
async function seal(stateDir: string, record: RunRecord): Promise<void> {
  const ledger = await openLedger({ stateDir, now: () => new Date() });
  await sealRun({ stateDir, ledger, record, verdict: judge(record), now: () => new Date() });
  await ledger.close();
}

async function run(cwd: string, args: readonly string[], more: Readonly<Record<string, string>>): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  let code = 0;
  await runCli(args, {
    cwd,
    env: { PATH: process.env['PATH'], ...more },
    now: () => new Date(),
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    colour: false,
    columns: 80,
    setExitCode: (given) => {
      code = given;
    },
  });
  return { code, ...said, folder: cwd };
}
