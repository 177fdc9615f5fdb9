/** Lead times from git: the fast way gives what the slow, obvious way gives; and what odd histories give. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openCommitGraph } from '../../../../src/record/dora/commit-graph-file.ts';
import { type DeliveredCommits, readDeliveredCommits } from '../../../../src/record/dora/delivered-commits.ts';
import { createStreamGit } from '../../../../src/record/dora/stream-git.ts';
import { type ImportedHistory, importHistory, type ShortCommit } from './import-history.ts';
import { deliveredSlowly } from './slow-method.ts';

const T0 = 1_767_225_600; // 2026-01-01T00:00:00Z
const HOUR = 3600;
const MISSING = 'f'.repeat(40);

let open: ImportedHistory[] = [];
afterEach(() => {
  for (const history of open) history.remove();
  open = [];
});

async function imported(commits: readonly ShortCommit[]): Promise<ImportedHistory> {
  const history = await importHistory(commits);
  open.push(history);
  return history;
}

function hours(count: number): string {
  return new Date((T0 + count * HOUR) * 1000).toISOString();
}

async function deliver(
  history: ImportedHistory,
  earlier: readonly string[],
  deployments: readonly (readonly [string, number])[],
): Promise<DeliveredCommits> {
  const git = createStreamGit(history.folder, process.env['PATH']);
  const dated = deployments.map(([commit, hour]) => ({ commit, deployedTime: hours(hour) }));
  const result = await readDeliveredCommits(git, earlier, dated);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

/** Minutes of what each deployment brought, sorted. */
function byDeployment({ minutes, places }: DeliveredCommits, count: number): number[][] {
  const lists = Array.from({ length: count }, (): number[] => []);
  for (const [index, place] of places.entries()) lists[place]?.push(minutes[index] ?? Number.NaN);
  return lists.map((list) => list.sort((a, b) => a - b));
}

/** Commits an hour apart; each with the parents given. */
function chain(parents: readonly (readonly number[])[]): ShortCommit[] {
  return parents.map((each, hour) => ({ parents: each, timeSeconds: T0 + hour * HOUR }));
}

describe('lead times from git', () => {
  it('count every commit once, for the first deployment that has it', async () => {
    // 0 ← 1 ← 2 ← 3 on main; deployed: 0 as the baseline, 2 at hour 10, 3 at hour 12
    const history = await imported(chain([[], [0], [1], [2]]));
    const [a = '', , c = '', d = ''] = history.ids;
    const delivered = await deliver(
      history,
      [a],
      [
        [c, 10],
        [d, 12],
      ],
    );
    expect(byDeployment(delivered, 2)).toEqual([[8 * 60, 9 * 60], [9 * 60]]);
  });

  it('do not count a commit again when a maintenance branch is deployed in between', async () => {
    // main 0 ← 1 ← 3 ← 5, maintenance 1 ← 2 ← 4; 6 merges both
    const history = await imported(chain([[], [0], [1], [1], [2], [3], [5, 4]]));
    const [a = '', b = '', , d = '', e = '', f = '', g = ''] = history.ids;
    const delivered = await deliver(
      history,
      [a],
      [
        [b, 10],
        [d, 20],
        [e, 30], // maintenance: brings 2 and 4, `git log 3..4` would be right by chance
        [f, 40], // main again: brings 5 only; `git log 4..5` would count 3 a second time
        [g, 50], // the merge: brings itself only
      ],
    );
    expect(byDeployment(delivered, 5).map((list) => list.length)).toEqual([1, 1, 2, 1, 1]);
    expect(delivered.minutes).toHaveLength(6);
  });

  it('count the merge commit and what it merges (merge commit), or the one commit that is left (squash merge)', async () => {
    const merged = await imported(chain([[], [0], [0], [1, 2]]));
    expect((await deliver(merged, [merged.ids[0] ?? ''], [[merged.ids[3] ?? '', 10]])).minutes).toHaveLength(3);
    const squashed = await imported(chain([[], [0], [1], [0]]));
    expect((await deliver(squashed, [squashed.ids[0] ?? ''], [[squashed.ids[3] ?? '', 10]])).minutes).toHaveLength(1);
  });

  it('count a cherry-pick and its original as two commits, each when it arrives', async () => {
    // 1 is picked to maintenance as 2 (parent 0); later main (3, parent 1) arrives
    const history = await imported(chain([[], [0], [0], [1]]));
    const [a = '', , pick = '', main = ''] = history.ids;
    const delivered = await deliver(
      history,
      [a],
      [
        [pick, 5],
        [main, 9],
      ],
    );
    expect(byDeployment(delivered, 2)).toEqual([[180], [360, 480]]);
  });

  it('bring nothing when the environment goes back', async () => {
    const history = await imported(chain([[], [0], [1]]));
    const [a = '', b = '', c = ''] = history.ids;
    const delivered = await deliver(
      history,
      [a],
      [
        [c, 5],
        [b, 6],
        [c, 7],
      ],
    );
    expect(byDeployment(delivered, 3).map((list) => list.length)).toEqual([2, 0, 0]);
  });

  it('still know a commit that a force-push left without a branch, and say which commits are gone', async () => {
    const history = await imported(chain([[], [0], [0]]));
    const [a = '', left = '', pushed = ''] = history.ids;
    const delivered = await deliver(
      history,
      [a],
      [
        [left, 4],
        [MISSING, 5],
        [pushed, 6],
      ],
    );
    expect(byDeployment(delivered, 3)).toEqual([[180], [], [240]]);
    expect(delivered.unknown).toEqual([1]);
  });

  it('count only the deployed commit itself where the whole history was rewritten', async () => {
    const history = await imported(chain([[], [0], [1], [], [3], [4]]));
    const [a = '', , c = '', , , rewritten = ''] = history.ids;
    const delivered = await deliver(
      history,
      [a],
      [
        [c, 8],
        [rewritten, 9],
      ],
    );
    expect(byDeployment(delivered, 2)).toEqual([[360, 420], [240]]);
    expect(delivered.unrelated).toEqual([1]);
  });

  it('are negative where the commit is later than its deployment', async () => {
    const history = await imported(chain([[], [0]]));
    const delivered = await deliver(history, [history.ids[0] ?? ''], [[history.ids[1] ?? '', 0]]);
    expect([...delivered.minutes]).toEqual([-60]);
  });

  it('understand abbreviated commits, and know which deployment brought one', async () => {
    const history = await imported(chain([[], [0], [1]]));
    const [a = '', b = '', c = ''] = history.ids;
    const delivered = await deliver(history, [a.slice(0, 12)], [[c.slice(0, 12), 5]]);
    expect(delivered.minutes).toHaveLength(2);
    expect([delivered.placeOf(b), delivered.placeOf(a), delivered.placeOf(MISSING), delivered.placeOf('x')]).toEqual([
      0, -1, -1, -1,
    ]);
  });

  it.each([false, true])('understand repositories with SHA-256 ids (with a commit-graph: %s)', async (isGraphed) => {
    const history = await importHistory(chain([[], [0], [0], [1, 2]]), {}, 'sha256');
    open.push(history);
    const [a = '', , , d = ''] = history.ids;
    expect(d).toHaveLength(64);
    if (isGraphed) history.run(['commit-graph', 'write', '--reachable']);
    const delivered = await deliver(history, [a], [[d, 10]]);
    expect([...delivered.minutes].sort((x, y) => x - y)).toEqual([420, 480, 540]);
    if (isGraphed) expect(openCommitGraph(path.join(history.folder, 'objects'))?.find(d)).toBeGreaterThanOrEqual(0);
  });

  it('say so where there is no repository', async () => {
    const git = createStreamGit('/proc/self/fd', process.env['PATH']);
    const result = await readDeliveredCommits(git, [], [{ commit: MISSING, deployedTime: hours(1) }]);
    expect(result).toMatchObject({ ok: false, problem: { kind: 'not-a-repository' } });
  });

  it('say so where there is no git', async () => {
    const history = await imported(chain([[]]));
    const git = createStreamGit(history.folder, '/nowhere');
    const result = await readDeliveredCommits(git, [], [{ commit: MISSING, deployedTime: hours(1) }]);
    expect(result).toMatchObject({ ok: false, problem: { kind: 'no-git' } });
  });
});

/** A history of merges and branches in which every later commit has one to three earlier parents, and deployments anywhere. */
const histories = fc.integer({ min: 2, max: 60 }).chain((size) =>
  fc.record({
    commits: fc.tuple(
      ...Array.from({ length: size }, (_, place) =>
        fc.record({
          parents: place === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(place - 1), { minLength: 1, maxLength: 3 }),
          timeSeconds: fc.integer({ min: T0 + place * 600, max: T0 + place * 600 + 300 }),
        }),
      ),
    ),
    deployed: fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 12 }),
    baseline: fc.option(fc.nat(size - 1), { nil: undefined }),
  }),
);

/** How much of the history git's own graph file knows. */
const GRAPHS: readonly [string, (history: ImportedHistory, heads: readonly string[]) => void][] = [
  ['without a commit-graph', () => undefined],
  ['with one of the newest branch only', ({ run }) => void run(['commit-graph', 'write', '--reachable'])],
  [
    'with one of all that was deployed',
    ({ run }, heads) => void run(['commit-graph', 'write', '--stdin-commits'], heads.map((id) => `${id}\n`).join('')),
  ],
  [
    'with a chain of them',
    ({ run }, heads) => {
      for (const head of heads.slice(0, 4)) {
        run(['commit-graph', 'write', '--split=no-merge', '--append', '--stdin-commits'], `${head}\n`);
      }
    },
  ],
];

describe('the fast way and the slow way', () => {
  it.each(GRAPHS)(
    'agree about every deployment of histories with merges and branches, %s',
    async (_, writeGraph) => {
      await fc.assert(
        fc.asyncProperty(histories, async ({ commits, deployed, baseline }) => {
          const history = await importHistory(commits);
          try {
            const idOf = (place: number): string => history.ids[place] ?? '';
            const earlier = baseline === undefined ? [] : [idOf(baseline)];
            const at = 1000;
            writeGraph(history, deployed.map(idOf));
            const delivered = await deliver(
              history,
              earlier,
              deployed.map((place, index) => [idOf(place), at + index]),
            );
            const slow = deliveredSlowly(history.run, earlier, deployed.map(idOf)).map((lines, index) =>
              lines.map((line) => (T0 + (at + index) * HOUR - Number(line.split(' ')[0])) / 60).sort((a, b) => a - b),
            );
            expect(byDeployment(delivered, deployed.length)).toEqual(slow);
          } finally {
            history.remove();
          }
        }),
        { numRuns: 20, seed: 20_261_121 },
      );
    },
    600_000,
  );
});

describe("git's graph file", () => {
  const THREE = chain([[], [0], [1]]);

  it('that is damaged is left aside, and git asked', async () => {
    const history = await imported(THREE);
    const [a = '', , c = ''] = history.ids;
    history.run(['commit-graph', 'write', '--reachable']);
    const file = path.join(history.folder, 'objects/info/commit-graph');
    for (const bytes of [Buffer.from('CGPH'), Buffer.from('no graph at all'), readFileSync(file).subarray(0, 1200)]) {
      chmodSync(file, 0o644);
      writeFileSync(file, bytes);
      expect(openCommitGraph(path.join(history.folder, 'objects'))).toBeUndefined();
      rmSync(file); // git itself is not to stumble over it
      expect((await deliver(history, [a], [[c, 5]])).minutes).toHaveLength(2);
      writeFileSync(file, bytes);
    }
  });

  it('whose commits point nowhere is left aside, and git asked', async () => {
    const history = await imported(THREE);
    const [a = '', , c = ''] = history.ids;
    history.run(['commit-graph', 'write', '--reachable']);
    const file = path.join(history.folder, 'objects/info/commit-graph');
    const bytes = readFileSync(file);
    const place = openCommitGraph(path.join(history.folder, 'objects'))?.find(c) ?? -1;
    const chunks = Array.from({ length: bytes[6] ?? 0 }, (_, chunk) => 8 + chunk * 12);
    const data = chunks.find((at) => bytes.toString('latin1', at, at + 4) === 'CDAT') ?? 0;
    const parentAt = Number(bytes.readBigUInt64BE(data + 4)) + place * 36 + 20;
    bytes.writeUInt32BE(77, parentAt);
    chmodSync(file, 0o644);
    writeFileSync(file, bytes);
    // git believes its graph, so it is told not to
    history.run(['config', 'core.commitGraph', 'false']);
    expect((await deliver(history, [a], [[c, 5]])).minutes).toHaveLength(2);
  });

  it('knows merges of many parents', async () => {
    const history = await imported(chain([[], [0], [0], [0], [0], [1, 2, 3, 4]]));
    history.run(['commit-graph', 'write', '--reachable']);
    const graph = openCommitGraph(path.join(history.folder, 'objects'));
    const numbers = history.ids.map((id) => graph?.find(id) ?? -1);
    const merge = numbers[5] ?? -1;
    expect(graph?.parentCount(merge)).toBe(4);
    expect([0, 1, 2, 3].map((index) => graph?.parentOf(merge, index))).toEqual(numbers.slice(1, 5));
    expect(graph?.timeOf(merge)).toBe(T0 + 5 * HOUR);
    expect(graph?.find(MISSING)).toBe(-1);
  });

  it('is not asked in a shallow clone', async () => {
    const history = await imported(THREE);
    const [a = '', , c = ''] = history.ids;
    history.run(['commit-graph', 'write', '--reachable']);
    writeFileSync(path.join(history.folder, 'shallow'), `${c}\n`);
    // only c is there, as far as git knows; its history ends with it
    const delivered = await deliver(history, [a], [[c, 5]]);
    expect(delivered.minutes).toHaveLength(1);
  });
});
