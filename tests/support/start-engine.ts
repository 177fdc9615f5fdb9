/** The check engine as a child: its network time hides behind the runner's start. It ends when this process does (IPC). */
import { fork } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compiledCodeDir, findBuild } from '../../bin/built.js';

const root = path.resolve(import.meta.dirname, '../..');
const STOP_WITHIN_MS = 3000;

export interface RunningEngine {
  readonly stop: () => Promise<void>;
}

export function startEngine(runDir: string): RunningEngine {
  // for the workers too: half of the start of a process is compiling
  process.env['NODE_COMPILE_CACHE'] ??= compiledCodeDir(root);
  const build = findBuild(root);
  const program = build === undefined ? path.join(root, 'src/cli/engine.ts') : path.join(build, 'engine.js');
  const log = openSync(path.join(runDir, 'engine.log'), 'a');
  // workers inherit Playwright's loader flags through execArgv; the engine runs on Node alone
  const child = fork(program, [], { env: process.env, execArgv: [], stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  child.on('error', () => undefined);
  writeFileSync(path.join(runDir, 'engine.pid'), String(child.pid ?? 0));
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await gone;
      clearTimeout(force);
    },
  };
}
