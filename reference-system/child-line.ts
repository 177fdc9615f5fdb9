import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Reads the first line that a child process prints (JSON that says where it listens) and keeps its output flowing after.
 * Rejects, and kills the child, when it exits first, prints something else, or passes the deadline.
 */
export async function firstLine<T>(child: ChildProcess, name: string, deadlineMs: number): Promise<T> {
  const stdout = child.stdout;
  if (stdout === null) throw new Error(`Failed to start ${name}: its output is not piped.`);
  const lines = createInterface({ input: stdout });
  try {
    const line = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no first line within ${deadlineMs} ms`)), deadlineMs);
      lines.once('line', (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`it exited with ${code ?? signal} before it listened`));
      });
    });
    return JSON.parse(line) as T;
  } catch (cause) {
    child.kill('SIGKILL');
    throw new Error(`Failed to start ${name}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}
