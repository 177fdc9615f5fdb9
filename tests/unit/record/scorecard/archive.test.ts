import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toFilePart } from '../../../../src/record/export-files.ts';
import { archiveScorecard, readArchive } from '../../../../src/record/scorecard/archive.ts';
import type { Scorecard } from '../../../../src/record/scorecard/scorecard-schema.ts';
import { toScorecard } from '../../../../src/record/to-scorecard.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { brokenAt, healthyRecord, NOW, openState, runAt, seal } from '../sealed-state.ts';
import { put } from './state-folder.ts';

const scope = { system: 'mosaic', environment: 'embedded' };

function card(record = runAt(1), at = NOW): Scorecard {
  return toScorecard(record, judge(record), { recordSha256: 'd'.repeat(64), now: at });
}

function later(minutes: number): Date {
  return new Date(NOW.getTime() + minutes * 60_000);
}

describe('the archive', () => {
  it('has a file for every scorecard, named after time, environment and commit', () => {
    const stateDir = temporaryFolder();
    const name = 'readiness_scorecards/20261121T100500000Z_embedded_aaaaaaaaaaaa.json';
    expect(archiveScorecard(stateDir, card())).toBe(name);
    expect(existsSync(path.join(stateDir, name))).toBe(true);
  });

  it('takes what says something new, and only that', () => {
    const stateDir = temporaryFolder();
    archiveScorecard(stateDir, card());
    expect(archiveScorecard(stateDir, card(runAt(1), later(1)))).toBeUndefined();
    const changed = { ...card(runAt(1), later(2)), overall_passed: false };
    expect(archiveScorecard(stateDir, changed)).toMatch(/20261121T100700000Z/);
    expect(archiveScorecard(stateDir, card(runAt(3), later(3)))).toMatch(/20261121T100800000Z/);
    expect(readdirSync(path.join(stateDir, 'readiness_scorecards'))).toHaveLength(3);
  });

  it('never writes over a file: two of the same moment are two files', () => {
    const stateDir = temporaryFolder();
    const names = [card(runAt(1)), card(runAt(2))].map((each) => archiveScorecard(stateDir, each));
    expect(new Set(names).size).toBe(2);
  });

  it('tells the newest runs of one environment, each once, as it was said of it last', () => {
    const stateDir = temporaryFolder();
    for (const [minute, record] of [runAt(1), brokenAt(2), runAt(3, { environment: 'staging' })].entries()) {
      archiveScorecard(stateDir, card(record, later(minute)));
    }
    archiveScorecard(stateDir, { ...card(brokenAt(2), later(9)), owner: 'somebody' });
    const { scorecards, unreadable } = readArchive(stateDir, scope, later(10), 8);
    expect(scorecards).toMatchObject([
      { run_id: 'run-2', verdict: 'failed', owner: 'somebody' },
      { run_id: 'run-1', verdict: 'passed' },
    ]);
    expect(unreadable).toEqual([]);
    expect(readArchive(stateDir, scope, later(10), 1).scorecards).toHaveLength(1);
    expect(readArchive(stateDir, scope, later(10), 0).scorecards).toHaveLength(0);
  });

  it('says which files are half written, foreign or of the future, and takes none of them for a release', () => {
    const stateDir = temporaryFolder();
    archiveScorecard(stateDir, card());
    const folder = 'readiness_scorecards';
    put(stateDir, `${folder}/20261121T100600000Z_embedded_half.json`, '{"schema":"gate10/scorecard/v1","rel');
    put(stateDir, `${folder}/20261121T100700000Z_embedded_other.json`, { overall_passed: true });
    put(stateDir, `${folder}/20361121T100700000Z_embedded_future.json`, card(runAt(4), new Date('2036-01-01')));
    put(stateDir, `${folder}/20261121T100800000Z_embedded_a.json.17.tmp`, card(runAt(5)));
    put(stateDir, `${folder}/notes.json`, card(runAt(6)));
    const { scorecards, unreadable } = readArchive(stateDir, scope, later(10), 8);
    expect(scorecards).toMatchObject([{ run_id: 'run-1' }]);
    expect(unreadable).toEqual([
      expect.stringMatching(/future\.json: it was made in the future/),
      expect.stringMatching(/other\.json: schema/),
      expect.stringMatching(/half\.json: .*JSON/),
    ]);
  });

  it('knows scorecards of a newer gate10 by the fields that it needs', () => {
    const stateDir = temporaryFolder();
    put(stateDir, 'readiness_scorecards/20261121T100500000Z_embedded_a.json', {
      ...card(),
      ...{ schema: 'gate10/scorecard/v2', pillars: { new: true } },
    });
    expect(readArchive(stateDir, scope, NOW, 8).scorecards).toMatchObject([{ pillars: { new: true } }]);
  });

  it('is not written through a link that leads out of the state folder', () => {
    const [stateDir, outside] = [temporaryFolder(), temporaryFolder()];
    symlinkSync(outside, path.join(stateDir, 'readiness_scorecards'));
    expect(() => archiveScorecard(stateDir, card())).toThrow(/it is not a folder/);
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('a name from outside', () => {
  it.each(['staging', 'eu-1.prod', 'A_b', '-x'])('%j stays as it is', (name) => {
    expect(toFilePart(name)).toBe(name);
  });

  it.each(['../x', '..', '.', '', '.hidden', 'a/b', 'a\\b', 'a b', '\u001b[31mx', 'x\u0000', 'é', 'x'.repeat(300)])(
    '%j becomes a part of a file name that leads nowhere',
    (name) => {
      expect(toFilePart(name)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    },
  );

  it('that is another one stays another one', () => {
    const names = ['a/b', 'a\\b', 'a b', 'a-b', '../x', '..\\x', 'x'.repeat(70), 'x'.repeat(71)];
    expect(new Set(names.map(toFilePart)).size).toBe(names.length);
  });
});

describe('a run with hostile names', () => {
  it('writes nothing outside of its state folder', async () => {
    const parent = temporaryFolder();
    const stateDir = path.join(parent, 'inner', '.gate10');
    const environment = '../../x';
    const hostile = {
      environment,
      system: '../../../y',
      commit: { subject: '\u001b[2J\u001b]0;owned\u0007::error::feat: x' },
      plan: { ...healthyRecord().plan, environment, system: '../../../y' },
      expected: { version: '../../../../z' },
    };
    const state = await openState(stateDir);
    await seal(state, runAt(1));
    const files = await seal(state, runAt(2, hostile));
    expect(readdirSync(parent)).toEqual(['inner']);
    expect(readdirSync(path.join(parent, 'inner'))).toEqual(['.gate10']);
    const real = files.map((file) => path.relative(stateDir, path.resolve(stateDir, file)));
    expect(real.filter((file) => file.startsWith('..'))).toEqual([]);
    expect(readdirSync(path.join(stateDir, 'readiness_scorecards')).filter((name) => !/^[\w.-]+$/.test(name))).toEqual(
      [],
    );
  });
});

describe('an archive that cannot be read', () => {
  it('is empty, and no reason to stop', () => {
    const stateDir = temporaryFolder();
    writeFileSync(path.join(stateDir, 'readiness_scorecards'), '');
    expect(readArchive(stateDir, scope, NOW, 8)).toEqual({ scorecards: [], unreadable: [] });
  });
});
