/**
 * What git says about the code, as typed results: a missing git, a shallow clone or a folder that is no repository is an
 * answer that a check can speak of, never an exception that makes it vanish.
 *
 * git runs by its arguments, with no configuration but the repository's own, without hooks, pager, prompts and network.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { ProcessResult, RunProcess } from '../run-process.ts';

export interface GitProblem {
  readonly kind: 'no-git' | 'not-a-repository' | 'unknown' | 'shallow' | 'timeout' | 'failed';
  /** A sentence without its full stop. */
  readonly message: string;
}

export type GitResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: GitProblem };

export interface LogEntry {
  readonly commit: string;
  /** ISO-8601 UTC, of the committer. */
  readonly time: string;
  readonly subject: string;
  /** The whole message, subject included. */
  readonly message: string;
  /** Values of the trailers that were asked for, by lower-case key. */
  readonly trailers: Readonly<Record<string, readonly string[]>>;
}

export interface Git {
  readonly repository: string;
  /** The full id of the commit that a name, tag or abbreviated id stands for. */
  resolve(ref: string): Promise<GitResult<string>>;
  /** Bytes of a file at a commit. */
  show(commit: string, file: string): Promise<GitResult<Buffer>>;
  /** Names (not paths) of the files directly in a folder at a commit. */
  listFiles(commit: string, folder: string): Promise<GitResult<readonly string[]>>;
  /** Paths of all files at a commit. */
  listTree(commit: string): Promise<GitResult<readonly string[]>>;
  /** Time, subject and message of one commit. */
  describe(commit: string): Promise<GitResult<LogEntry>>;
  /** Commits in `to` that are not in `from` (all of `to` where `from` is undefined), newest first. */
  log(from: string | undefined, to: string, trailerKeys?: readonly string[]): Promise<GitResult<readonly LogEntry[]>>;
  /** Who wrote and co-wrote those commits, as "Name <email>", each once. */
  authors(from: string | undefined, to: string): Promise<GitResult<readonly string[]>>;
  /** Paths that differ between two commits. */
  changedFiles(from: string, to: string): Promise<GitResult<readonly string[]>>;
  isAncestor(ancestor: string, descendant: string): Promise<GitResult<boolean>>;
  isShallow(): Promise<GitResult<boolean>>;
  hasRemote(name: string): Promise<GitResult<boolean>>;
  /** The address of a remote, as the repository has it. */
  remoteUrl(name: string): Promise<GitResult<string>>;
  /** Of the folder in the repository: "" or a path that ends in "/". */
  prefix(): Promise<GitResult<string>>;
  /** Without a folder of checked-out files: nothing in it can be changed. */
  isBare(): Promise<GitResult<boolean>>;
  /** Paths of the tracked files in the folder and below it, as they are seen from the folder. */
  listTracked(): Promise<GitResult<readonly string[]>>;
  /** Tracked files with changes that are not committed. */
  uncommitted(): Promise<GitResult<readonly string[]>>;
}

export interface GitOptions {
  readonly timeoutMs?: number;
  /** Where git is looked for: PATH of the process. */
  readonly path: string | undefined;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;
const ARGUMENTS = ['--no-pager', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
const UNIT = '\u001f';
const RECORD = '\u001e';

export function createGit(repository: string, run: RunProcess, options: GitOptions): Git {
  const env = {
    PATH: options.path,
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
  const folder = path.resolve(repository);

  async function git(args: readonly string[]): Promise<GitResult<Buffer> & { readonly code?: number | undefined }> {
    const trusted = ['-c', `safe.directory=${folder}`];
    const limits = { timeoutMs: options.timeoutMs ?? TIMEOUT_MS, maxBytes: MAX_BYTES };
    if (!isFolder(folder)) return failure('not-a-repository', `there is no folder ${folder}`);
    const result = await run('git', [...ARGUMENTS, ...trusted, ...args], { cwd: folder, env, ...limits });
    if (result.code === 0) return { ok: true, value: result.stdout };
    return { ok: false, problem: toProblem(result, folder, args), code: result.code };
  }

  async function text<T>(args: readonly string[], read: (output: string) => T): Promise<GitResult<T>> {
    const result = await git(args);
    return result.ok ? { ok: true, value: read(result.value.toString('utf8')) } : result;
  }

  async function isShallow(): Promise<GitResult<boolean>> {
    return text(['rev-parse', '--is-shallow-repository'], (output) => output.trim() === 'true');
  }

  /** An unknown object in a shallow clone is a matter of the clone, not of the object. */
  async function explained<T>(result: GitResult<T>): Promise<GitResult<T>> {
    if (result.ok || result.problem.kind !== 'unknown') return result;
    const shallow = await isShallow();
    if (!shallow.ok || !shallow.value) return result;
    return failure('shallow', `${result.problem.message}, and ${folder} is a shallow clone (fetch with full history)`);
  }

  async function log(from: string | undefined, to: string, keys: readonly string[], limit: readonly string[]) {
    const unusable = [from, to].find((ref) => ref !== undefined && !isUsableRef(ref));
    if (unusable !== undefined) return failure('unknown', `"${unusable}" is not a commit`);
    const trailers = keys.map((key) => `%(trailers:key=${key},valueonly,separator=%x1d)`);
    const format = `${['%H', '%ct', '%s', '%B', ...trailers].join('%x1f')}%x1e`;
    const configured = keys.flatMap((key) => ['-c', `trailer.${key.toLowerCase()}.key=${key}`]);
    const range = from === undefined ? [to] : [`${from}..${to}`];
    const args = [...configured, 'log', '--no-show-signature', `--format=tformat:${format}`, ...limit];
    return explained(await text([...args, '--end-of-options', ...range, '--'], (output) => readLog(output, keys)));
  }

  return {
    repository: folder,
    isShallow,
    resolve: async (ref) => {
      if (!isUsableRef(ref)) return failure('unknown', `"${ref}" is not the name of a commit`);
      const found = await text(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], (output) =>
        output.trim(),
      );
      if (found.ok || !isAboutObjects(found.problem)) return found;
      return explained(failure('unknown', `there is no commit "${ref}" in ${folder}`));
    },
    show: async (commit, file) => {
      if (!isUsableRef(commit)) return failure('unknown', `"${commit}" is not a commit`);
      const found = await git(['cat-file', 'blob', '--end-of-options', `${commit}:${file}`]);
      if (found.ok || !isAboutObjects(found.problem)) return found;
      return explained(failure('unknown', `there is no ${file} in commit ${commit}`));
    },
    listFiles: async (commit, folderInside) => {
      if (!isUsableRef(commit)) return failure('unknown', `"${commit}" is not a commit`);
      const tree = `${commit}:${folderInside.replace(/^\.?\/+|\/+$/g, '')}`;
      const found = await text(['ls-tree', '-z', '--name-only', '--end-of-options', tree], readNames);
      if (found.ok || !isAboutObjects(found.problem)) return found;
      return explained(failure('unknown', `there is no folder ${folderInside} in commit ${commit}`));
    },
    listTree: async (commit) => {
      if (!isUsableRef(commit)) return failure('unknown', `"${commit}" is not a commit`);
      const found = await text(
        ['ls-tree', '-r', '-z', '--name-only', '--full-tree', '--end-of-options', commit],
        readNames,
      );
      if (found.ok || !isAboutObjects(found.problem)) return found;
      return explained(failure('unknown', `there is no commit "${commit}" in ${folder}`));
    },
    describe: async (commit) => {
      const entries = await log(undefined, commit, [], ['--max-count=1']);
      if (!entries.ok) return entries;
      const [entry] = entries.value;
      return entry === undefined ? failure('unknown', `there is no commit "${commit}"`) : { ok: true, value: entry };
    },
    log: (from, to, trailerKeys = []) => log(from, to, trailerKeys, []),
    authors: async (from, to) => {
      if (![from ?? to, to].every(isUsableRef)) return failure('unknown', `"${from}..${to}" is not a range`);
      const format = '--format=tformat:%an <%ae>%x1d%(trailers:key=Co-authored-by,valueonly,separator=%x1d)%x1e';
      const range = from === undefined ? to : `${from}..${to}`;
      const args = ['log', '--no-show-signature', format, '--end-of-options', range, '--'];
      return explained(await text(args, (output) => [...new Set(output.split(/[\u001d\u001e]\n?/).filter(Boolean))]));
    },
    changedFiles: async (from, to) => {
      if (!isUsableRef(from) || !isUsableRef(to)) return failure('unknown', `"${from}..${to}" is not a range`);
      return explained(
        await text(['diff', '--name-only', '-z', '--no-ext-diff', '--end-of-options', from, to, '--'], readNames),
      );
    },
    isAncestor: async (ancestor, descendant) => {
      if (!isUsableRef(ancestor) || !isUsableRef(descendant))
        return failure('unknown', `"${ancestor}" is not a commit`);
      const result = await git(['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant]);
      if (result.ok) return { ok: true, value: true };
      return result.code === 1 ? { ok: true, value: false } : explained(result);
    },
    hasRemote: (name) => text(['remote'], (output) => output.split('\n').includes(name)),
    remoteUrl: (name) => text(['config', '--get', `remote.${name}.url`], (output) => output.trim()),
    prefix: () => text(['rev-parse', '--show-prefix'], (output) => output.replace(/\n$/, '')),
    isBare: () => text(['rev-parse', '--is-bare-repository'], (output) => output.trim() === 'true'),
    listTracked: () => text(['ls-files', '-z', '--cached', '--deduplicate'], readNames),
    uncommitted: () =>
      text(['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames'], (output) =>
        readNames(output).map((line) => line.slice(3)),
      ),
  };
}

/** git refuses much more; this keeps options, ranges and control characters from ever reaching it. */
function isUsableRef(ref: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/+@-]{0,250}$/.test(ref) && !ref.includes('..') && !ref.includes('@{');
}

/** git says in many words that it does not have what it was asked for. */
function isAboutObjects({ kind }: GitProblem): boolean {
  return kind === 'failed' || kind === 'unknown';
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readNames(output: string): readonly string[] {
  return output.split('\0').filter(Boolean);
}

function readLog(output: string, keys: readonly string[]): readonly LogEntry[] {
  return output.split(RECORD).flatMap((record) => {
    const [commit = '', seconds = '', subject = '', message = '', ...values] = record.replace(/^\n/, '').split(UNIT);
    if (commit === '') return [];
    const trailers = Object.fromEntries(
      keys.map((key, index) => [key.toLowerCase(), (values[index] ?? '').split('\u001d').filter(Boolean)]),
    );
    return [{ commit, time: new Date(Number(seconds) * 1000).toISOString(), subject, message, trailers }];
  });
}

function toProblem(result: ProcessResult, folder: string, args: readonly string[]): GitProblem {
  const reason = result.stderr.trim().replaceAll(/\s+/g, ' ').slice(0, 300);
  if (result.error === 'not-found') return { kind: 'no-git', message: 'git is not installed, or not on PATH' };
  if (result.error === 'timeout') return { kind: 'timeout', message: `git ${args[0]} took too long in ${folder}` };
  if (/not a git repository|dubious ownership|not in a git directory/i.test(reason)) {
    return { kind: 'not-a-repository', message: `${folder} is not a usable git repository (${reason})` };
  }
  if (
    /unknown revision|bad revision|bad object|not a valid (object|commit)|does not exist in|Invalid object/i.test(
      reason,
    )
  ) {
    return { kind: 'unknown', message: reason };
  }
  return { kind: 'failed', message: `git ${args[0]} failed in ${folder} (${result.error ?? reason})` };
}

function failure(kind: GitProblem['kind'], message: string): { readonly ok: false; readonly problem: GitProblem } {
  return { ok: false, problem: { kind, message } };
}
