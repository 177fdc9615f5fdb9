/**
 * Exact lead times over a long history: every commit once, for the first deployment that has it, against what git alone
 * takes to print the history. `GATE10_BENCH_REPOSITORY` = a clone of a public history whose dated tags are the deployments;
 * without it, a history is made.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DatedCommit } from '../src/record/dora/delivered-commits.ts';
import { importHistory, type ShortCommit } from '../tests/unit/record/dora/import-history.ts';
import { type Bar, pairedRatio, root, run } from './measure.ts';

const ROUNDS = 7;
const COMMITS = Number(process.env['GATE10_BENCH_COMMITS'] || 50_000);
const SAMPLE = 25;
const MAX_LOG_RATIO = 2;
const MAX_REV_LIST_RATIO = 1.5;
const MAX_MB = 300;

interface Found {
  readonly tookMs: number;
  readonly memoryMb: number;
  readonly commits: number;
  readonly p50Minutes: number;
  readonly counts: readonly number[];
  readonly sums: readonly number[];
}

export async function benchLeadTimes(): Promise<Bar[]> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-lead-times-'));
  const given = process.env['GATE10_BENCH_REPOSITORY'];
  const made = given ? undefined : await makeHistory();
  try {
    // A clone that shares the objects: a commit-graph is written beside it, and not into what was given.
    const clone = path.join(dir, 'clone');
    execFileSync('git', ['clone', '--quiet', '--bare', '--shared', given ?? made?.folder ?? '', clone]);
    const deployments = await listTags(clone);
    const file = path.join(dir, 'deployments.json');
    await writeFile(file, JSON.stringify(deployments));
    return await measure(clone, file, deployments);
  } finally {
    made?.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measure(clone: string, file: string, deployments: readonly DatedCommit[]): Promise<Bar[]> {
  const revisions = deployments.map(({ commit }) => `${commit}\n`).join('');
  const results: Found[] = [];
  const ours = async (): Promise<number> => {
    const { output } = await run({
      argv: [process.execPath, path.join(root, 'bench/lead-times-program.ts'), clone, file],
    });
    const found = JSON.parse(output) as Found;
    results.push(found);
    return found.tookMs;
  };
  const log = (): Promise<number> => timeGit(clone, ['log', '--format=%H %ct %P', '--stdin'], revisions);
  const plain = await pairedRatio(ours, log, ROUNDS);
  execFileSync('git', ['-C', clone, 'commit-graph', 'write', '--reachable'], { stdio: 'ignore' });
  const revList = (): Promise<number> => timeGit(clone, ['rev-list', '--parents', '--timestamp', '--stdin'], revisions);
  const graphed = await pairedRatio(ours, revList, ROUNDS);
  const [first] = results;
  if (!first) throw new Error('nothing was measured');
  const memoryMb = Math.max(...results.map((each) => each.memoryMb));
  const wrong = compareWithSlow(clone, deployments, first);
  const size = `${first.commits} commits, ${deployments.length} deployments`;
  const isLarge = first.commits >= 50_000 && deployments.length >= 500;
  return [
    {
      what: `exact lead times of ${size}, against bare git log`,
      measured: `${plain.ratio.toFixed(2)} (${plain.aMs.toFixed(0)} ms / ${plain.bMs.toFixed(0)} ms)`,
      bar: `≤ ${MAX_LOG_RATIO}, ≥ 50,000 and ≥ 500`,
      holds: plain.ratio <= MAX_LOG_RATIO && isLarge,
    },
    {
      what: 'the same where there is a commit-graph, against bare git rev-list',
      measured: `${graphed.ratio.toFixed(2)} (${graphed.aMs.toFixed(0)} ms / ${graphed.bMs.toFixed(0)} ms)`,
      bar: `≤ ${MAX_REV_LIST_RATIO}`,
      holds: graphed.ratio <= MAX_REV_LIST_RATIO,
    },
    {
      what: 'the most memory that it took',
      measured: `${memoryMb.toFixed(0)} MB`,
      bar: `< ${MAX_MB} MB`,
      holds: memoryMb < MAX_MB,
    },
    {
      what: `deployments (of a sample) of which the slow exact method says something else; P50 ${(first.p50Minutes / 60).toFixed(1)} h`,
      measured: `${wrong} of ${Math.min(SAMPLE, deployments.length)}`,
      bar: '0',
      holds: wrong === 0,
    },
  ];
}

/** Wall time of git alone, what it prints thrown away. */
async function timeGit(folder: string, args: readonly string[], stdin: string): Promise<number> {
  const startedMs = performance.now();
  const child = spawn('git', ['-C', folder, ...args], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin?.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}`);
  return performance.now() - startedMs;
}

/** Tags of commits, by their dates. */
async function listTags(folder: string): Promise<DatedCommit[]> {
  const format = '%(creatordate:unix) %(objecttype) %(objectname) %(*objecttype) %(*objectname)';
  const output = execFileSync(
    'git',
    ['-C', folder, 'for-each-ref', '--sort=creatordate', `--format=${format}`, 'refs/tags'],
    {
      encoding: 'utf8',
    },
  );
  return output.split('\n').flatMap((line) => {
    const [seconds = '', type, id = '', peeledType, peeled = ''] = line.split(' ');
    if (seconds === '' || (type !== 'commit' && peeledType !== 'commit')) return [];
    const commit = type === 'commit' ? id : peeled;
    return [{ commit, deployedTime: new Date(Number(seconds) * 1000).toISOString() }];
  });
}

/** How many deployments of an evenly spread sample differ in number or sum of lead times. */
function compareWithSlow(folder: string, deployments: readonly DatedCommit[], found: Found): number {
  const step = Math.max(1, Math.floor(deployments.length / SAMPLE));
  const places = deployments.map((_, place) => place).filter((place) => place % step === 0);
  return places.slice(0, SAMPLE).filter((place) => {
    const deployment = deployments[place];
    if (!deployment) return true;
    const before = deployments.slice(0, place).map(({ commit }) => `^${commit}\n`);
    const output = execFileSync('git', ['-C', folder, 'rev-list', '--timestamp', '--stdin'], {
      encoding: 'utf8',
      input: `${deployment.commit}\n${before.join('')}`,
      maxBuffer: 1 << 28,
    });
    const seconds = output.split('\n').flatMap((line) => (line === '' ? [] : [Number(line.split(' ')[0])]));
    const deployedSeconds = Date.parse(deployment.deployedTime) / 1000;
    const sum = seconds.reduce((total, each) => total + (deployedSeconds - each) / 60, 0);
    return (
      seconds.length !== found.counts[place] || Math.abs(sum - (found.sums[place] ?? 0)) > 1e-3 * seconds.length + 1e-6
    );
  }).length;
}

/** A trunk with a release every 80 commits; every fifth gets a maintenance branch with a release, merged back later. */
async function makeHistory() {
  const commits: ShortCommit[] = [];
  const tags: Record<string, number> = {};
  const [t0, step] = [1_600_000_000, 600];
  let trunk: number | undefined;
  let maintained: number | undefined;
  const add = (parents: readonly number[]): number =>
    commits.push({ parents, timeSeconds: t0 + commits.length * step }) - 1;
  for (let release = 0; commits.length < COMMITS; release += 1) {
    for (let count = 0; count < 80; count += 1) trunk = add(trunk === undefined ? [] : [trunk]);
    tags[`v${release}.0`] = trunk ?? 0;
    if (release % 5 === 1) maintained = trunk;
    if (maintained === undefined) continue;
    for (let count = 0; count < 4; count += 1) maintained = add([maintained]);
    tags[`v${release}.1`] = maintained;
    if (release % 5 === 4 && trunk !== undefined) {
      trunk = add([trunk, maintained]);
      maintained = undefined;
    }
  }
  return importHistory(commits, tags);
}
