import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { findRun } from '../../../../src/record/scorecard/find-run.ts';
import { outcomeOf } from '../../../../src/record/scorecard/overall.ts';
import { writeFoundScorecard } from '../../../../src/record/scorecard/write-run-scorecard.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { brokenAt, intend, NOW, openState, runAt, type State, seal } from '../sealed-state.ts';
import { DEFAULTS, put, read, rules } from './state-folder.ts';

async function sealed(...records: readonly ReturnType<typeof runAt>[]): Promise<State> {
  const state = await openState();
  for (const record of records) await seal(state, record);
  return state;
}

function find({ stateDir, ledger }: State, over: { system?: string; now?: Date; environment?: string } = {}) {
  const asked = { environment: 'embedded', now: NOW, ...over };
  return findRun({ stateDir, ledger, maxAgeMs: DEFAULTS.maxAge, judge, ...asked });
}

async function rewritten(state: State, over: Parameters<typeof find>[1] = {}) {
  const found = await find(state, over);
  if (found.outcome === 'none') throw new Error(found.why);
  const { stateDir } = state;
  const turn = { known: found.newestRunId, newest: async () => found.newestRunId };
  const place = { stateDir, now: over.now ?? NOW, rules: rules(), suffixes: [''], turn, isWritten: true };
  return writeFoundScorecard(found, place);
}

describe('the scorecard of a state folder', () => {
  it('is the one that the run left, and is archived no second time', async () => {
    const state = await sealed(runAt(1));
    const { dora: _, evidence: __, ...left } = read(state.stateDir, 'readiness-scorecard.json');
    const { scorecard, files } = await rewritten(state);
    expect(scorecard).toMatchObject(left);
    expect(files.filter((file) => /\/2026/.test(file))).toEqual([]);
  });

  it('is about the newest run of the environment', async () => {
    const state = await sealed(runAt(1), brokenAt(3), runAt(4, { environment: 'staging' }));
    expect((await rewritten(state)).scorecard).toMatchObject({ run_id: 'run-3', overall_passed: false });
    expect((await rewritten(state, { environment: 'staging' })).scorecard).toMatchObject({ run_id: 'run-4' });
  });

  it('takes the place of one that somebody edited, however late that says it is', async () => {
    const state = await sealed(brokenAt(1));
    const card = read(state.stateDir, 'readiness-scorecard.json');
    const edited = { ...card, overall_passed: true, ended_at: NOW.toISOString(), run_id: 'run-9' };
    put(state.stateDir, 'readiness-scorecard.json', edited);
    await rewritten(state);
    expect(read(state.stateDir, 'readiness-scorecard.json')).toMatchObject({ run_id: 'run-1', overall_passed: false });
  });

  it('takes the place of one of a run that looked at a part on purpose', async () => {
    const integrity = [{ code: 'filtered', verdict: 'inconclusive', message: '--grep' }] as const;
    const state = await sealed(runAt(1), runAt(2, { integrity: [...integrity] }));
    expect(read(state.stateDir, 'readiness-scorecard.json')).toMatchObject({ run_id: 'run-2', overall_passed: false });
    await rewritten(state);
    expect(read(state.stateDir, 'readiness-scorecard.json')).toMatchObject({ run_id: 'run-1', overall_passed: true });
  });

  it('is about one system of several', async () => {
    const state = await sealed(runAt(1), brokenAt(3, { system: 'other' }));
    expect(await find(state, { system: 'mosaic' })).toMatchObject({ seal: { runId: 'run-1' } });
    expect(await find(state, { system: 'other' })).toMatchObject({ seal: { runId: 'run-3' } });
  });

  it('is none where there was no run', async () => {
    const state = await sealed(runAt(1));
    expect(await find(state, { environment: 'staging' })).toEqual({
      outcome: 'none',
      why: 'no complete run is recorded for staging',
    });
  });
});

describe('a scorecard that was passed is so no more when', () => {
  it('the record was tampered with: nothing of it is quoted, and the files say so', async () => {
    const state = await sealed(runAt(1));
    const file = path.join(state.stateDir, 'runs/run-1/record.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('feat: everything works', 'feat: all is well'));
    const { scorecard } = await rewritten(state);
    expect(outcomeOf(scorecard)).toBe('failed');
    expect(scorecard).toMatchObject({
      overall_passed: false,
      overall_because: [expect.stringMatching(/production is required and failed: the records cannot be trusted/)],
      ...{ verdict: 'inconclusive', layers: [], slis: [], blocks: { production: { status: 'failed' } } },
    });
    expect(JSON.stringify(scorecard)).not.toContain('all is well');
    expect(read(state.stateDir, 'readiness-scorecard.json')).toMatchObject({ overall_passed: false });
    expect(read(state.stateDir, 'readiness-scorecard.intoto.json')).toMatchObject({ predicate: { result: 'FAILED' } });
    expect(read(state.stateDir, 'readiness_report.json')).toMatchObject({ overall_passed: false, failures: [] });
  });

  it('the history was tampered with, although every record is as it was', async () => {
    const state = await sealed(runAt(1), runAt(3));
    const database = new DatabaseSync(path.join(state.stateDir, 'ledger.sqlite'));
    database.exec('DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE seq = 2');
    database.close();
    const { scorecard } = await rewritten(state);
    expect(outcomeOf(scorecard)).toBe('failed');
    expect(scorecard.overall_because).toEqual([expect.stringMatching(/the history was tampered with/)]);
    expect(scorecard).toMatchObject({ layers: [], blocks: { production: { status: 'failed' } } });
  });

  it('the record is gone', async () => {
    const state = await sealed(runAt(1));
    rmSync(path.join(state.stateDir, 'runs/run-1/record.json'));
    const { scorecard } = await rewritten(state);
    expect(scorecard.overall_because).toEqual([expect.stringMatching(/the record of run run-1 is gone/)]);
    expect(outcomeOf(scorecard)).toBe('failed');
  });

  it('another run was begun and never sealed', async () => {
    const state = await sealed(runAt(1));
    await intend(state, runAt(3));
    const { scorecard } = await rewritten(state);
    expect(outcomeOf(scorecard)).toBe('unjudged');
    expect(scorecard.overall_because).toEqual([expect.stringMatching(/run run-3 was begun .* and never sealed/)]);
    expect(scorecard.blocks.production).toMatchObject({ status: 'inconclusive', said: 'passed' });
  });

  it('it has become old', async () => {
    const state = await sealed(runAt(1));
    const { scorecard } = await rewritten(state, { now: new Date(NOW.getTime() + DEFAULTS.maxAge) });
    expect(scorecard.blocks.production).toMatchObject({ status: 'stale', said: 'passed' });
    expect(outcomeOf(scorecard)).toBe('unjudged');
  });

  it('the clock stands before the run', async () => {
    const state = await sealed(runAt(1));
    const { scorecard } = await rewritten(state, { now: new Date('2026-11-21T10:01:00.000Z') });
    expect(scorecard.blocks.production).toMatchObject({ status: 'stale' });
  });
});
