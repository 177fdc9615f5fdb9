/** The embedded system: the one that is up, or one of its own for as long as it is measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { defaultStateDir, readRunningSystem } from '../../reference-system/attach.ts';
import { adoptEmbeddedSystem } from '../support/embedded-system.ts';

/** Puts its variables into `env`. Rejects where it does not come up. */
export async function openEmbedded(root: string, env: NodeJS.ProcessEnv): Promise<{ stop(): Promise<void> }> {
  if (readRunningSystem(defaultStateDir(env)) !== undefined) {
    await adoptEmbeddedSystem(env);
    return { stop: async () => {} };
  }
  const system = spawn(process.execPath, [path.join(root, 'reference-system/main.ts'), 'up'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(system, 'exit');
  await Promise.race([
    once(system.stdout, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`The embedded system ended with code ${code}.`))),
  ]);
  await adoptEmbeddedSystem(env);
  return {
    stop: async () => {
      system.kill('SIGTERM');
      await ended;
    },
  };
}
