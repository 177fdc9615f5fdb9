/** `gate10 incident` as people and a quarterly review meet it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import type { LedgerEvent } from '../../../src/ledger/schema.ts';
import { deployed, incident, sealed } from '../ledger/told-events.ts';
import { folderOf, type Ran, runWith } from './run-command.ts';

const broken = sealed('r1', '2026-11-20T10:00:09.000Z', {
  ...{ verdict: 'failed', exitCode: 1, failedLayers: ['tls'], severity: 'P0', because: ['tls: expired'] },
});
const proven = sealed('r2', '2026-11-20T11:00:00.000Z');
const told = incident('INC-7', '2026-11-20T09:00:00.000Z', { severity: 'P1', commit: 'c'.repeat(40) });
const NEXT_MONTH = '2026-12-15T12:00:00.000Z';

interface Project {
  readonly folder: string;
  run(...args: string[]): Promise<Ran>;
  /** a month later */
  late(...args: string[]): Promise<Ran>;
  ids(): Promise<string[]>;
}

function project(...events: readonly LedgerEvent[]): Promise<Project> {
  return projectIn(folderOf({}), ...events);
}

async function projectIn(folder: string, ...events: readonly LedgerEvent[]): Promise<Project> {
  if (events.length > 0) {
    const ledger = await openLedger({
      stateDir: path.join(folder, '.gate10'),
      now: () => new Date('2026-11-21T12:00:00Z'),
    });
    for (const [index, event] of events.entries()) await ledger.append(event, `k${index}`);
    await ledger.close();
  }
  const at =
    (now?: string) =>
    (...args: string[]) =>
      runWith(folder, { env: { GATE10_TARGET: 'production' }, ...(now && { now }) }, 'incident', ...args);
  const run = at();
  return {
    ...{ folder, run, late: at(NEXT_MONTH) },
    ids: async () => {
      const { incidents } = JSON.parse((await run('list', '--all', '--json')).stdout);
      return incidents.map((each: { incident: { id: string } }) => each.incident.id);
    },
  };
}

const documentsOf = (folder: string): string[] => {
  const at = path.join(folder, '.gate10/incidents');
  return existsSync(at) ? readdirSync(at) : [];
};

describe('the list', () => {
  test('has what is open, with its age, and says that nothing is overdue yet', async () => {
    const { run } = await project(broken);
    const { code, stdout } = await run('list');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^P0 {2}2026-11-20_production-tls-aaaaaaa-[0-9a-f]{8} {2}OPEN for 26 hours\n/),
    ]);
    expect(await run('list', '--overdue')).toMatchObject({ code: 0, stdout: 'None.\n' });
  });

  test('blocks the quarterly review as long as a postmortem is missing', async () => {
    const { late, ids, run } = await project(broken, proven);
    expect(await late('list', '--overdue')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('postmortem: OVERDUE since 2026-11-23T11:00:00.000Z'),
    });
    const [id = ''] = await ids();
    expect(await run('postmortem', id, '--url', 'https://wiki.example.com/pm-7', '--by', 'Ann')).toMatchObject({
      code: 0,
    });
    expect(await late('list', '--overdue')).toMatchObject({ code: 0, stdout: 'None.\n' });
    expect(await run('list')).toMatchObject({ stdout: 'None.\n' });
  });

  test('without a history excludes nothing: exit 3', async () => {
    const { run } = await project();
    expect(await run('list', '--overdue')).toMatchObject({ code: 3, stderr: expect.stringContaining('no history') });
  });

  test.each([[[]], [['--overdue']]])(
    'of an environment that nobody knows is no empty list: exit 2 %j',
    async (more) => {
      const { run } = await project(broken);
      expect(await run('list', '--environment', 'prodution', ...more)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('the history has nothing of environment "prodution"'),
      });
    },
  );

  test('of another environment is another list', async () => {
    const { run } = await project(broken, { ...proven, runId: 'r9', environment: 'staging' });
    expect(await run('list', '--environment', 'staging')).toMatchObject({ code: 0, stdout: 'None.\n' });
  });
});

test('an incident is shown with advice and timeline', async () => {
  const { run, ids } = await project(broken);
  const [id = ''] = await ids();
  const { code, stdout } = await run('show', id);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Advice: fix forward\. /m);
  expect(stdout).toMatch(/^ {2}2026-11-20T10:00:09\.000Z Detected by run r1/m);
});

test.each([
  [
    'did not change the database',
    'docs/x.md',
    /roll back to [0-9a-f]{40}\. .*The failed release did not change the database/,
  ],
  ['changed the database', 'migrations/0002.sql', /fix forward\. The failed release changed the database/],
])('the advice knows from git that a release %s', async (_, file, advice) => {
  const { folder, run, ids, commits } = await inRepository(file);
  expect(commits).toHaveLength(2);
  expect(existsSync(path.join(folder, '.git'))).toBe(true);
  const [id = ''] = await ids();
  expect((await run('show', id)).stdout.match(/^Advice: (.*)$/m)?.[1]).toMatch(advice);
});

/** A release that was proven, and one after it that changes this file and fails. */
async function inRepository(file: string) {
  const folder = folderOf({
    'contracts/system.yaml': 'code: { migrations: migrations }\n',
    'migrations/0001.sql': 'x',
  });
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const commit = (): string => {
    git('add', '--', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message=x');
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet');
  const first = commit();
  mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
  writeFileSync(path.join(folder, file), 'y');
  const commits = [first, commit()];
  const [good = '', bad = ''] = commits;
  const before = sealed('r0', '2026-11-20T09:00:00.000Z', { expected: { commit: good } });
  return { ...(await projectIn(folder, before, { ...broken, expected: { commit: bad } })), commits };
}

describe('action items', () => {
  const add = (id: string, ...more: string[]) => [
    'actions',
    'add',
    id,
    '--title',
    'Watch the end of certificates',
    '--owner',
    'Platform',
    '--due',
    '2026-12-01',
    ...more,
  ];

  test('are added, listed, overdue, done; the document has them', async () => {
    const { run, late, ids, folder } = await project(broken, proven);
    const [id = ''] = await ids();
    await run('postmortem', id);
    expect(await run(...add(id))).toMatchObject({ code: 0, stdout: expect.stringContaining('action-1 of') });
    expect(await run('actions', 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('open: action-1: Watch the end of certificates (Platform, due 2026-12-01)'),
    });
    expect(await run('actions', 'list', '--overdue')).toMatchObject({ code: 0, stdout: 'None.\n' });
    expect(await late('actions', 'list', '--overdue')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('OVERDUE: action-1'),
    });
    expect((await late('list', '--overdue')).code).toBe(1);
    expect(readFileSync(path.join(folder, '.gate10/incidents', `${id}.md`), 'utf8')).toContain(
      '- [ ] Watch the end of certificates',
    );
    expect(await run('actions', 'done', id, 'action-1')).toMatchObject({ code: 0 });
    expect(await late('list', '--overdue')).toMatchObject({ code: 0 });
    expect(readFileSync(path.join(folder, '.gate10/incidents', `${id}.md`), 'utf8')).toContain(
      '- [x] Watch the end of certificates',
    );
    expect(await run(...add(id))).toMatchObject({ code: 0, stdout: expect.stringContaining('action-2 of') });
  });

  test.each<[string, string[], RegExp]>([
    ['without an owner', ['--title', 'x', '--due', '2026-12-01'], /--owner: it is missing/],
    ['without a day', ['--title', 'x', '--owner', 'y'], /--due: it is missing/],
    ['for a day that is over', ['--title', 'x', '--owner', 'y', '--due', '2025-12-01'], /--due: the day is over/],
    ['for the 30th of February', ['--title', 'x', '--owner', 'y', '--due', '2027-02-30'], /--due: it is no day/],
    ['without anything', [], /--title: it is missing[\s\S]*--owner[\s\S]*--due/],
    [
      'with a title that is too long',
      ['--title', 'x'.repeat(2000), '--owner', 'y', '--due', '2026-12-01'],
      /--title: it is too long/,
    ],
    [
      'with an address that runs',
      ['--title', 'x', '--owner', 'y', '--due', '2026-12-01', '--url', 'javascript:x'],
      /--url: this is not an address/,
    ],
  ])('%s are refused', async (_, args, said) => {
    const { run, ids, folder } = await project(broken, proven);
    const [id = ''] = await ids();
    expect(await run('actions', 'add', id, ...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(said) });
    expect(documentsOf(folder)).toEqual([]);
  });

  test('that nobody added cannot be done', async () => {
    const { run, ids } = await project(broken);
    expect(await run('actions', 'done', (await ids())[0] ?? '', 'action-9')).toMatchObject({ code: 2 });
  });
});

describe('an incident is closed', () => {
  test('by a word where it was told', async () => {
    const { run, ids } = await project(told);
    const [id = ''] = await ids();
    const closed = await run(
      'close',
      id,
      '--at',
      '2026-11-20T12:00:00Z',
      '--resolution',
      'The card was paid.',
      '--by',
      'Ann',
    );
    expect(closed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Closed 2026-11-20T12:00:00.000Z. Told, not proven'),
    });
    expect((await run('list')).stdout).toContain('closed 2026-11-20T12:00:00.000Z');
    expect(await run('close', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('over already') });
  });

  test('never by a word where a run saw it: the next one ends it, if it passes', async () => {
    const { run, ids } = await project(broken);
    const [id = ''] = await ids();
    expect(await run('close', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('a word does not end') });
    expect((await run('list')).stdout).toContain('OPEN');
  });

  test('by a word where only the failure of a deployment was told', async () => {
    const failed = deployed('ci-7', '2026-11-20T09:00:00.000Z', { outcome: 'failed', reality: 'Nobody can pay.' });
    const { run, ids } = await project(failed);
    const [id = ''] = await ids();
    expect(await run('close', id, '--resolution', 'It was switched off.')).toMatchObject({ code: 0 });
    expect((await run('list', '--all')).stdout).not.toContain('OPEN');
  });

  test('not before it opened', async () => {
    const { run, ids } = await project(told);
    const [id = ''] = await ids();
    expect(await run('close', id, '--at', '2026-11-19T12:00:00Z')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('before it opened'),
    });
    expect(await run('close', id, '--at', 'yesterday')).toMatchObject({ code: 2 });
  });
});

describe.each([
  ['a path', '../../etc/passwd'],
  ['an absolute path', '/etc/passwd'],
  ['a shell', '$(touch gate10-was-here)'],
  ['Markdown', '[x](https://evil.example)'],
  ['300 characters', 'x'.repeat(300)],
  ['a line break', 'a\n::error::b'],
])('%s as the name of an incident', (_, id) => {
  test.each([
    ['show', id],
    ['close', id],
    ['postmortem', id],
    ['actions', 'add', id, '--title', 't', '--owner', 'o', '--due', '2026-12-01'],
    ['actions', 'done', id, 'a'],
  ])('is refused by %s, and nothing is written', async (...args) => {
    const { run, folder } = await project(broken);
    const ran = await run(...args);
    expect([ran.code, ran.stdout, documentsOf(folder), readdirSync(folder)]).toEqual([2, '', [], ['.gate10']]);
    expect(ran.stderr).not.toMatch(/^::/m);
  });
});

test('what people tell is text wherever it is shown: Markdown, HTML, commands', async () => {
  const { run, ids, folder } = await project(broken, proven);
  const [id = ''] = await ids();
  const wicked = '<script>x</script> [a](https://evil.example) @everyone $(touch x) ::error::';
  const at = ['--due', '2026-12-01'];
  expect(await run('actions', 'add', id, '--title', wicked, '--owner', '# <b>', ...at)).toMatchObject({ code: 0 });
  const text = readFileSync(path.join(folder, '.gate10/incidents', `${id}.md`), 'utf8');
  expect(text).not.toMatch(/<script|\]\(https?:\/\/|@everyone|^# <b>/m);
  expect(readdirSync(folder)).toEqual(['.gate10']);
});
