/** What the other commands leave in the state folder is what `gate10 scorecard` reads: in a repository, about its commit. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Scorecard } from '../../src/record/scorecard/scorecard-schema.ts';
import { sealRun } from '../../src/record/seal.ts';
import { judge } from '../../src/verdict/judge.ts';
import { healthyRecord } from '../unit/verdict/sample-record.ts';
import { corpora, junit, passing, type ResultFolder, resultFolder } from './result-files.ts';

const git = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: dir, encoding: 'utf8' }).trim();

/** A repository whose commit a run has proven a minute ago. */
async function provenRepository(): Promise<ResultFolder> {
  const folder = resultFolder();
  folder.write('.gitignore', '.gate10/\nreports/\n');
  folder.write(
    'contracts/policy.yaml',
    `schema: gate10/policy/v1
tests:
  coverage: { overall: 60, perPackage: 60, measures: [lines, branches, functions] }
  flake: { runs: 1 }
scorecard: { required: [coverage, pyramid, secrets, flake] }
`,
  );
  git(folder.dir, 'init', '-q', '-b', 'main');
  git(folder.dir, 'add', '.');
  git(folder.dir, 'commit', '-q', '-m', 'feat: begin');
  const commit = git(folder.dir, 'rev-parse', 'HEAD');
  const stateDir = path.join(folder.dir, '.gate10');
  const now = (): Date => new Date();
  const at = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
  const run = { startedAt: at(70), settledAt: at(69), endedAt: at(60), expected: { commit } };
  const record = healthyRecord({ ...run, identity: [{ at: at(65), via: 'app', commit }] });
  const ledger = await openLedger({ stateDir, now });
  const plan = { ...record.plan, expected: { commit } };
  await sealRun({ stateDir, ledger, record: { ...record, plan }, verdict: judge({ ...record, plan }), now });
  await ledger.close();
  return folder;
}

/** Coverage, pyramid, secrets and flakes, as a pipeline asks for them. */
function lookAtAll(folder: ResultFolder): void {
  folder.write('reports/unit/junit.xml', junit('unit', passing(8)));
  folder.gate10('coverage', path.join(corpora, 'coverage/vitest.lcov'));
  folder.gate10('pyramid', 'reports/unit/junit.xml');
  folder.gate10('secrets');
  folder.gate10('flake', '--record', 'reports/unit/junit.xml', '--run', 'r1');
  folder.gate10('flake');
}

function scorecard(folder: ResultFolder): Scorecard {
  return JSON.parse(folder.gate10('scorecard', '--json').said);
}

test('each block is what its command said of this commit, and another commit makes all of them stale', async () => {
  const folder = await provenRepository();
  expect(Object.values(scorecard(folder).blocks).map(({ status }) => status)).toEqual([
    'passed',
    ...Array(7).fill('unknown'),
  ]);
  lookAtAll(folder);
  const { blocks, suites, overall_because: because } = scorecard(folder);
  for (const name of ['coverage', 'pyramid', 'flake'] as const) {
    expect([name, blocks[name].status, blocks[name].why]).toEqual([
      name,
      folder.record(`${name}.json`)['status'],
      undefined,
    ]);
  }
  expect(blocks.secrets).toMatchObject({ status: 'passed', because: [] });
  expect(suites.map(({ name }) => name)).toEqual(expect.arrayContaining(['production', 'secrets', 'unit']));
  const open = Object.entries(blocks).filter(([, { required, status }]) => required && status !== 'passed');
  expect(because).toHaveLength(open.length);
  expect(folder.gate10('scorecard').code).toBe(
    open.some(([, { status }]) => status === 'failed') ? 1 : open.length > 0 ? 3 : 0,
  );

  folder.write('more.txt', 'x');
  git(folder.dir, 'add', '.');
  git(folder.dir, 'commit', '-q', '-m', 'feat: more');
  lookAtAll(folder);
  const after = scorecard(folder).blocks;
  for (const name of ['coverage', 'pyramid', 'secrets'] as const) {
    expect(after[name]).toMatchObject({ status: 'stale', why: expect.stringContaining('it is about commit') });
  }
  expect(folder.gate10('scorecard').code).toBe(3);
});
