/** Runs a program by its arguments, never through a shell, under a time limit. */
import { type ExecFileException, execFile } from 'node:child_process';

export interface ProcessResult {
  /** Exit code; undefined = it could not be started, was killed, or ran into a limit (see `error`). */
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly error?: 'not-found' | 'timeout' | 'too-large' | 'killed' | 'bad-folder' | undefined;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** What the program reads; undefined = nothing. */
  readonly input?: Uint8Array | undefined;
}

/** Never rejects: what went wrong is in the result. */
export type RunProcess = (file: string, args: readonly string[], options: ProcessOptions) => Promise<ProcessResult>;

export const runProcess: RunProcess = (file, args, options) =>
  new Promise((resolve) => {
    const { cwd, env, timeoutMs, maxBytes, input } = options;
    const settings = { cwd, env: { ...env }, timeout: timeoutMs, maxBuffer: maxBytes, encoding: 'buffer' as const };
    const child = execFile(file, [...args], { ...settings, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const output = { stdout, stderr: stderr.toString('utf8') };
      if (error === null) resolve({ code: 0, ...output });
      else if (typeof error.code === 'number') resolve({ code: error.code, ...output });
      else resolve({ code: undefined, ...output, error: toReason(error) });
    });
    // A program may end before it has read everything; its exit code says what that means.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });

function toReason(error: ExecFileException): ProcessResult['error'] {
  // ENOENT is said of a missing program and of a missing working folder alike; the caller tells them apart.
  if (error.code === 'ENOENT' || error.code === 'EACCES') return 'not-found';
  if (error.code === 'ENOTDIR') return 'bad-folder';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'too-large';
  return error.killed === true ? 'timeout' : 'killed';
}
