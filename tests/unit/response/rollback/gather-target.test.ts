/** From sealed records and a real repository to the release that is gone back to. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGit } from '../../../../src/probe/code/git.ts';
import { runProcess } from '../../../../src/probe/run-process.ts';
import { runFiles } from '../../../../src/record/run-files.ts';
import { gatherTarget } from '../../../../src/response/rollback/gather-target.ts';
import { readRollbacks } from '../../../../src/response/rollback/read-rollbacks.ts';
import type { Served } from '../../../../src/response/rollback/served.ts';
import type { RunRecord } from '../../../../src/run/schema.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { brokenAt, COMMIT, OTHER_COMMIT, of, openState, runAt, type State, seal } from '../../record/sealed-state.ts';
import { plannedRow, row } from '../../verdict/sample-record.ts';

const SCHEMA = { id: 'schema.version', layer: 'schema' } as const;

/** Of a system with a schema; `said`: the version that it says. */
function withSchema(record: RunRecord, said?: string): RunRecord {
  return {
    ...record,
    layers: { ...record.layers, schema: 'declared' },
    rows: [...record.rows, row(SCHEMA.id, SCHEMA)],
    plan: { ...record.plan, rows: [...record.plan.rows, plannedRow(SCHEMA.id, SCHEMA)] },
    identity: record.identity.map((sample) => ({ ...sample, ...(said && { schemaVersion: said }) })),
  };
}

async function gather(
  state: State,
  served: Served,
  change: { repository?: string; isShared?: boolean; judge?: typeof judge } = {},
) {
  const history = await readRollbacks(state.ledger, { system: 'mosaic', environment: 'embedded' });
  const failed = history.runs.map(({ event }) => event).findLast(({ verdict }) => verdict === 'failed');
  if (failed === undefined) throw new Error('one has failed');
  const finding = await gatherTarget(
    {
      stateDir: state.stateDir,
      system: { contract: { code: { migrations: 'migrations' } } as never },
      git: createGit(change.repository ?? temporaryFolder(), runProcess, { path: process.env['PATH'] }),
      ...{ compatible: [], judge: change.judge ?? judge, isShared: change.isShared ?? false },
    },
    { run: failed, commit: failed.expected.commit ?? '' },
    served,
    history,
  );
  return finding.kind === 'found' ? finding.candidate.commit : finding.kind;
}

const NOTHING: Served = { kind: 'unknown', why: 'down' };

async function sealed(...records: RunRecord[]): Promise<State> {
  const state = await openState();
  for (const record of records) await seal(state, record);
  return state;
}

function git(cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

describe('the release that is gone back to', () => {
  it.each<[string, string | undefined, string | undefined, Served, string]>([
    ['fits the schema that both saw', '4', '4', NOTHING, COMMIT],
    ['does not fit the schema that the failed run saw', '3', '4', NOTHING, 'misfit'],
    [
      'fits what is said now, whatever the failed run saw',
      '3',
      '4',
      { kind: 'one', commit: 'b', schemaVersion: '3' },
      COMMIT,
    ],
    ['does not fit what is said now', '4', '4', { kind: 'one', commit: 'b', schemaVersion: '5' }, 'misfit'],
    ['saw no schema', undefined, '4', NOTHING, 'unknown'],
    ['meets one that nobody knows', '4', undefined, NOTHING, 'unknown'],
  ])('%s', async (_, before, after, served, expected) => {
    const failed = withSchema(brokenAt(2, of(OTHER_COMMIT)), after);
    const state = await sealed(withSchema(runAt(1), before), failed);
    expect(await gather(state, served)).toBe(expected);
  });

  it('needs none where the contract declares that there is no schema', async () => {
    expect(await gather(await sealed(runAt(1), brokenAt(2, of(OTHER_COMMIT))), NOTHING)).toBe(COMMIT);
  });

  it.each<[string, (file: string) => void]>([
    ['was changed', (file) => appendFileSync(file, ' ')],
    ['is gone', (file) => rmSync(file)],
  ])('is none whose record %s', async (_, change) => {
    const state = await sealed(runAt(1), brokenAt(2, of(OTHER_COMMIT)));
    change(path.join(state.stateDir, runFiles('run-1').record));
    expect(await gather(state, NOTHING)).toBe('none');
  });

  it('is none whose record does not give its verdict again', async () => {
    const state = await sealed(runAt(1), brokenAt(2, of(OTHER_COMMIT)));
    const doubt: typeof judge = (record) => ({ ...judge(record), complete: false });
    expect(await gather(state, NOTHING, { judge: doubt })).toBe('none');
  });

  it('is not known where its record lies on another machine, and no migrations are known', async () => {
    const state = await sealed(runAt(1), brokenAt(2, of(OTHER_COMMIT)));
    rmSync(path.join(state.stateDir, runFiles('run-1').record));
    expect(await gather(state, NOTHING, { isShared: true })).toBe('unknown');
  });

  it.each([
    ['have the same migrations', [], true],
    ['differ by a migration', ['0002_drop.sql'], false],
    ['differ by a file that is none', ['README.md'], true],
  ])('by git, where both commits %s', async (_, added, fits) => {
    const repository = temporaryFolder();
    git(repository, 'init', '--quiet');
    const commit = (names: readonly string[]): string => {
      mkdirSync(path.join(repository, 'migrations'), { recursive: true });
      for (const name of names) writeFileSync(path.join(repository, 'migrations', name), '');
      git(repository, 'add', '.');
      git(repository, 'commit', '--quiet', '--allow-empty', '-m', 'm');
      return git(repository, 'rev-parse', 'HEAD');
    };
    const [good, bad] = [commit(['0001_start.sql']), commit(added)];
    const state = await sealed(withSchema(runAt(1, of(good))), withSchema(brokenAt(2, of(bad))));
    expect(await gather(state, NOTHING, { repository })).toBe(fits ? good : 'misfit');
  });
});
