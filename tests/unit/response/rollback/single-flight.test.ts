/** Of many gates that see the same failure one acts; whoever dies, at whatever point, leaves a rollback that is done once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../../../src/ledger/open-ledger.ts';
import type { Ledger } from '../../../../src/ledger/schema.ts';
import type { Clock } from '../../../../src/probe/clock.ts';
import type { Driver } from '../../../../src/response/rollback/driver.ts';
import type { RollbackPorts } from '../../../../src/response/rollback/ports.ts';
import { rollBack } from '../../../../src/response/rollback/roll-back.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { beginHistory, openPlatform, type Platform, portsOn, testClock } from './platform.ts';
import { A, B, C } from './sample-rollbacks.ts';

class Killed extends Error {}

/** Dies at its n-th step: before or after each thing that it does, and never does anything again. */
function dyingAt(ports: RollbackPorts, n: number): { ports: RollbackPorts; steps: () => number } {
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps >= n) throw new Killed();
  };
  const around = <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      step();
      const result = await work(...args);
      step();
      return result;
    };
  };
  const { ledger, driver } = ports;
  if (driver === undefined) throw new Error('the tests have one');
  return {
    steps: () => steps,
    ports: {
      ...ports,
      ledger: { ...ledger, append: around(ledger.append) },
      driver: { ...driver, drive: around(driver.drive) },
      findProof: around(ports.findProof),
      askSystem: around(ports.askSystem),
      confirm: around(ports.confirm),
      findTarget: around(ports.findTarget),
      runSuite: around(ports.runSuite),
    },
  };
}

async function open(): Promise<{ platform: Platform; ledger: Ledger }> {
  const folder = temporaryFolder();
  const ledger = await beginHistory(folder);
  onTestFinished(() => ledger.close());
  return { platform: openPlatform(folder), ledger };
}

/** Runs in turn, each dies at its step; then one that lives. All before it are gone. */
async function runDying(platform: Platform, ledger: Ledger, deaths: readonly number[]) {
  const clock = testClock();
  for (const [index, n] of deaths.entries()) {
    const { ports } = dyingAt(portsOn(platform, ledger, index + 1, { clock, stateOf: () => 'gone' }), n);
    await rollBack(ports, { dryRun: false }).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  }
  return rollBack(portsOn(platform, ledger, 99, { clock, stateOf: () => 'gone' }), { dryRun: false });
}

async function outcomes(ledger: Ledger): Promise<string[]> {
  const settled = await ledger.rows({ type: 'rollback.settled' });
  return settled.flatMap(({ event }) => (event.type === 'rollback.settled' ? [event.outcome] : []));
}

describe('a process that dies', () => {
  it('at any step leaves a rollback that is done once, proven and in the history', async () => {
    const whole = await open();
    const counted = dyingAt(portsOn(whole.platform, whole.ledger, 1), Number.POSITIVE_INFINITY);
    await rollBack(counted.ports, { dryRun: false });
    const points = counted.steps();
    expect(points).toBeGreaterThanOrEqual(28);
    for (let n = 1; n <= points; n += 1) {
      const { platform, ledger } = await open();
      const report = await runDying(platform, ledger, [n]);
      expect([n, platform.switches(), await outcomes(ledger)]).toEqual([n, [A], ['restored']]);
      expect(['restored', 'nothing-due']).toContain(report.outcome);
      expect(await ledger.verify()).toEqual([]);
    }
  });

  it.each([3, 9, 15, 17, 18, 19, 20, 22, 24, 26].flatMap((first) => [2, 5, 9].map((second) => [first, second])))(
    'at step %i, and the next at its step %i, leave it done once',
    async (first, second) => {
      const { platform, ledger } = await open();
      await runDying(platform, ledger, [first, second]);
      expect([platform.switches(), await outcomes(ledger)]).toEqual([[A], ['restored']]);
    },
  );

  it('while its driver goes on is taken over without driving twice', async () => {
    const { platform, ledger } = await open();
    let pending = false;
    const clock = testClock(() => {
      if (pending) void platform.driver.drive({ rollbackId: 'x', failed: B, target: A });
      pending = false;
    });
    const orphan: Driver = {
      ...platform.driver,
      drive: async () => {
        pending = true;
        throw new Killed();
      },
    };
    const first = portsOn(platform, ledger, 1, { clock, driver: orphan });
    await expect(rollBack(first, { dryRun: false })).rejects.toThrow(Killed);
    const waiting: Clock = { ...clock, sleep: (ms) => clock.sleep(ms).then(() => untilSwitched(platform)) };
    const second = portsOn(platform, ledger, 2, { clock: waiting, stateOf: () => 'gone' });
    expect(await rollBack(second, { dryRun: false })).toMatchObject({ outcome: 'restored', resumed: true });
    expect(platform.switches()).toEqual([A]);
    expect(await ledger.rows({ type: 'rollback.driven' })).toMatchObject([{ event: { outcome: 'found', attempt: 2 } }]);
  });

  it('before it drove is taken over, and driven when its driver can no longer be at work', async () => {
    const { platform, ledger } = await open();
    const dead: Driver = { ...platform.driver, drive: () => Promise.reject(new Killed()) };
    const clock = testClock();
    const first = portsOn(platform, ledger, 1, { clock, driver: dead });
    await expect(rollBack(first, { dryRun: false })).rejects.toThrow(Killed);
    const begun = clock.now().getTime();
    const second = portsOn(platform, ledger, 2, { clock, stateOf: () => 'gone' });
    expect(await rollBack(second, { dryRun: false })).toMatchObject({ outcome: 'restored', resumed: true });
    expect(clock.now().getTime() - begun).toBeGreaterThanOrEqual(platform.driver.timeoutMs);
    expect(platform.switches()).toEqual([A]);
  });

  it('after its driver had failed is taken over without another try', async () => {
    const { platform, ledger } = await open();
    let tries = 0;
    const failing: Driver = {
      ...platform.driver,
      drive: async () => {
        tries += 1;
        return { outcome: 'failed', serves: A, said: 'no such release' };
      },
    };
    const first = portsOn(platform, ledger, 1, { driver: failing });
    const askSystem: RollbackPorts['askSystem'] = async () => {
      if (tries > 0) throw new Killed();
      return platform.served();
    };
    await expect(rollBack({ ...first, askSystem }, { dryRun: false })).rejects.toThrow(Killed);
    const second = portsOn(platform, ledger, 2, { driver: failing, stateOf: () => 'gone' });
    const report = await rollBack(second, { dryRun: false });
    expect([report.outcome, report.reason, tries]).toEqual(['failed', 'driver-failed', 1]);
  });

  it('and finds another build when it is taken over drives nothing', async () => {
    const { platform, ledger } = await open();
    const dead: Driver = { ...platform.driver, drive: () => Promise.reject(new Killed()) };
    await expect(rollBack(portsOn(platform, ledger, 1, { driver: dead }), { dryRun: false })).rejects.toThrow(Killed);
    const change = { stateOf: () => 'gone' as const };
    const overtaken = portsOn(platform, ledger, 2, { ...change, askSystem: async () => ({ kind: 'one', commit: C }) });
    expect(await rollBack(overtaken, { dryRun: false })).toMatchObject({ outcome: 'refused', reason: 'overtaken' });
    expect(platform.switches()).toEqual([]);
  });

  it('and is taken over when its failure is old news drives nothing', async () => {
    const { platform, ledger } = await open();
    const dead: Driver = { ...platform.driver, drive: () => Promise.reject(new Killed()) };
    await expect(rollBack(portsOn(platform, ledger, 1, { driver: dead }), { dryRun: false })).rejects.toThrow(Killed);
    const late = portsOn(platform, ledger, 2, {
      stateOf: () => 'gone',
      findProof: async () => ({ outcome: 'inconclusive', reason: 'stale', message: 'it ended a week ago' }),
    });
    expect(await rollBack(late, { dryRun: false })).toMatchObject({ outcome: 'refused', reason: 'outdated' });
    expect(platform.switches()).toEqual([]);
  });

  it('and nothing is known of the runtime when it is taken over: loud, and nothing is driven', async () => {
    const { platform, ledger } = await open();
    const dead: Driver = { ...platform.driver, drive: () => Promise.reject(new Killed()) };
    await expect(rollBack(portsOn(platform, ledger, 1, { driver: dead }), { dryRun: false })).rejects.toThrow(Killed);
    const blind = portsOn(platform, ledger, 2, {
      stateOf: () => 'gone',
      askSystem: async () => ({ kind: 'unknown', why: 'no answer' }),
    });
    expect(await rollBack(blind, { dryRun: false })).toMatchObject({ outcome: 'failed', reason: 'runtime-unknown' });
    expect(platform.switches()).toEqual([]);
  });
});

async function untilSwitched(platform: Platform): Promise<void> {
  while (platform.switches().length === 0) await nextTurn();
}

describe('many gates at once', () => {
  it('20 of them roll back once', async () => {
    const { platform, ledger } = await open();
    const handles = await Promise.all(
      Array.from({ length: 20 }, () => openLedger({ stateDir: platform.folder, now: () => new Date() })),
    );
    onTestFinished(async () => {
      for (const handle of handles) await handle.close();
    });
    const reports = await Promise.all(
      handles.map((handle, index) => {
        const patient = { confirm: slowly(portsOn(platform, handle, index + 1).confirm) };
        return rollBack(portsOn(platform, handle, index + 1, patient), { dryRun: false });
      }),
    );
    expect(platform.switches()).toEqual([A]);
    expect(reports.filter(({ outcome }) => outcome === 'restored')).toHaveLength(1);
    for (const { outcome, reason } of reports)
      expect(['restored proven', 'refused in-flight', 'nothing-due proven']).toContain(`${outcome} ${reason}`);
    expect((await outcomes(ledger)).filter((outcome) => outcome === 'restored')).toHaveLength(1);
  });

  it('20 that take over from one that is gone go on once', async () => {
    const { platform, ledger } = await open();
    const dead: Driver = { ...platform.driver, drive: () => Promise.reject(new Killed()) };
    await expect(rollBack(portsOn(platform, ledger, 500, { driver: dead }), { dryRun: false })).rejects.toThrow(Killed);
    const stateOf: RollbackPorts['stateOf'] = ({ pid }) => (pid === 500 ? 'gone' : 'alive');
    const reports = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        rollBack(portsOn(platform, ledger, index + 1, { stateOf }), { dryRun: false }),
      ),
    );
    expect(platform.switches()).toEqual([A]);
    expect(reports.filter(({ outcome }) => outcome === 'restored')).toHaveLength(1);
  });

  it('processes of their own, two at once, roll back once', async () => {
    const { platform, ledger } = await open();
    const codes = await Promise.all([1, 2].map(() => runWorker(platform.folder)));
    expect(codes).toEqual([0, 0]);
    expect(platform.switches()).toEqual([A]);
    expect((await outcomes(ledger)).filter((outcome) => outcome === 'restored')).toHaveLength(1);
  });
});

function slowly<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) {
  return async (...args: Args): Promise<Result> => {
    await nextTurn();
    return work(...args);
  };
}

async function runWorker(folder: string): Promise<number | null> {
  const worker = spawn(process.execPath, [path.join(import.meta.dirname, 'rollback-worker.ts'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(worker, 'exit')) as [number | null];
  return code;
}
