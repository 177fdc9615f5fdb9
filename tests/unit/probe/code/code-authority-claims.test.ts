import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planCodeAuthority, probeCodeAuthority } from '../../../../src/probe/code/code-authority.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { createRepository, gitIn, type TestRepository } from '../repository.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

let repository: TestRepository;
let commit = '';
beforeEach(() => {
  repository = createRepository();
  commit = repository.commit('feat: shop', { 'shop.ts': 'one' });
  repository.push();
});
afterEach(() => repository.remove());

interface Look {
  readonly commit?: string;
  readonly code?: Record<string, unknown>;
  readonly proven?: readonly string[] | undefined;
  readonly path?: string;
  readonly folder?: string;
}

async function row(what: string, look: Look = {}): Promise<Row | undefined> {
  const system = smallSystem({ code: look.code ?? {}, repository: repository.folder });
  const expected = { commit: look.commit ?? commit };
  const rows = planCodeAuthority(system, expected.commit);
  const git = gitIn(look.folder ?? repository.folder, look.path ?? process.env['PATH']);
  const provenCommits = async () => look.proven;
  const made = await probeCodeAuthority({ system, plan: { expected, rows }, git, clock: testClock(), provenCommits });
  return made.find(({ id }) => id === `code-authority.${what}`);
}

describe('the address of the remote', () => {
  it.each([
    ['git@forge.net:team/shop.git', 'https://forge.net/team/shop', 'passed'],
    [`https${'://'}bot:t0ken@forge.net/team/shop.git`, 'https://forge.net/Team/shop/', 'passed'],
    ['ssh://git@forge.net:22/team/shop', 'git@forge.net:team/shop.git', 'passed'],
    ['https://forge.net/fork/shop', 'https://forge.net/team/shop', 'failed'],
    ['https://evil.net/team/shop', 'https://forge.net/team/shop', 'failed'],
  ])('%s, where %s is declared, is %s', async (actual, remoteUrl, status) => {
    repository.run('remote', 'set-url', 'origin', actual);
    const found = await row('remote', { code: { remoteUrl } });
    expect(found?.status).toBe(status);
    expect(JSON.stringify(found)).not.toContain('t0ken');
  });

  it('that is not there is failed, and nothing is asked where none is declared', async () => {
    const code = { remoteUrl: 'https://forge.net/team/shop', remote: 'upstream' };
    expect((await row('remote', { code }))?.status).toBe('failed');
    expect(await row('remote')).toBeUndefined();
  });

  it('cannot be judged without git', async () => {
    const found = await row('remote', { code: { remoteUrl: 'https://forge.net/a/b' }, path: '/nonexistent' });
    expect(found).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });
});

describe('a commit that was taken back', () => {
  const push = (message: string): string => {
    const made = repository.commit(message);
    repository.push();
    return made;
  };

  it('is warned, with what took it back', async () => {
    push(`Revert "feat: shop"\n\nThis reverts commit ${commit}.`);
    expect(await row('pushed')).toMatchObject({
      status: 'warned',
      message: expect.stringMatching(/was reverted on origin\/main by/),
    });
  });

  it('and brought back again passes', async () => {
    const revert = push(`Revert "feat: shop"\n\nThis reverts commit ${commit}.`);
    push(`Reapply "feat: shop"\n\nThis reverts commit ${revert}.`);
    expect((await row('pushed'))?.status).toBe('passed');
  });

  it('by another history of the branch is failed', async () => {
    repository.run('checkout', '--quiet', '--orphan', 'other');
    repository.commit('feat: rewritten');
    repository.run('push', '--quiet', '--force', 'origin', 'other:main');
    repository.run('fetch', '--quiet', 'origin');
    expect((await row('pushed'))?.status).toBe('failed');
  });
});

describe('the tree of a declared repository', () => {
  it('fails for the expected commit with changes', async () => {
    repository.write('shop.ts', 'two');
    expect((await row('tree-clean'))?.status).toBe('failed');
  });

  it('passes where there is no tree at all', async () => {
    const bare = await row('tree-clean', { folder: `${repository.root}/origin.git` });
    expect(bare).toMatchObject({ status: 'passed', evidence: { bare: true } });
  });
});

describe('a state file', () => {
  const stateFile = {
    path: 'state.json',
    commit: '/commit',
    claims: { '/status': ['complete', 'validated'], '/progress': [100] },
  };
  const look = (state: unknown, proven: readonly string[] | undefined) => {
    repository.write('state.json', typeof state === 'string' ? state : JSON.stringify(state));
    return row('state-file', { code: { stateFile }, proven });
  };

  it.each<[string, () => unknown, () => readonly string[] | undefined, string]>([
    ['claims nothing', () => ({ status: 'in progress', progress: 80 }), () => [], 'passed'],
    ['claims what was proven', () => ({ status: 'Complete', commit }), () => [commit], 'passed'],
    [
      'claims what was proven, abbreviated',
      () => ({ progress: 100, commit: commit.slice(0, 8) }),
      () => [commit],
      'passed',
    ],
    ['claims what was not proven', () => ({ status: 'complete', commit }), () => [], 'failed'],
    ['claims 100 % of another commit', () => ({ progress: 100, commit: 'abcdef0123' }), () => [commit], 'failed'],
    ['claims without a commit', () => ({ status: 'validated' }), () => [commit], 'failed'],
    ['claims where there is no history', () => ({ status: 'validated', commit }), () => undefined, 'inconclusive'],
    ['is no JSON', () => '{"status": ', () => [commit], 'failed'],
  ])('that %s', async (_, state, proven, status) => {
    expect((await look(state(), proven()))?.status).toBe(status);
  });

  it('that is not there is failed; the one of the commit counts where the folder has none', async () => {
    expect((await row('state-file', { code: { stateFile } }))?.status).toBe('failed');
    const later = repository.commit('docs: state', { 'state.json': JSON.stringify({ status: 'complete', commit }) });
    repository.run('rm', '--quiet', '--cached', 'state.json');
    const found = await row('state-file', {
      code: { stateFile },
      commit: later,
      proven: [commit],
      folder: repository.folder,
    });
    expect(found?.status).toBe('passed');
  });
});
