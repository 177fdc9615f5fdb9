import { spawn } from 'node:child_process';

/** Where git runs and what it reads on its standard input. */
export type GitOptions = { cwd: string; input?: string | Buffer };

/**
 * Runs git with arguments (never through a shell) and no configuration but the repository's own, so that hooks,
 * signing and aliases of the person who runs it have no say. Returns its output, trimmed.
 * Throws with git's own message when it fails.
 */
export async function git(args: string[], options: GitOptions): Promise<string> {
  const child = spawn('git', args, { cwd: options.cwd, env: isolatedEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  // git may end before it has read everything; what counts then is its exit code.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', (cause) => fail(new Error('Failed to run git. Install git and put it on PATH.', { cause })));
    child.on('close', done);
  });
  if (code === 0) return Buffer.concat(output).toString('utf8').trim();
  const reason = Buffer.concat(errors).toString('utf8').trim();
  throw new Error(`Failed to run git ${args.join(' ')} (exit ${code}): ${reason}`);
}

function isolatedEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}
