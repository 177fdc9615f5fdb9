/**
 * git as a stream: what it prints is read while it prints it, so that a long history never lies in memory as text.
 * Runs by its arguments, never through a shell, with no configuration but the repository's own (as `probe/code/git.ts`).
 */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import type { GitProblem, GitResult } from '../../probe/code/git.ts';

export interface StreamOptions {
  /** what git reads; one revision a line */
  readonly stdin?: string;
  /** a part of the output, cut anywhere; the buffer is git's to use again afterwards */
  readonly onChunk: (chunk: Buffer) => void;
}

/** Never rejects for what git says; a fault of `onChunk` goes through. */
export type StreamGit = (args: readonly string[], options: StreamOptions) => Promise<GitResult<undefined>>;

const ARGUMENTS = ['--no-pager', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
const TIMEOUT_MS = 120_000;
const MAX_STDERR_CHARS = 2_000;

/** `searchPath`: where git is looked for, PATH of the process. */
export function createStreamGit(repository: string, searchPath: string | undefined, timeoutMs = TIMEOUT_MS): StreamGit {
  const folder = path.resolve(repository);
  const env = {
    ...{ PATH: searchPath, LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    ...{ GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1' },
  };
  const trusted = [...ARGUMENTS, '-c', `safe.directory=${folder}`];
  return (args, options) => {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      return Promise.resolve(failure('not-a-repository', `there is no folder ${folder}`));
    }
    return stream([...trusted, ...args], { ...options, cwd: folder, env, timeoutMs, name: `git ${args[0]}` });
  };
}

interface StreamProcess extends StreamOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly name: string;
}

function stream(args: readonly string[], options: StreamProcess): Promise<GitResult<undefined>> {
  const { cwd, env, timeoutMs, name } = options;
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        options.onChunk(chunk);
      } catch (error) {
        child.kill('SIGKILL');
        reject(error);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < MAX_STDERR_CHARS) stderr += chunk.toString('utf8');
    });
    // git may end before it has read everything; why, its exit code says.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
    child.on('error', (error) => {
      clearTimeout(timer);
      const missing = 'code' in error && error.code === 'ENOENT';
      resolve(missing ? failure('no-git', 'git is not installed, or not on PATH') : failure('failed', String(error)));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve({ ok: true, value: undefined });
      else if (isLate) resolve(failure('timeout', `${name} took too long in ${cwd}`));
      else resolve(toFailure(stderr, name, cwd));
    });
  });
}

function toFailure(stderr: string, name: string, folder: string): { readonly ok: false; readonly problem: GitProblem } {
  const reason = stderr.trim().replaceAll(/\s+/g, ' ').slice(0, 300);
  if (/not a git repository|dubious ownership|not in a git directory/i.test(reason)) {
    return failure('not-a-repository', `${folder} is not a usable git repository (${reason})`);
  }
  return failure('failed', `${name} failed in ${folder} (${reason})`);
}

function failure(kind: GitProblem['kind'], message: string): { readonly ok: false; readonly problem: GitProblem } {
  return { ok: false, problem: { kind, message } };
}
