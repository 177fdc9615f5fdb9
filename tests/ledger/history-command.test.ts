/** `gate10 history`, as a user runs it. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/contract/canonical.ts';
import { runHistory, startWriter, temporaryFolder } from './support/processes.ts';

let stateDir = '';
beforeEach(async () => {
  stateDir = temporaryFolder();
  expect(await startWriter({ stateDir }, 'run', 3).ended).toBe(0);
});

const inState = (name: string): string => path.join(stateDir, name);

function sql(statement: string): void {
  const database = new DatabaseSync(inState('ledger.sqlite'));
  database.exec(statement);
  database.close();
}

describe('gate10 history verify', () => {
  it('ends with 0 for a whole history', () => {
    expect(runHistory(stateDir, ['verify'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 rows'),
      err: '',
    });
    const { out } = runHistory(stateDir, ['verify', '--json']);
    expect(JSON.parse(out)).toEqual({ whole: true, rows: 3, problems: [], checkpoints: 1 });
  });

  it('ends with 1 for an edited one and names the row', () => {
    sql("DROP TRIGGER events_refuse_update; UPDATE events SET event = replace(event, 'run-2', 'run-9') WHERE seq = 2");
    expect(runHistory(stateDir, ['verify'])).toMatchObject({ code: 1, err: expect.stringContaining('edited: seq 2') });
    const { code, out } = runHistory(stateDir, ['verify', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ whole: false, problems: [{ class: 'edited', seq: 2 }] });
  });

  it('ends with 1 for a shorter one, by its own checkpoint and by a copy', async () => {
    copyFileSync(inState('checkpoint.json'), inState('copy.json'));
    const other = temporaryFolder();
    expect(await startWriter({ stateDir: other }, 'run', 2).ended).toBe(0);
    copyFileSync(path.join(other, 'ledger.sqlite'), inState('ledger.sqlite'));
    expect(runHistory(stateDir, ['verify'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('truncated: seq 3'),
    });
    copyFileSync(path.join(other, 'checkpoint.json'), inState('checkpoint.json'));
    expect(runHistory(stateDir, ['verify']).code).toBe(0);
    expect(runHistory(stateDir, ['verify', '--checkpoint', inState('copy.json')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('truncated: seq 3'),
    });
  });

  it('ends with 1 where the history is gone beside its checkpoint', () => {
    rmSync(inState('ledger.sqlite'));
    expect(runHistory(stateDir, ['verify'])).toMatchObject({ code: 1, err: expect.stringContaining('replaced') });
  });

  it.each<[string, () => void, string[], RegExp]>([
    ['there never was a history', () => rmSync(stateDir, { recursive: true }), [], /there is no history/],
    ['the checkpoint does not exist', () => {}, ['--checkpoint', 'none.json'], /does not exist/],
    ['the checkpoint is none', () => {}, ['--checkpoint', 'package.json'], /not a checkpoint/],
    ['a newer gate10 wrote it', () => sql('PRAGMA user_version = 9'), [], /written by a newer gate10/],
    ['the option is unknown', () => {}, ['--chekpoint', 'x'], /--checkpoint/],
  ])('ends with 2 where %s', (_, prepare, options, words) => {
    prepare();
    const { code, err } = runHistory(stateDir, ['verify', ...options]);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  it('ends with 70 where the file is damaged', () => {
    writeFileSync(inState('ledger.sqlite'), 'rubbish'.repeat(2000));
    const { code, err } = runHistory(stateDir, ['verify']);
    expect(err).toMatch(/not a database.*Restore it from a copy/);
    expect(code).toBe(70);
  });
});

describe('gate10 history export', () => {
  it('prints every row in order and in canonical form', () => {
    const { code, out } = runHistory(stateDir, ['export']);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as { key: string });
    expect(rows.map(({ key }) => key)).toEqual(['run-1', 'run-2', 'run-3']);
    expect(rows.map((row) => canonicalJson(row))).toEqual(lines);
  });

  it('ends with 1 for a history that is not whole', () => {
    sql('DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE seq = 2');
    expect(runHistory(stateDir, ['export'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('seq 2 is missing'),
    });
  });
});
