/** What `gate10 cleanup` says about a journal, before it asks the system anything. What it removes: tests/incidents/cleanup.test.ts. */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisProcess } from '../../../src/cli/journal-place.ts';
import type { JournalEntry } from '../../../src/probe/journal/journal-schema.ts';
import { folderOf, type Ran, runIn } from './run-command.ts';

const GONE = { host: os.hostname(), pid: 2 ** 22 + 1, startedAt: '' };

function entry(id: string, changes: Partial<JournalEntry> = {}): JournalEntry {
  const at = '2026-11-21T11:00:00.000Z';
  return {
    schema: 'gate10/journal/v1',
    ...{
      id,
      runId: `run-of-${id}`,
      system: 'mosaic',
      environment: 'embedded',
      promise: 'storage.files',
      title: 'files',
    },
    ...{ owner: GONE, openedAt: at, updatedAt: at, sealed: 'AAAA' },
    writes: [{ step: 'upload', request: 'POST /files', at, outcome: 'taken' }],
    undo: ['DELETE /files/1'],
    ...changes,
  };
}

function journal(...entries: readonly JournalEntry[]): string {
  return folderOf(Object.fromEntries(entries.map((each) => [`.gate10/journal/${each.id}.json`, JSON.stringify(each)])));
}

async function cleanup(folder: string, ...args: string[]): Promise<Ran> {
  return runIn(folder, 'cleanup', ...args);
}

describe('gate10 cleanup', () => {
  it('has nothing to do where nothing was left', async () => {
    const said = await cleanup(folderOf({}));
    expect(said).toMatchObject({ code: 0, stdout: 'Nothing is left to undo in embedded.\n' });
    const { stdout } = await cleanup(folderOf({}), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ due: [], spared: [], cleaned: [], exitCode: 0 });
  });

  it('shows what it would undo', async () => {
    const folder = journal(entry('one'), entry('two', { writes: [] }));
    const { code, stdout } = await cleanup(folder, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('would undo one: POST /files; undone by DELETE /files/1');
    expect(stdout).toContain('would undo two: no write yet');
    expect(existsSync(path.join(folder, '.gate10/journal/one.json'))).toBe(true);
  });

  it('leaves alone what is, or may be, under way', async () => {
    const folder = journal(
      entry('mine', { owner: thisProcess() }),
      entry('far', { owner: { ...GONE, host: 'another.example' }, updatedAt: '2026-11-21T11:59:00.000Z' }),
      entry('young', { updatedAt: '2026-11-21T11:50:00.000Z' }),
    );
    const { code, stdout } = await cleanup(folder, '--older-than', '30m');
    expect(code).toBe(0);
    for (const id of ['mine', 'far', 'young']) expect(stdout).toContain(`left alone: ${id}`);
  });

  it('takes over from another machine after an hour', async () => {
    const far = { ...GONE, host: 'another.example' };
    const { stdout } = await cleanup(
      journal(
        entry('old', { owner: far, updatedAt: '2026-11-21T10:59:00.000Z' }),
        entry('new', { owner: far, updatedAt: '2026-11-21T11:01:00.000Z' }),
      ),
      '--dry-run',
    );
    expect(stdout).toContain('would undo old');
    expect(stdout).toContain('left alone: new');
  });

  it('says of other environments that they are others', async () => {
    const { code, stdout } = await cleanup(journal(entry('there', { environment: 'staging' })));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 entries of other environments: use --environment\n' });
  });

  it('does not know about what it cannot read', async () => {
    const { code, stdout } = await cleanup(folderOf({ '.gate10/journal/torn.json': '{"schema":' }));
    expect(code).toBe(3);
    expect(stdout).toContain('torn.json is no entry of the journal');
  });

  it('forgets an entry that a person took care of', async () => {
    const folder = journal(entry('one'));
    expect((await cleanup(folder, '--dismiss', 'one')).stdout).toContain('Dismissed one');
    expect(existsSync(path.join(folder, '.gate10/journal/one.json'))).toBe(false);
  });

  it.each([
    [['--dismiss', 'two'], /no entry "two".*one of one/],
    [['--dismiss', '../../etc/passwd'], /no entry/],
    [['--older-than', 'yesterday'], /"yesterday" is not a duration/],
    [['--older-than', '30'], /is not a duration/],
    [['--older-then', '30m'], /older-than/],
    [[], /system\.yaml/],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await cleanup(journal(entry('one')), ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });
});
