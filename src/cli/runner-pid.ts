/** Whether the process of an earlier run is still there. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** true also where nothing is known: a running run must not be closed by another. */
export function isRunnerAlive(stateDir: string, runId: string): boolean {
  const pid = readPid(path.join(stateDir, 'runs', runId, 'runner.pid'));
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
