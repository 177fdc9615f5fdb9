/**
 * Proves Verdaccio with the same suite and no code of its own: healthy → passed; nginx pointed at a dead host → failed with
 * the integration layer named; repaired → passed, the incident closed. Exit code 0 only when all three came out so.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Stand, startStand } from './stand.ts';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const INSTALL_DEADLINE_MS = 180_000;

interface Outcome {
  readonly exitCode: number | null;
  readonly verdict: string;
  readonly failedLayers: readonly string[];
}

async function install(): Promise<void> {
  if (existsSync(path.join(here, 'node_modules/verdaccio/package.json'))) return;
  process.stdout.write('installing Verdaccio from the example’s lockfile …\n');
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: here,
    timeout: INSTALL_DEADLINE_MS,
  });
}

async function prove(env: Readonly<Record<string, string>>, stateDir: string): Promise<Outcome> {
  const playwright = path.join(root, 'node_modules/@playwright/test/cli.js');
  const child = spawn(process.execPath, [playwright, 'test', '--project=production'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...env,
      GATE10_CONTRACTS: path.join(here, 'contracts'),
      GATE10_TARGET: 'local',
      GATE10_STATE_DIR: stateDir,
    },
  });
  const exitCode = await new Promise<number | null>((done) => child.once('exit', done));
  return { exitCode, ...(await newestVerdict(stateDir)) };
}

async function newestVerdict(stateDir: string): Promise<{ verdict: string; failedLayers: string[] }> {
  const runs = path.join(stateDir, 'runs');
  const files = (await readdir(runs))
    .map((run) => path.join(runs, run, 'verdict.json'))
    .filter((file) => existsSync(file));
  const dated = await Promise.all(files.map(async (file) => ({ file, time: (await stat(file)).mtimeMs })));
  const newest = dated.sort((a, b) => b.time - a.time)[0];
  if (!newest) throw new Error('Failed to judge the example: the run left no verdict.json.');
  const record = JSON.parse(await readFile(newest.file, 'utf8')) as {
    verdict: string;
    layers: { layer: string; status: string }[];
  };
  return {
    verdict: record.verdict,
    failedLayers: record.layers.filter(({ status }) => status === 'failed').map(({ layer }) => layer),
  };
}

async function openIncidents(stateDir: string): Promise<number> {
  const files = await readdir(path.join(stateDir, 'incidents')).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(path.join(stateDir, 'incidents', file), 'utf8')));
  return texts.filter((text) => !/Status[^\n]*closed \d/.test(text)).length;
}

function report(name: string, holds: boolean, outcome: Outcome): boolean {
  const found = `exit ${outcome.exitCode}, ${outcome.verdict}${outcome.failedLayers.length > 0 ? `, failed: ${outcome.failedLayers.join(', ')}` : ''}`;
  process.stdout.write(`${holds ? 'ok    ' : 'FAILED'} ${name}: ${found}\n`);
  return holds;
}

async function scenario(stand: Stand, stateDir: string): Promise<boolean> {
  const healthy = await prove(stand.env, stateDir);
  const first = report('healthy Verdaccio is passed', healthy.exitCode === 0 && healthy.verdict === 'passed', healthy);
  await stand.pointProxyAt(stand.ports.dead);
  const broken = await prove(stand.env, stateDir);
  const named = broken.exitCode === 1 && broken.verdict === 'failed' && broken.failedLayers.includes('integration');
  const second = report('a proxy to a dead host is failed, and integration is named', named, broken);
  await stand.pointProxyAt(stand.ports.verdaccio);
  const repaired = await prove(stand.env, stateDir);
  const closed = repaired.exitCode === 0 && repaired.verdict === 'passed' && (await openIncidents(stateDir)) === 0;
  const third = report('repaired Verdaccio is passed, and the incident is closed', closed, repaired);
  return first && second && third;
}

await install();
const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-verdaccio-'));
const stand = await startStand(dir);
try {
  process.exitCode = (await scenario(stand, path.join(dir, 'state'))) ? 0 : 1;
} finally {
  await stand.stop();
  await rm(dir, { recursive: true, force: true });
}
