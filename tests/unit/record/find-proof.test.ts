import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { closeInterrupted } from '../../../src/record/close-interrupted.ts';
import { findProof, type Proof, type ProofQuery } from '../../../src/record/find-proof.ts';
import { noteRefusal } from '../../../src/record/note-refusal.ts';
import { sealRun } from '../../../src/record/seal.ts';
import type { IntegrityFinding, RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { deployed } from '../ledger/told-events.ts';
import {
  brokenAt,
  COMMIT,
  healthyRecord,
  intend,
  NOW,
  OTHER_COMMIT,
  of,
  openState,
  runAt,
  type State,
  seal,
} from './sealed-state.ts';

const HOUR_MS = 3_600_000;

async function ask(state: State, change: Partial<ProofQuery> = {}): Promise<Proof> {
  return findProof({ ...state, environment: 'embedded', now: NOW, maxAgeMs: HOUR_MS, judge, ...change });
}

function said(proof: Proof): string {
  return proof.outcome === 'inconclusive' ? `inconclusive ${proof.reason}` : proof.outcome;
}

async function sealed(...records: RunRecord[]): Promise<State> {
  const state = await openState();
  for (const record of records) await seal(state, record);
  return state;
}

function ofVersion(version: string): Partial<RunRecord> {
  const { identity, plan } = healthyRecord();
  const expected = { version };
  const samples = identity.map(({ commit: _none, ...sample }) => ({ ...sample, version }));
  return { expected, plan: { ...plan, expected }, identity: samples };
}

/** The refusal of a production run two minutes after ten. */
async function refuse({ stateDir }: State, change: { environment?: string } = {}): Promise<void> {
  const known = { file: 'contracts/system.yaml', line: 4, column: 1, path: 'frontDor' };
  await noteRefusal(
    { stateDir, now: () => NOW },
    {
      runId: 'run-refused',
      attempt: 'a1',
      environment: change.environment ?? 'embedded',
      system: 'mosaic',
      commit: COMMIT,
      problems: [
        { code: 'unknown-key', ...known, what: 'the key "frontDor" is not known here' },
        { code: 'secret', what: 'the secret SHOP_KEY is not set' },
      ],
    },
  );
}

function finding(
  code: IntegrityFinding['code'],
  verdict: IntegrityFinding['verdict'] = 'inconclusive',
): Partial<RunRecord> {
  return { integrity: [{ code, verdict, message: code }] };
}

describe('a proof', () => {
  it.each<[string, RunRecord[], Partial<ProofQuery>, string]>([
    ['a passed run', [runAt(1)], {}, 'proven'],
    ['a passed run, asked by commit', [runAt(1)], { commit: COMMIT }, 'proven'],
    ['a passed run, asked by the beginning of the commit', [runAt(1)], { commit: COMMIT.slice(0, 7) }, 'proven'],
    ['a passed run, asked by too short a beginning', [runAt(1)], { commit: 'aaa' }, 'inconclusive not-run'],
    ['nothing at all', [], {}, 'inconclusive not-run'],
    ['a run of another commit', [runAt(1)], { commit: OTHER_COMMIT }, 'inconclusive not-run'],
    ['a run in another environment', [runAt(1, { environment: 'staging' })], {}, 'inconclusive not-run'],
    ['a check without a runner', [runAt(1, { kind: 'check' })], {}, 'inconclusive not-run'],
    ['a failed run', [brokenAt(1)], {}, 'failed'],
    ['failed, then passed', [brokenAt(1), runAt(2)], {}, 'proven'],
    ['passed, then failed', [runAt(1), brokenAt(2)], {}, 'failed'],
    ['passed, then failed in a filtered run', [runAt(1), brokenAt(2, finding('filtered'))], {}, 'failed'],
    ['passed, then a filtered good run', [runAt(1), runAt(2, finding('filtered'))], {}, 'proven'],
    ['only a filtered good run', [runAt(1, finding('filtered'))], {}, 'inconclusive not-run'],
    ['passed, then a skipped test', [runAt(1), runAt(2, finding('skipped'))], {}, 'inconclusive not-run'],
    ['passed, then a crash', [runAt(1), runAt(2, finding('worker-crash'))], {}, 'inconclusive not-run'],
    ['passed, then interrupted', [runAt(1), runAt(2, finding('interrupted'))], {}, 'inconclusive not-run'],
    [
      'passed, then our own fault',
      [runAt(1), runAt(2, finding('global-error', 'own-fault'))],
      {},
      'inconclusive blind',
    ],
    [
      'another commit came after it',
      [runAt(1), runAt(2, of(OTHER_COMMIT))],
      { commit: COMMIT },
      'inconclusive superseded',
    ],
    ['the newer commit is asked for', [runAt(1), runAt(2, of(OTHER_COMMIT))], { commit: OTHER_COMMIT }, 'proven'],
    ['the version that is asked for', [runAt(1, ofVersion('1.4.0'))], { version: '1.4.0' }, 'proven'],
    ['another version than is asked for', [runAt(1, ofVersion('1.4.0'))], { version: '1.4' }, 'inconclusive not-run'],
    ['a version asked of a run that knew none', [runAt(1)], { version: '1.4.0' }, 'inconclusive not-run'],
    [
      'a commit asked of a run that knew none',
      [runAt(1, ofVersion('1.4.0'))],
      { commit: COMMIT },
      'inconclusive not-run',
    ],
    [
      'the version asked for, and a newer one since',
      [runAt(1, ofVersion('1.4.0')), runAt(2, ofVersion('1.5.0'))],
      { version: '1.4.0' },
      'inconclusive superseded',
    ],
    ['older than allowed', [runAt(1)], { maxAgeMs: 60_000 }, 'inconclusive stale'],
    ['just as old as allowed', [runAt(1)], { maxAgeMs: 231_000 }, 'proven'],
    ['a millisecond too old', [runAt(1)], { maxAgeMs: 230_999 }, 'inconclusive stale'],
    ['from the future', [runAt(6)], {}, 'inconclusive stale'],
  ])('with %s', async (_, records, change, expected) => {
    expect(said(await ask(await sealed(...records), change))).toBe(expected);
  });

  it.each<[string, (state: State) => Promise<unknown>, string]>([
    [
      'a deployment of another commit that was only told since',
      async ({ ledger }) =>
        ledger.append(deployed('d-1', NOW.toISOString(), { environment: 'embedded', commit: OTHER_COMMIT }), 'd-1'),
      'proven',
    ],
    ['an attempt that was refused since', async (state) => refuse(state), 'inconclusive refused'],
    ['a refused attempt in another environment', async (state) => refuse(state, { environment: 'staging' }), 'proven'],
    [
      'a refused attempt, and a proof after it',
      async (state) => {
        await refuse(state);
        await seal(state, runAt(2));
      },
      'proven',
    ],
    [
      'a refused attempt, and a failure after it',
      async (state) => {
        await refuse(state);
        await seal(state, brokenAt(2));
      },
      'failed',
    ],
    [
      'a run that was begun before an attempt was refused, and sealed after it',
      async (state) => {
        await intend(state, runAt(2));
        await refuse(state);
        await sealRun({ ...state, record: runAt(2), verdict: judge(runAt(2)), now: () => NOW });
      },
      'proven',
    ],
  ])('with %s', async (_, since, expected) => {
    const state = await sealed(runAt(1));
    await since(state);
    expect(said(await ask(state))).toBe(expected);
  });

  it('that was refused says why, and what was known before', async () => {
    const state = await sealed(runAt(1));
    await refuse(state);
    const { message } = await ask(state);
    expect(message).toContain('could not begin, because its input is wrong: contracts/system.yaml:4:1: frontDor:');
    expect(message).toContain('(and 1 more); before it, run run-1 of 2026-11-21T10:01:09.000Z was passed');
  });

  it('of a first attempt that was refused is none', async () => {
    const state = await openState();
    await refuse(state);
    expect(said(await ask(state))).toBe('inconclusive refused');
  });

  it('says how many layers it covers, and which are absent for what reason', async () => {
    expect(await ask(await sealed(runAt(1)))).toMatchObject({
      layers: {
        proven: 2,
        of: 14,
        absent: expect.arrayContaining([{ layer: 'dns', why: 'this small system has no such layer' }]),
      },
    });
  });

  it('says that its identity is a version only', async () => {
    expect(await ask(await sealed(runAt(1, ofVersion('1.4.0'))))).toMatchObject({ identityStrength: 'version' });
  });

  it('names the run and its reason', async () => {
    expect(await ask(await sealed(brokenAt(1)))).toMatchObject({
      message: expect.stringMatching(/run run-1 .*: failed: runtime: \/health answers 500 \(expected 200\)/),
    });
  });
});

describe('a run that was begun and never sealed', () => {
  it('takes an older proof away', async () => {
    const state = await sealed(runAt(1));
    await intend(state, runAt(2));
    expect(said(await ask(state))).toBe('inconclusive interrupted');
    expect(
      (
        await closeInterrupted(
          state.ledger,
          () => NOW,
          () => false,
        )
      ).map(({ runId }) => runId),
    ).toEqual(['run-2']);
    expect(said(await ask(state))).toBe('inconclusive interrupted');
    await seal(state, runAt(3));
    expect(said(await ask(state))).toBe('proven');
  });

  it('takes an older proof away too when it began before that was sealed', async () => {
    const state = await openState();
    await intend(state, runAt(1));
    await intend(state, runAt(2));
    await seal(state, runAt(1));
    expect(said(await ask(state))).toBe('inconclusive interrupted');
  });

  it.each<[string, Partial<RunRecord>]>([
    ['of another environment', { environment: 'staging' }],
    ['of the engine alone', { kind: 'check' }],
  ])('%s changes nothing', async (_, over) => {
    const state = await sealed(runAt(1));
    await intend(state, runAt(2, over));
    expect(said(await ask(state))).toBe('proven');
  });

  it('is closed once, and only when its process is gone', async () => {
    const state = await openState();
    await intend(state, runAt(1));
    await intend(state, runAt(2));
    const closed = async (): Promise<string[]> => {
      const intents = await closeInterrupted(
        state.ledger,
        () => NOW,
        ({ runId }) => runId === 'run-2',
      );
      return intents.map(({ runId }) => runId);
    };
    expect(await closed()).toEqual(['run-1']);
    expect(await closed()).toEqual([]);
    expect(await state.ledger.rows({ type: 'run.interrupted' })).toHaveLength(1);
  });
});

const recordOf = (state: State): string => path.join(state.stateDir, 'runs/run-1/record.json');

describe('a history that many machines share', () => {
  it('does not make a proof of a record that lies on another machine, nor a crime', async () => {
    const state = await sealed(runAt(1));
    expect(said(await ask(state, { isShared: true }))).toBe('proven');
    rmSync(recordOf(state));
    const proof = await ask(state, { isShared: true });
    expect(said(proof)).toBe('inconclusive not-run');
    expect(proof.message).toMatch(/sealed as passed, but its record is not on this machine.*runs\//);
    expect(said(await ask(state))).toBe('tampered');
  });

  it('does not excuse a record that was changed', async () => {
    const state = await sealed(runAt(1));
    appendFileSync(recordOf(state), ' ');
    expect(said(await ask(state, { isShared: true }))).toBe('tampered');
  });
});

describe('what was touched afterwards proves nothing', () => {
  it.each<[string, (state: State) => void]>([
    ['the record was edited', (state) => edit(recordOf(state), '"failed"', '"passed"')],
    [
      'the record was edited where no judgement looks',
      (state) => edit(recordOf(state), 'app.mosaic.test', 'app.evil.test'),
    ],
    ['the record is gone', (state) => rmSync(recordOf(state))],
    ['the checkpoint is gone', (state) => rmSync(path.join(state.stateDir, 'checkpoint.json'))],
    [
      'a row of the history was edited',
      (state) => sql(state, `UPDATE events SET event = replace(event, '"failed"', '"passed"')`),
    ],
    ['the failure was cut off', (state) => sql(state, 'DELETE FROM events WHERE seq > 1')],
  ])('%s', async (_, change) => {
    const state = await sealed(brokenAt(1));
    change(state);
    expect(await ask(state)).toMatchObject({ outcome: 'tampered', message: expect.stringMatching(/.{20,}/) });
  });

  it('the record is judged otherwise than it was sealed', async () => {
    const state = await sealed(runAt(1));
    const severe: typeof judge = (record) => ({ ...judge(record), verdict: 'failed', exitCode: 1 });
    expect(await ask(state, { judge: severe })).toMatchObject({ outcome: 'tampered' });
  });

  it('a history that cannot be read is our own fault', async () => {
    const state = await sealed(runAt(1));
    writeFileSync(path.join(state.stateDir, 'checkpoint.json'), 'rubbish');
    expect(await ask(state)).toMatchObject({
      outcome: 'own-fault',
      message: expect.stringContaining('is not a checkpoint'),
    });
  });
});

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replaceAll(from, to));
}

function sql(state: State, statement: string): void {
  const database = new DatabaseSync(path.join(state.stateDir, 'ledger.sqlite'));
  database.exec(`DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_delete; ${statement}`);
  database.close();
}
