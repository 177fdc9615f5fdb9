/** Runs the suite as a user runs it, in its own process, and reads what it sealed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');

export interface Outcome {
  readonly exitCode: number | null;
  readonly verdict: string;
  readonly failedLayers: readonly string[];
  readonly warnedLayers: readonly string[];
  /** What was printed, where it was kept. */
  readonly output: string;
}

/**
 * `check` = `gate10 check`; `pages` = the page specs of the production suite; `run` = all of it.
 * Kept = the output is returned instead of being shown.
 */
export interface ProveOptions {
  readonly how: 'check' | 'pages' | 'run';
  readonly env: Readonly<Record<string, string>>;
  readonly stateDir: string;
  readonly kept?: boolean;
}

const COMMANDS = {
  check: [path.join(root, 'bin/gate10.js'), 'check', '--no-settle-wait'],
  pages: [
    path.join(root, 'node_modules/@playwright/test/cli.js'),
    'test',
    '--project=production',
    'tests/production/frontend.spec.ts',
  ],
  run: [path.join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--project=production'],
};

export async function prove({ how, env, stateDir, kept = false }: ProveOptions): Promise<Outcome> {
  const child = spawn(process.execPath, COMMANDS[how], {
    cwd: root,
    stdio: ['ignore', kept ? 'pipe' : 'inherit', kept ? 'pipe' : 'inherit'],
    env: {
      ...process.env,
      ...env,
      GATE10_CONTRACTS: path.join(here, 'contracts'),
      GATE10_TARGET: 'local',
      GATE10_STATE_DIR: stateDir,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
  const exitCode = await new Promise<number | null>((done) => child.once('close', done));
  return { exitCode, output, ...(await newestVerdict(stateDir)) };
}

async function newestVerdict(stateDir: string): Promise<Omit<Outcome, 'exitCode' | 'output'>> {
  const runs = path.join(stateDir, 'runs');
  const folders = await readdir(runs).catch(() => []);
  const files = folders.map((run) => path.join(runs, run, 'verdict.json')).filter((file) => existsSync(file));
  const dated = await Promise.all(files.map(async (file) => ({ file, time: (await stat(file)).mtimeMs })));
  const newest = dated.sort((a, b) => b.time - a.time)[0];
  if (!newest) return { verdict: 'no record', failedLayers: [], warnedLayers: [] };
  const record = JSON.parse(await readFile(newest.file, 'utf8')) as {
    verdict: string;
    layers: { layer: string; status: string }[];
  };
  const layersThat = (are: string): string[] =>
    record.layers.filter(({ status }) => status === are).map(({ layer }) => layer);
  return { verdict: record.verdict, failedLayers: layersThat('failed'), warnedLayers: layersThat('warned') };
}

/** Verdaccio's pages have scripts of their own inside, so its content security policy is weak: a warning, and nothing else. */
export function isHealthy({ exitCode, verdict, warnedLayers }: Outcome): boolean {
  return exitCode === 0 && verdict === 'warned' && warnedLayers.join() === 'security';
}
