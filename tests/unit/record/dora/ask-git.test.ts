/** What git says of deployments: lead times of a period, reverts, hotfixes, and what it cannot say. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../../../src/ledger/schema.ts';
import { askGit, type GitAnswer } from '../../../../src/record/dora/ask-git.ts';
import { deriveDelivery } from '../../../../src/record/dora/derive-delivery.ts';
import { loadDoraRules } from '../../../../src/record/dora/rules.ts';
import { createStreamGit, type StreamGit } from '../../../../src/record/dora/stream-git.ts';
import { history as toRows } from '../sample-history.ts';
import { type ImportedHistory, importHistory } from './import-history.ts';

const JANUARY = { start: '2026-01-01T00:00:00.000Z', end: '2026-02-01T00:00:00.000Z', days: 31 };

let open: ImportedHistory[] = [];
afterEach(() => {
  for (const each of open) each.remove();
  open = [];
});

/** One commit after another, `minutes` before the deployments' days; messages as given. */
async function repository(
  messages: readonly (string | ((ids: readonly string[]) => string))[],
): Promise<ImportedHistory> {
  const texts: string[] = [];
  let last: ImportedHistory | undefined;
  for (const message of messages) {
    texts.push(typeof message === 'string' ? message : message(last?.ids ?? []));
    last?.remove();
    last = await importHistory(
      texts.map((text, place) => ({
        parents: place === 0 ? [] : [place - 1],
        timeSeconds: Date.parse(`2026-01-${String(place + 1).padStart(2, '0')}T09:00:00Z`) / 1000,
        message: text,
      })),
    );
  }
  if (!last) throw new Error('a repository needs a commit');
  open.push(last);
  return last;
}

/** The commit of each day is deployed on that day at 10:00 and proven. */
function daily(ids: readonly string[], over: Readonly<Record<number, object>> = {}): LedgerRow[] {
  return toRows(
    ids.map((commit, place) => ({
      commit,
      verdict: 'passed' as const,
      deployed: `${place + 1} 10:00`,
      end: `${place + 1} 10:05`,
      ...over[place],
    })),
  );
}

async function ask(repo: ImportedHistory, rows: readonly LedgerRow[], period = JANUARY): Promise<GitAnswer> {
  const git = createStreamGit(repo.folder, process.env['PATH']);
  return askGit(git, deriveDelivery(rows).deployments, period, loadDoraRules());
}

async function failuresOf(repo: ImportedHistory, rows: readonly LedgerRow[]): Promise<string[][]> {
  const { findings } = await ask(repo, rows);
  return deriveDelivery(rows, findings).deployments.map(({ failures }) =>
    failures.map(({ how, what }) => `${how}: ${what}`),
  );
}

describe('git, asked about deployments', () => {
  it('gives a lead time for every commit; of the first deployment only its own counts', async () => {
    const repo = await repository(['a', 'b', 'c', 'd']);
    const [a = '', , , d = ''] = repo.ids;
    const rows = toRows([
      { commit: a, verdict: 'passed', committed: '1 09:00', deployed: '1 10:00', end: '1 10:05' },
      { commit: d, verdict: 'passed', committed: '4 09:00', deployed: '4 10:00', end: '4 10:05' },
    ]);
    const { changes } = await ask(repo, rows);
    expect([...(changes?.minutes ?? [])].sort((x, y) => x - y)).toEqual([60, 60, 1500, 2940]);
    expect(changes?.notes).toEqual([
      'of the first known deployment only its own commit counts: what was deployed before it is not known',
    ]);
  });

  it('counts what was deployed before the period for nothing in it', async () => {
    const repo = await repository(['a', 'b', 'c', 'd', 'e']);
    const { changes } = await ask(repo, daily(repo.ids), {
      start: '2026-01-04T00:00:00.000Z',
      end: '2026-01-05T00:00:00.000Z',
      days: 1,
    });
    expect([...(changes?.minutes ?? [])]).toEqual([60]);
    expect(changes?.notes).toEqual([]);
  });

  it('begins with the first deployment that it knows where the ones before are gone', async () => {
    const repo = await repository(['a', 'b', 'c']);
    const rows = daily(['f'.repeat(40), repo.ids[1] ?? '', repo.ids[2] ?? '']);
    const { changes } = await ask(repo, rows);
    expect([...(changes?.minutes ?? [])]).toEqual([60]);
    expect(changes?.notes).toContain('the git repository does not have the commits of 1 deployment');
  });

  it('finds a revert by the commit that it names', async () => {
    const repo = await repository(['a', 'Add b', (ids) => `Revert "Add b"\n\nThis reverts commit ${ids[1]}.\n`]);
    const failures = await failuresOf(repo, daily(repo.ids));
    // b was deployed on the 2nd at 10:00, its revert on the 3rd at 10:00: 24 hours later, just within the window
    expect(failures).toEqual([[], ['revert: Revert "Add b"'], []]);
  });

  it("finds a revert by the subject that it names, as GitHub's button writes it", async () => {
    const repo = await repository(['a', 'Add b (#7)', 'Revert "Add b" (#8)\n\nReverts shop/shop#7\n']);
    expect(await failuresOf(repo, daily(repo.ids))).toEqual([[], ['revert: Revert "Add b" (#8)'], []]);
  });

  it('does not call a revert a failure when it comes later than the window', async () => {
    const repo = await repository(['a', 'Add b', (ids) => `Revert "Add b"\n\nThis reverts commit ${ids[1]}.\n`]);
    expect(await failuresOf(repo, daily(repo.ids, { 2: { deployed: '3 10:01' } }))).toEqual([[], [], []]);
  });

  it('does not call it a failure that a revert is taken back', async () => {
    const repo = await repository([
      'a',
      'Add b',
      (ids) => `Revert "Add b"\n\nThis reverts commit ${ids[1]}.\n`,
      (ids) => `Reapply "Add b"\n\nThis reverts commit ${ids[2]}.\n`,
    ]);
    expect(await failuresOf(repo, daily(repo.ids))).toEqual([[], ['revert: Revert "Add b"'], [], []]);
  });

  it('does not call a change a failure that was reverted before it was deployed', async () => {
    const repo = await repository(['a', 'Add b', (ids) => `Revert "Add b"\n\nThis reverts commit ${ids[1]}.\n`]);
    const rows = daily([repo.ids[0] ?? '', repo.ids[2] ?? '']);
    expect(await failuresOf(repo, rows)).toEqual([[], []]);
  });

  it.each([
    ['hotfix: mend the basket', true],
    ['Hotfix(basket): mend it', true],
    ["Merge branch 'hotfix/basket'", true],
    ['Merge pull request #9 from shop/hotfix-basket', true],
    ['fix: mend the basket', false],
    ['docs: how we hotfix', false],
    ['hotfixing is over', false],
  ])('reads "%s" as a hotfix of the deployment before it: %s', async (subject, isHotfix) => {
    const repo = await repository(['a', 'b', subject]);
    const rows = daily(repo.ids);
    const { findings } = await ask(repo, rows);
    const { deployments } = deriveDelivery(rows, findings);
    expect(deployments.map(({ failures }) => failures.length)).toEqual([0, isHotfix ? 1 : 0, 0]);
    expect(deployments[2]?.isRework).toBe(isHotfix);
  });

  it('says so when it prints what it should not', async () => {
    const repo = await repository(['a', 'b']);
    const git = createStreamGit(repo.folder, process.env['PATH']);
    const strange: StreamGit = async (args, options) => {
      if (args[0] !== 'rev-list') return git(args, options);
      options.onChunk(Buffer.from('hint: something new\n'));
      return { ok: true, value: undefined };
    };
    const answer = await askGit(strange, deriveDelivery(daily(repo.ids)).deployments, JANUARY, loadDoraRules());
    expect(answer.changes).toBeUndefined();
    expect(answer.notes).toEqual([expect.stringMatching(/^git could not be asked: Failed to read what git printed/)]);
  });

  it('says so when the repository is a shallow clone', async () => {
    const repo = await repository(['a', 'b', 'c']);
    const rows = daily(repo.ids);
    expect((await ask(repo, rows)).notes).toEqual([]);
    writeFileSync(path.join(repo.folder, 'shallow'), `${repo.ids[1]}\n`);
    expect((await ask(repo, rows)).notes).toEqual([
      'the git repository is a shallow clone: commits beyond its depth are not counted',
    ]);
  });

  it('says so when the repository is another one', async () => {
    const repo = await repository(['a']);
    const answer = await ask(repo, daily(['f'.repeat(40)]));
    expect(answer).toEqual({
      findings: [],
      notes: ['the git repository has none of the deployed commits: it was not asked further'],
    });
  });
});
