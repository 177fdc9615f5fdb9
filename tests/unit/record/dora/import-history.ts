/** Whole histories at once: commits as data, through `git fast-import`. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface ShortCommit {
  /** places of earlier commits in the list */
  readonly parents: readonly number[];
  readonly timeSeconds: number;
  readonly message?: string;
}

export interface ImportedHistory {
  readonly folder: string;
  /** ids in the order of the commits */
  readonly ids: readonly string[];
  run(args: readonly string[], input?: string): string;
  remove(): void;
}

const ENV = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };

/** `tags`: name → place of its commit. A bare repository; nothing else refers to the commits. */
export async function importHistory(
  commits: Iterable<ShortCommit>,
  tags: Readonly<Record<string, number>> = {},
  objectFormat: 'sha1' | 'sha256' = 'sha1',
): Promise<ImportedHistory> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-history-'));
  const run = (args: readonly string[], input = ''): string =>
    execFileSync('git', ['-C', folder, ...args], { env: ENV, encoding: 'utf8', input, maxBuffer: 1 << 28 });
  run(['init', '--quiet', '--bare', `--object-format=${objectFormat}`]);
  const marks = path.join(folder, 'marks');
  const child = spawn('git', ['-C', folder, 'fast-import', '--quiet', `--export-marks=${marks}`], {
    env: ENV,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(child, 'close');
  let count = 0;
  for (const commit of commits) {
    count += 1;
    if (!child.stdin.write(toCommand(commit, count))) await once(child.stdin, 'drain');
  }
  for (const [name, place] of Object.entries(tags)) {
    child.stdin.write(`reset refs/tags/${name}\nfrom :${place + 1}\n\n`);
  }
  child.stdin.end('done\n');
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  const ids: string[] = Array.from({ length: count }, () => '');
  for (const line of readFileSync(marks, 'utf8').trim().split('\n')) {
    const [mark = '', id = ''] = line.split(' ');
    ids[Number(mark.slice(1)) - 1] = id;
  }
  return { folder, ids, run, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function toCommand({ parents: [first, ...others], timeSeconds, message }: ShortCommit, mark: number): string {
  const text = message ?? `change ${mark}`;
  return [
    // a commit without parents would follow the last one of its branch
    first === undefined ? 'reset refs/heads/all\n' : '',
    `commit refs/heads/all\nmark :${mark}\n`,
    `committer Ada <ada@shop.test> ${timeSeconds} +0000\n`,
    `data ${Buffer.byteLength(text)}\n${text}\n`,
    first === undefined ? '' : `from :${first + 1}\n`,
    ...others.map((other) => `merge :${other + 1}\n`),
    '\n',
  ].join('');
}
