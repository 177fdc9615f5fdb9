import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Ledger, LedgerEvent, SealedEvent } from '../../../../src/ledger/schema.ts';
import type { Driver } from '../../../../src/response/rollback/driver.ts';
import type { RollbackPorts } from '../../../../src/response/rollback/ports.ts';
import { rollBack } from '../../../../src/response/rollback/roll-back.ts';
import { rollbackReportSchema } from '../../../../src/response/rollback/schema.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { beginHistory, openPlatform, type Platform, portsOn, sealSuite, testClock } from './platform.ts';
import { rollbackPolicyFor } from './sample-policy.ts';
import { A, B, C, confirmed, failedRun, minute, run } from './sample-rollbacks.ts';

async function open(script?: string): Promise<{ platform: Platform; ledger: Ledger }> {
  const folder = temporaryFolder();
  const ledger = await beginHistory(folder);
  onTestFinished(() => ledger.close());
  return { platform: openPlatform(folder, script), ledger };
}

async function types(ledger: Ledger): Promise<string[]> {
  return (await ledger.rows()).map(({ event }) => event.type).slice(2);
}

async function settledEvents(ledger: Ledger): Promise<LedgerEvent[]> {
  return (await ledger.rows({ type: 'rollback.settled' })).map(({ event }) => event);
}

describe('a rollback that is due', () => {
  it('drives once, proves the target and has every step in the history', async () => {
    const { platform, ledger } = await open();
    const report = await rollBack(portsOn(platform, ledger, 1), { dryRun: false });
    expect(report).toMatchObject({ outcome: 'restored', reason: 'proven', serves: A, resumed: false, isSlow: false });
    expect(rollbackReportSchema.parse(report)).toEqual(report);
    expect(platform.switches()).toEqual([A]);
    expect(await types(ledger)).toEqual(['rollback.intended', 'rollback.driven', 'run.sealed', 'rollback.settled']);
    expect(await settledEvents(ledger)).toMatchObject([
      { outcome: 'restored', failed: { commit: B }, target: { commit: A }, proofRun: report.proofRun },
    ]);
    expect(await ledger.verify()).toEqual([]);
  });

  it('is done once: asked again, nothing is due', async () => {
    const { platform, ledger } = await open();
    await rollBack(portsOn(platform, ledger, 1), { dryRun: false });
    const again = await rollBack(portsOn(platform, ledger, 2), { dryRun: false });
    expect(again).toMatchObject({ outcome: 'nothing-due' });
    expect(platform.switches()).toEqual([A]);
  });

  it('in a dry run is decided, and neither driven nor recorded', async () => {
    const { platform, ledger } = await open();
    const report = await rollBack(portsOn(platform, ledger, 1), { dryRun: true });
    expect(report).toMatchObject({ outcome: 'would-roll-back', dryRun: true, target: { commit: A } });
    expect(report.because).toContain(`would run ["/bin/sh"`);
    expect(platform.switches()).toEqual([]);
    expect(await types(ledger)).toEqual([]);
  });

  it('after two broken releases in a row goes back once for each, and never in a circle', async () => {
    const { platform, ledger } = await open();
    await rollBack(portsOn(platform, ledger, 1), { dryRun: false });
    appendFileSync(path.join(platform.folder, 'switches'), `${C}\n`);
    await ledger.append(failedRun(C, 20), 'run-c');
    const second = await rollBack(portsOn(platform, ledger, 2), { dryRun: false });
    expect(second).toMatchObject({ outcome: 'restored', failed: { commit: C }, target: { commit: A } });
    // a pipeline that deploys what was rolled back from, again and again
    for (const [index, commit] of [B, C, B].entries()) {
      appendFileSync(path.join(platform.folder, 'switches'), `${commit}\n`);
      await ledger.append(failedRun(commit, 30 + index), `again-${index}`);
      const report = await rollBack(portsOn(platform, ledger, 10 + index), { dryRun: false });
      expect(report).toMatchObject({ outcome: 'refused', reason: 'quarantined' });
    }
    expect(platform.switches()).toEqual([A, C, A, B, C, B]);
  });

  it('is told as slow where it took longer than the policy has it', async () => {
    const { platform, ledger } = await open('exit 0');
    const clock = testClock(() => {
      if (clock.now().toISOString() > '2026-11-21T10:11:30Z' && platform.switches().length === 0)
        appendFileSync(path.join(platform.folder, 'switches'), `${A}\n`);
    });
    const policy = rollbackPolicyFor({ restoreWithin: 60_000 });
    const report = await rollBack(portsOn(platform, ledger, 1, { clock, policy }), { dryRun: false });
    expect(report).toMatchObject({ outcome: 'restored', isSlow: true });
    expect(report.durations?.serveMs).toBeGreaterThan(60_000);
  });
});

type Look = SealedEvent['verdict'] | 'none';

/** What only the suite sees: each look is a production run of its own. */
function lookingBySuite(platform: Platform, ledger: Ledger, verdicts: readonly Look[], pid = 1) {
  const clock = testClock();
  let looks = 0;
  const confirm: RollbackPorts['confirm'] = async ({ commit }) => {
    const verdict = verdicts[looks++] ?? 'none';
    await clock.sleep(60_000);
    const at = (clock.now().getTime() - Date.parse(minute(0))) / 60_000;
    const failedLayers = verdict === 'failed' ? ['frontend'] : [];
    const runId = `look-${looks}`;
    if (verdict !== 'none') await ledger.append(run(commit, at, { runId, verdict, failedLayers }), runId);
    return confirmed({ by: 'suite', commit, outcome: verdict === 'none' ? 'no-answer' : verdict, failedLayers });
  };
  return { ports: portsOn(platform, ledger, pid, { confirm, clock }), looks: () => looks };
}

describe('a failure that only the suite sees', () => {
  it.each<[string, readonly Look[], string, number]>([
    ['fails again, twice', ['failed', 'failed'], 'restored proven', 2],
    ['cannot be judged once', ['inconclusive', 'failed', 'failed'], 'restored proven', 3],
    ['gives no answer in between', ['failed', 'none', 'failed'], 'restored proven', 3],
    ['passes at the second look', ['failed', 'passed'], 'nothing-due proven', 2],
    ['passes at the first look', ['passed'], 'nothing-due proven', 1],
    ['passes with a warning', ['warned'], 'nothing-due proven', 1],
    ['cannot be judged any more', ['inconclusive', 'inconclusive'], 'refused not-confirmed', 2],
    ['gives no answer', ['none', 'none'], 'refused not-confirmed', 2],
    ['fails once and then cannot be judged', ['failed', 'inconclusive', 'none'], 'refused not-confirmed', 3],
  ])('and that %s', async (_, verdicts, said, looked) => {
    const { platform, ledger } = await open();
    const { ports, looks } = lookingBySuite(platform, ledger, verdicts);
    const { outcome, reason } = await rollBack(ports, { dryRun: false });
    expect([`${outcome} ${reason}`, looks()]).toEqual([said, looked]);
    expect(platform.switches()).toEqual(outcome === 'restored' ? [A] : []);
  });

  it('is quarantined after its rollback, and not looked at again', async () => {
    const { platform, ledger } = await open();
    await rollBack(lookingBySuite(platform, ledger, ['failed', 'failed']).ports, { dryRun: false });
    appendFileSync(path.join(platform.folder, 'switches'), `${B}\n`);
    await ledger.append(failedRun(B, 30), 'again');
    const { ports, looks } = lookingBySuite(platform, ledger, [], 2);
    expect(await rollBack(ports, { dryRun: false })).toMatchObject({ outcome: 'refused', reason: 'quarantined' });
    expect(looks()).toBe(0);
  });

  it('is not driven where the last word of the history cannot be believed', async () => {
    const { platform, ledger } = await open();
    const { ports } = lookingBySuite(platform, ledger, ['failed', 'failed']);
    let asked = 0;
    const findProof: RollbackPorts['findProof'] = async () =>
      asked++ === 0 ? ports.findProof() : { outcome: 'tampered', problems: [], message: 'a row is missing' };
    const report = await rollBack({ ...ports, findProof }, { dryRun: false });
    expect(report).toMatchObject({ outcome: 'refused', reason: 'tampered' });
    expect(platform.switches()).toEqual([]);
  });
});

type Change = (parts: { platform: Platform; ledger: Ledger }) => Partial<RollbackPorts>;

const endsWith =
  (outcome: 'failed' | 'unknown') =>
  (driver: Driver): Driver => {
    return { ...driver, drive: async () => ({ outcome, serves: A, said: 'no such release' }) };
  };

describe('a rollback that fails is a state of its own', () => {
  it.each<[string, Change, string, number]>([
    ['the driver says no', ({ platform }) => ({ driver: endsWith('failed')(platform.driver) }), 'driver-failed', 0],
    [
      'the driver is cut off and nothing changes',
      ({ platform }) => ({ driver: endsWith('unknown')(platform.driver) }),
      'not-served',
      0,
    ],
    ['the suite cannot run', () => ({ runSuite: async () => 'npx: it could not be started' }), 'not-proven', 1],
    [
      'the suite cannot judge',
      ({ ledger }) => ({
        runSuite: async () => {
          await ledger.append(run(A, 11, { verdict: 'inconclusive', complete: false }), 'suite');
          return undefined;
        },
      }),
      'not-proven',
      1,
    ],
    [
      'the target is broken too',
      ({ ledger }) => ({
        runSuite: async () => {
          await ledger.append(failedRun(A, 11, { startedAt: '2026-11-21T10:11:00.000Z' }), 'suite');
          return undefined;
        },
      }),
      'target-broken',
      1,
    ],
    [
      'the suite proves another time than after the driving',
      ({ ledger }) => ({
        runSuite: async () => {
          await ledger.append(run(A, 8), 'early');
          return undefined;
        },
      }),
      'not-proven',
      1,
    ],
  ])('where %s', async (_, change, reason, switches) => {
    const parts = await open();
    const ports = portsOn(parts.platform, parts.ledger, 1, change(parts));
    expect(await rollBack(ports, { dryRun: false })).toMatchObject({ outcome: 'failed', reason });
    expect(await settledEvents(parts.ledger)).toMatchObject([{ outcome: 'failed', reason }]);
    expect(parts.platform.switches()).toHaveLength(switches);
    // and is not tried again
    const again = await rollBack(portsOn(parts.platform, parts.ledger, 2), { dryRun: false });
    expect(again.outcome).not.toBe('restored');
    expect(parts.platform.switches()).toHaveLength(switches);
  });

  it('but is none where the driver fails and the target is served and proven all the same', async () => {
    const { platform, ledger } = await open('echo "$2" >> "$1"; echo boom >&2; exit 7');
    const report = await rollBack(portsOn(platform, ledger, 1), { dryRun: false });
    expect(report).toMatchObject({ outcome: 'restored' });
    expect(await ledger.rows({ type: 'rollback.driven' })).toMatchObject([
      { event: { outcome: 'failed', said: '/bin/sh: it ended with exit code 7: boom' } },
    ]);
  });
});

describe('no rollback', () => {
  it.each<[string, Partial<RollbackPorts>, string]>([
    ['where the checks are flaky', { confirm: async () => confirmed({ outcome: 'passed' }) }, 'not-confirmed'],
    ['where the checks cannot judge', { confirm: async () => confirmed({ outcome: 'inconclusive' }) }, 'not-confirmed'],
    ['where the target is served already', { askSystem: async () => ({ kind: 'one', commit: A }) }, 'other-build'],
    ['where nothing answers', { askSystem: async () => ({ kind: 'unknown', why: 'no answer' }) }, 'runtime-unknown'],
    ['where there is no driver', { driver: undefined }, 'no-driver'],
    ['where no release is known', { findTarget: async () => ({ kind: 'none', why: 'w' }) }, 'no-target'],
  ])('%s', async (_, change, reason) => {
    const { platform, ledger } = await open();
    const report = await rollBack(portsOn(platform, ledger, 1, change), { dryRun: false });
    expect(report).toMatchObject({ outcome: 'refused', reason });
    expect(platform.switches()).toEqual([]);
    expect(await settledEvents(ledger)).toMatchObject([{ outcome: 'refused', reason }]);
  });

  it('where the schema does not fit: frozen, and in the history', async () => {
    const { platform, ledger } = await open();
    const ports = portsOn(platform, ledger, 1, { findTarget: async () => ({ kind: 'misfit', why: '0005_drop.sql' }) });
    expect(await rollBack(ports, { dryRun: false })).toMatchObject({ outcome: 'frozen', because: '0005_drop.sql' });
    expect(await settledEvents(ledger)).toMatchObject([{ outcome: 'frozen' }]);
    expect(platform.switches()).toEqual([]);
  });

  it('where another build came into service while the failure was confirmed', async () => {
    const { platform, ledger } = await open();
    const confirm: RollbackPorts['confirm'] = async ({ commit }) => {
      appendFileSync(path.join(platform.folder, 'switches'), `${C}\n`);
      return confirmed({ commit });
    };
    const report = await rollBack(portsOn(platform, ledger, 1, { confirm }), { dryRun: false });
    expect(report).toMatchObject({ outcome: 'refused', reason: 'other-build' });
  });

  it('where a proof came in while the failure was confirmed', async () => {
    const { platform, ledger } = await open();
    const clock = testClock();
    const confirm: RollbackPorts['confirm'] = async ({ commit }) => {
      await sealSuite(ledger, A, `late-${await ledger.size()}`, clock);
      return confirmed({ commit });
    };
    const report = await rollBack(portsOn(platform, ledger, 1, { confirm, clock }), { dryRun: false });
    expect(report).toMatchObject({ outcome: 'nothing-due' });
  });

  it('where the intent cannot be written: nothing is driven before it is in the history', async () => {
    const { platform, ledger } = await open();
    const full: Ledger = { ...ledger, append: () => Promise.reject(new Error('no space is left')) };
    const ports = { ...portsOn(platform, ledger, 1), ledger: full };
    await expect(rollBack(ports, { dryRun: false })).rejects.toThrow('no space is left');
    expect(platform.switches()).toEqual([]);
  });

  it('asks the platform where the system is down, and goes on by its word', async () => {
    const { platform, ledger } = await open();
    const askSystem: RollbackPorts['askSystem'] = async () =>
      platform.switches().length === 0 ? { kind: 'unknown', why: 'refused' } : platform.served();
    const driver: Driver = { ...platform.driver, current: async () => ({ kind: 'one', commit: B }) };
    const report = await rollBack(portsOn(platform, ledger, 1, { askSystem, driver }), { dryRun: false });
    expect(report).toMatchObject({ outcome: 'restored' });
  });
});
