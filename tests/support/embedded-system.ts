/** The environment "embedded": the reference system of this repository, already up or started by Playwright. */
import path from 'node:path';
import { defaultStateDir, readRunningSystem } from '../../reference-system/attach.ts';
import { OwnFaultError } from '../../src/errors.ts';

/** Puts the running system's REFERENCE_* variables into the environment. Throws OwnFaultError where none runs. */
export async function adoptEmbeddedSystem(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  // named by the ready line of a system that Playwright's webServer started
  const announced = env['REFERENCE_STATE_FILE'];
  const stateDir = announced ? path.dirname(announced) : defaultStateDir(env);
  const running = readRunningSystem(stateDir);
  if (running === undefined)
    throw new OwnFaultError(
      `The embedded system is not running (${stateDir}). Run "npm run reference" to see why, or set GATE10_TARGET.`,
    );
  Object.assign(env, running.env);
}
