// Runs a program with a time limit and no stdin, so that set-up never hangs.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

/**
 * The environment for tools: without the project's own `node_modules/.bin`, whose `node` they may be about to replace.
 * @param {string} root
 * @param {Record<string, string | undefined>} [more]
 */
function toolEnvironment(root, more) {
  const bin = path.join(root, 'node_modules', '.bin');
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const dirs = (process.env[name] ?? '').split(path.delimiter).filter((dir) => path.resolve(dir) !== bin);
  return { ...process.env, ...more, [name]: dirs.join(path.delimiter) };
}

/**
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {string} stdout empty unless `quiet`
 * @property {string} trouble what went wrong, in a few words
 */

/**
 * @param {string} file
 * @param {string[]} args
 * @param {{ root: string, cwd?: string, timeoutMs: number, quiet?: boolean, env?: Record<string, string | undefined> }} options
 * @returns {Outcome}
 */
export function runTool(file, args, { root, cwd = root, timeoutMs, quiet = false, env }) {
  const ended = spawnSync(file, args, {
    cwd,
    env: toolEnvironment(root, env),
    // The tool's own stdout goes to stderr, as all that set-up says.
    stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'pipe' : 2],
    encoding: 'utf8',
    timeout: timeoutMs,
    // npm is a script that Windows runs through its shell only; no argument here comes from outside.
    shell: process.platform === 'win32' && file === 'npm',
  });
  const code = /** @type {NodeJS.ErrnoException | undefined} */ (ended.error)?.code;
  if (code === 'ETIMEDOUT') return { ok: false, stdout: '', trouble: `it did not end within ${timeoutMs / 1000} s` };
  if (ended.error)
    return { ok: false, stdout: '', trouble: code === 'ENOENT' ? 'it is not installed' : ended.error.message };
  const trouble = ended.status === 0 ? '' : `exit ${ended.status ?? ended.signal}`;
  return { ok: ended.status === 0, stdout: (ended.stdout ?? '').trim(), trouble };
}
