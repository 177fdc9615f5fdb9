import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';
import type { FixtureCommit } from './history.ts';

/** A release that can be deployed: its files lie in `dir`. `commitTime` is ISO-8601 UTC. */
export type Release = { release: string; commit: string; version: string; commitTime: string; dir: string };

/** The fixture repository: `path` is a clone whose origin is a bare repository beside it. */
export type FixtureRepository = {
  path: string;
  /** Checks out `A`, `B`, a tag or a commit. Commits that were added to the clone count too. */
  checkoutRelease: (name: string) => Promise<Release>;
};

const author = 'Ada Lindqvist <ada.lindqvist@mosaic.test>';
const tags: Record<string, string> = { A: 'v1.3.0', B: 'v1.4.0' };
const hourSeconds = 3600;

/** Makes `origin.git` and its clone `repository` in `dir`, with the history's dates counted back from `now`. */
export async function createRepository(dir: string, history: FixtureCommit[], now: Date): Promise<FixtureRepository> {
  const origin = join(dir, 'origin.git');
  const path = join(dir, 'repository');
  await mkdir(dir, { recursive: true });
  await git(['init', '--quiet', '--bare', '--initial-branch=main', origin], { cwd: dir });
  await git(['fast-import', '--quiet', '--done'], { cwd: origin, input: toFastImport(history, now) });
  await git(['clone', '--quiet', origin, path], { cwd: dir });
  await git(['config', 'user.name', 'Ada Lindqvist'], { cwd: path });
  await git(['config', 'user.email', 'ada.lindqvist@mosaic.test'], { cwd: path });
  // Two `git worktree add` at once read each other's half-written folders.
  let queue: Promise<unknown> = Promise.resolve();
  return {
    path,
    checkoutRelease: (name) => {
      const release = queue.then(() => checkout(path, join(dir, 'releases'), name));
      queue = release.catch(() => undefined);
      return release;
    },
  };
}

async function checkout(repository: string, releases: string, name: string): Promise<Release> {
  const revision = `${tags[name] ?? name}^{commit}`;
  const commit = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', revision], {
    cwd: repository,
  }).catch(() => {
    throw new Error(`Failed to deploy "${name}": no such release. Use A, B, a tag or a commit of ${repository}.`);
  });
  const dir = join(releases, commit);
  const present = await access(dir).then(
    () => true,
    () => false,
  );
  // A worktree of the bare origin would not know commits that are only in the clone.
  if (!present) await git(['worktree', 'add', '--quiet', '--detach', dir, commit], { cwd: repository });
  const time = await git(['show', '--no-patch', '--format=%ct', commit], { cwd: repository });
  const version = await readVersion(dir, name);
  const pointing = (await git(['tag', '--points-at', commit], { cwd: repository })).split('\n');
  const label = Object.keys(tags).find((key) => pointing.includes(tags[key] ?? ''));
  return {
    release: label ?? commit.slice(0, 12),
    commit,
    version,
    commitTime: new Date(Number(time) * 1000).toISOString(),
    dir,
  };
}

async function readVersion(dir: string, name: string): Promise<string> {
  const text = await readFile(join(dir, 'release.json'), 'utf8').catch(() => {
    throw new Error(`Failed to deploy "${name}": it has no release.json. Deploy v1.3.0 or something after it.`);
  });
  const { version } = JSON.parse(text) as { version?: unknown };
  if (typeof version === 'string') return version;
  throw new Error(`Failed to deploy "${name}": release.json has no "version".`);
}

/** The whole history as one stream (git-fast-import(1)): a process instead of three per commit. */
function toFastImport(history: FixtureCommit[], now: Date): Buffer {
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const parts: string[] = ['feature done\n'];
  for (const commit of history) {
    const person = `${author} ${nowSeconds - commit.ageHours * hourSeconds} +0000`;
    parts.push(`commit refs/heads/main\nauthor ${person}\ncommitter ${person}\n${data(`${commit.message}\n`)}`);
    for (const [path, content] of Object.entries(commit.files)) parts.push(`M 100644 inline ${path}\n${data(content)}`);
    if (commit.tag !== undefined) {
      parts.push(`tag ${commit.tag}\nfrom refs/heads/main\ntagger ${person}\n${data(`${commit.tag}\n`)}`);
    }
  }
  return Buffer.from(`${parts.join('')}done\n`);
}

function data(content: string): string {
  return `data ${Buffer.byteLength(content)}\n${content}\n`;
}
