/**
 * Runs a program by its arguments, never through a shell, and everything that it starts: at the time limit all of it is
 * ended, not only the first process. The end of what it says is kept.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { ProcessResult, RunProcess } from '../../probe/run-process.ts';

/** What its children still say after its end is waited for this long, milliseconds; they may stay. */
const LAST_WORDS_MS = 2000;

/** Never rejects: what went wrong is in the result. */
export const runGroup: RunProcess = (file, args, { cwd, env, timeoutMs, maxBytes }) =>
  new Promise((resolve) => {
    const child = start(file, args, { cwd, env: { ...env } });
    if (child === undefined)
      return resolve({ code: undefined, stdout: Buffer.alloc(0), stderr: '', error: 'not-found' });
    const stdout = keepEnd(child.stdout, maxBytes);
    const stderr = keepEnd(child.stderr, maxBytes);
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      endGroup(child);
    }, timeoutMs);
    const settle = (result: Omit<ProcessResult, 'stdout' | 'stderr'>): void => {
      clearTimeout(timer);
      resolve({ ...result, stdout: stdout(), stderr: stderr().toString('utf8') });
      child.stdout.destroy();
      child.stderr.destroy();
    };
    child.once('error', () => settle({ code: undefined, error: 'not-found' }));
    child.once('exit', (code) => {
      const error = isOver ? ('timeout' as const) : ('killed' as const);
      const result = code === null || isOver ? { code: undefined, error } : { code };
      const late = setTimeout(() => settle(result), LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(late);
        settle(result);
      });
    });
  });

/** Undefined for arguments that no program can be given, such as a NUL character. */
function start(file: string, args: readonly string[], place: { cwd: string; env: NodeJS.ProcessEnv }) {
  try {
    // a group of its own, so that it can be ended as a whole, and an interrupt of the terminal does not cut it in two
    return spawn(file, [...args], { ...place, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  } catch {
    return undefined;
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}

function keepEnd(stream: NodeJS.ReadableStream, maxBytes: number): () => Buffer {
  let kept = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]);
    if (kept.length > maxBytes) kept = kept.subarray(kept.length - maxBytes);
  });
  return () => kept;
}
