/** Options that cannot be meant together, times in which nothing can lie, names that nobody declared: exit 2, and what is expected. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeNamed } from '../../../src/cli/write-named.ts';
import { InputError, OwnFaultError } from '../../../src/errors.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { sealed } from '../ledger/told-events.ts';
import { folderOf, runIn, runWith } from './run-command.ts';

const SYSTEM = 'schema: gate10/system/v1\nsystem: mosaic\nenvironments: { live: {} }\n';

async function project(): Promise<string> {
  const folder = folderOf({ 'contracts/system.yaml': SYSTEM });
  const now = () => new Date('2026-11-21T11:00:00Z');
  const ledger = await openLedger({ stateDir: path.join(folder, '.gate10'), now });
  await ledger.append(sealed('r1', '2026-11-20T10:00:00.000Z', { environment: 'live' }), 'k');
  await ledger.close();
  return folder;
}

describe('two words that cannot both be meant', () => {
  test.each<[string, RegExp]>([
    ['gates --mode local --mode ci', /--mode: it is there twice/],
    ['verify --commit 1e57859 --commit 1e57850', /--commit: it is there twice/],
    ['cleanup --dry-run --dismiss x', /--dismiss <entry>' cannot be used with option '--dry-run'/],
    ['cleanup --older-than 1h --dismiss x', /cannot be used with option '--older-than/],
    ['notify --test on-call --event incident-opened', /--test <target>' cannot be used with option '--event/],
    ['dora --no-git --repository .', /--repository <folder>' cannot be used with option '--no-git'/],
    ['dora --json --format prometheus', /cannot be used with option '--json'/],
  ])('are refused: %s', async (line, said) => {
    expect(await runIn(await project(), ...line.split(' '))).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(said),
    });
  });

  test('are said with everything else that is wrong', async () => {
    const { stderr } = await runIn(folderOf({}), 'verify', '--commit', 'a', '--commit', '', '--environment', 'A/B');
    expect(stderr.match(/--\w+: it is \w+|is no name/g)).toEqual([
      '--commit: it is empty',
      'is no name',
      '--commit: it is there',
    ]);
  });
});

describe('a time in which nothing can lie', () => {
  test.each<[string, RegExp]>([
    ['history export --since 2999-01-01', /--since is in the future/],
    ['history export --since 2026-11-21T12:00:01Z', /--since is in the future/],
    ['history export --since 2026-11-20 --until 2026-11-20', /ends before it begins/],
    ['dora --since 2999-01', /begins in the future/],
    ['dora --since 2026-11-20 --until 2026-10-01', /ends before it begins/],
    ['manifest --release v1 --not-before 2026-02-30T09:00:00Z --not-after 2026-03-30T09:00:00Z', /is no time/],
    ['record incident --system mosaic --environment live --id i --title t --at 2999-01-01T00:00:00Z', /in the future/],
  ])('is refused: %s', async (line, said) => {
    const { code, stderr } = await runIn(await project(), ...line.split(' '));
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });

  test('is not the window that begins now', async () => {
    const line = 'history export --since 2026-11-20 --until 2026-11-21';
    const { code, stdout } = await runIn(await project(), ...line.split(' '));
    expect([code, stdout]).toEqual([0, expect.stringContaining('"run.sealed"')]);
  });
});

describe('an environment that nobody declares', () => {
  test('has nothing to clean up, which nobody may take for clean', async () => {
    const folder = await project();
    const { code, stderr } = await runIn(folder, 'cleanup', '--environment', 'life');
    expect([code, stderr]).toEqual([2, expect.stringContaining('"life" is not declared (expected one of live)')]);
    expect(await runIn(folder, 'cleanup', '--environment', 'live')).toMatchObject({ code: 0 });
  });

  test.each([['--environment'], ['GATE10_TARGET']])('is no path and no command, given by %s', async (by) => {
    const value = 'x\u001b[2J/../$(touch ran)';
    const given = by === 'GATE10_TARGET' ? { env: { [by]: value }, args: [] } : { env: {}, args: [by, value] };
    for (const command of ['verify', 'complete', 'scorecard', 'gate']) {
      const { code, stderr } = await runWith(await project(), { env: given.env }, command, ...given.args);
      expect([code, stderr]).toEqual([2, expect.stringContaining('is no name')]);
      expect(stderr).not.toMatch(/\u001b/);
    }
  });
});

describe('a file that is to be written', () => {
  const written = (file: string, folder: string): unknown => {
    try {
      return writeNamed(path.join(folder, file), 'new', '--out', file);
    } catch (error) {
      return error;
    }
  };

  test.each([
    ['below a file', 'a-file/x', 'ENOTDIR'],
    ['where a folder is', 'a-folder', 'EISDIR'],
    ['with a name that is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
  ])('%s is wrong input, and nothing is left behind', (_, file, code) => {
    const folder = folderOf({ 'a-file': 'old', 'a-folder/x': 'old' });
    const error = written(file, folder);
    expect(error).toBeInstanceOf(InputError);
    expect(error).not.toBeInstanceOf(OwnFaultError);
    expect((error as InputError).problems[0]?.what).toBe(`--out: it cannot be written (${code})`);
    expect(existsSync(`${path.join(folder, 'a-folder')}.${process.pid}.tmp`)).toBe(false);
    expect(readFileSync(path.join(folder, 'a-file'), 'utf8')).toBe('old');
  });

  test('makes its folders', () => {
    const folder = folderOf({});
    expect(written('a/b/c', folder)).toBeUndefined();
    expect(readFileSync(path.join(folder, 'a/b/c'), 'utf8')).toBe('new');
  });
});
