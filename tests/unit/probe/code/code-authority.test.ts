import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planCodeAuthority, probeCodeAuthority } from '../../../../src/probe/code/code-authority.ts';
import type { Git } from '../../../../src/probe/code/git.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { createRepository, gitIn, type TestRepository } from '../repository.ts';
import { type SmallSystem, smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

let repository: TestRepository;
let pushed = '';
beforeEach(() => {
  repository = createRepository();
  pushed = repository.commit('feat: shop', { 'shop.ts': 'one' });
  repository.push();
});
afterEach(() => repository.remove());

async function rowsFor(
  commit: string,
  git: Git = repository.git,
  parts: SmallSystem = {},
): Promise<Record<string, Row>> {
  const system = smallSystem(parts);
  const planned = planCodeAuthority(system, commit);
  const rows = await probeCodeAuthority({
    system,
    plan: { expected: { commit }, rows: planned },
    git,
    clock: testClock(),
  });
  expect(rows.map(({ id }) => id)).toEqual(planned.map(({ id }) => id));
  return Object.fromEntries(rows.map((row) => [row.id.replace('code-authority.', ''), row]));
}

function statuses(rows: Record<string, Row>): Record<string, string> {
  return Object.fromEntries(Object.entries(rows).map(([id, { status }]) => [id, status]));
}

const PASSED = { 'commit-known': 'passed', pushed: 'passed', 'tree-clean': 'passed' };

describe('code authority', () => {
  it('passes for a pushed commit in a clean checkout, abbreviated or not', async () => {
    expect(statuses(await rowsFor(pushed))).toEqual(PASSED);
    expect(statuses(await rowsFor(pushed.slice(0, 8)))).toEqual(PASSED);
  });

  it('passes for an older commit of the branch', async () => {
    repository.commit('feat: more');
    repository.push();
    expect(statuses(await rowsFor(pushed))).toEqual(PASSED);
  });

  it('fails for a commit that was not pushed', async () => {
    const local = repository.commit('feat: local');
    const rows = await rowsFor(local);
    expect(statuses(rows)).toEqual({ ...PASSED, pushed: 'failed' });
    expect(rows['pushed']?.message).toMatch(/is not on origin\/main/);
  });

  it('fails for a commit of another branch', async () => {
    repository.run('checkout', '--quiet', '-b', 'side');
    const side = repository.commit('feat: side');
    repository.run('push', '--quiet', 'origin', 'side');
    expect(statuses(await rowsFor(side))['pushed']).toBe('failed');
    expect(statuses(await rowsFor(side, repository.git, { code: { branch: 'side' } }))['pushed']).toBe('passed');
  });

  it('fails for a commit that the repository does not know', async () => {
    const rows = await rowsFor('deadbeefdeadbeef');
    expect(statuses(rows)).toEqual({ ...PASSED, 'commit-known': 'failed', pushed: 'failed' });
    expect(rows['commit-known']?.message).toMatch(/has no commit deadbeef/);
  });

  it('fails without the declared remote', async () => {
    repository.run('remote', 'remove', 'origin');
    expect((await rowsFor(pushed))['pushed']).toMatchObject({ status: 'failed', actual: 'none of that name' });
  });

  it('is inconclusive where the branch of the remote was never fetched', async () => {
    expect((await rowsFor(pushed, repository.git, { code: { branch: 'release' } }))['pushed']).toMatchObject({
      status: 'inconclusive',
      reason: 'blind',
    });
  });
});

describe('the tree', () => {
  it('fails with changes on top of the expected commit', async () => {
    repository.write('shop.ts', 'two');
    const rows = await rowsFor(pushed);
    expect(statuses(rows)).toEqual({ ...PASSED, 'tree-clean': 'failed' });
    expect(rows['tree-clean']?.message).toContain('shop.ts');
  });

  it('warns of changes on top of another commit', async () => {
    repository.commit('feat: more');
    repository.push();
    repository.write('shop.ts', 'two');
    expect(statuses(await rowsFor(pushed))['tree-clean']).toBe('warned');
  });

  it('does not mind files that nobody tracks', async () => {
    repository.write('report.html', 'report');
    expect(statuses(await rowsFor(pushed))['tree-clean']).toBe('passed');
  });
});

describe('git that cannot say', () => {
  const BLIND = { 'commit-known': 'inconclusive', pushed: 'inconclusive', 'tree-clean': 'inconclusive' };

  it('is missing', async () => {
    const rows = await rowsFor(pushed, gitIn(repository.folder, '/nonexistent'));
    expect(statuses(rows)).toEqual(BLIND);
    expect(rows['commit-known']?.message).toMatch(/git is not installed/);
  });

  it('has no repository', async () => {
    expect(statuses(await rowsFor(pushed, gitIn(repository.root)))).toEqual(BLIND);
  });

  it('has a shallow clone', async () => {
    repository.commit('feat: more');
    repository.push();
    const clone = path.join(repository.root, 'shallow');
    const origin = `file://${path.join(repository.root, 'origin.git')}`;
    execFileSync('git', ['clone', '--quiet', '--depth=1', origin, clone], { stdio: 'ignore' });
    const rows = await rowsFor(pushed, gitIn(clone));
    expect(statuses(rows)).toEqual({ ...BLIND, 'tree-clean': 'passed' });
    expect(rows['commit-known']).toMatchObject({ reason: 'blind', actual: 'shallow' });
  });
});

it('plans nothing where the build is known by its version only', () => {
  expect(planCodeAuthority(smallSystem(), undefined)).toEqual([]);
});
