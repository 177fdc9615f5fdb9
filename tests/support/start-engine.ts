/** The check engine as a child: its network time hides behind the runner's start. It ends when this process does (IPC). */
import { fork } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ENGINE = path.resolve(import.meta.dirname, '../../src/cli/engine.ts');
const STOP_WITHIN_MS = 3000;

export interface RunningEngine {
  readonly stop: () => Promise<void>;
}

export function startEngine(runDir: string): RunningEngine {
  const log = openSync(path.join(runDir, 'engine.log'), 'a');
  // workers inherit Playwright's loader flags through execArgv; the engine runs on Node alone
  const child = fork(ENGINE, [], { env: process.env, execArgv: [], stdio: ['ignore', log, log, 'ipc'] });
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
