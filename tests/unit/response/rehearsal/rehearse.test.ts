import { describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../../../src/ledger/open-ledger.ts';
import { rehearse } from '../../../../src/response/rehearsal/rehearse.ts';
import type { Driver } from '../../../../src/response/rollback/driver.ts';
import type { RollbackPorts } from '../../../../src/response/rollback/ports.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { openPlatform, portsOn, testClock } from '../rollback/platform.ts';
import { rollbackPolicyFor } from '../rollback/sample-policy.ts';
import { A, B, intended, run, SCOPE } from '../rollback/sample-rollbacks.ts';

const ALLOWED = rollbackPolicyFor({ rehearsal: { maxAge: 1, environments: [SCOPE.environment] } });

/** B is served and proven, A passed before; both work. */
async function open(change: Partial<RollbackPorts> = {}) {
  const folder = temporaryFolder();
  const ledger = await openLedger({ stateDir: folder, now: () => new Date() });
  onTestFinished(() => ledger.close());
  await ledger.append(run(A, 1), 'a');
  await ledger.append(run(B, 5), 'b');
  const platform = openPlatform(folder);
  const clock = testClock();
  const runSuite: RollbackPorts['runSuite'] = async (commit) => {
    const id = `suite-${await ledger.size()}`;
    await ledger.append(run(commit, 11, { runId: id }), id);
    return undefined;
  };
  return { ledger, platform, ports: portsOn(platform, ledger, 1, { policy: ALLOWED, clock, runSuite, ...change }) };
}

describe('a rehearsal', () => {
  it('goes to the older release and back, proves both and is recorded', async () => {
    const { ports, platform, ledger } = await open();
    expect(await rehearse(ports)).toMatchObject({ outcome: 'passed', rehearsal: { from: B, to: A } });
    expect(platform.switches()).toEqual([A, B]);
    expect(await ledger.rows({ type: 'rehearsal.recorded' })).toMatchObject([{ event: { outcome: 'passed' } }]);
  });

  it('goes back in any case, and fails, where the older release is not proven', async () => {
    const { ports, platform, ledger } = await open({ runSuite: async () => 'npx: it could not be started' });
    expect(await rehearse(ports)).toMatchObject({ outcome: 'failed', because: expect.stringContaining('not proven') });
    expect(platform.switches()).toEqual([A, B]);
    expect(await ledger.rows({ type: 'rehearsal.recorded' })).toMatchObject([{ event: { outcome: 'failed' } }]);
  });

  it('fails where it took longer than the policy has it', async () => {
    const { ports, platform } = await open();
    const slow: Driver = {
      ...platform.driver,
      drive: async (order) => {
        await ports.clock.sleep(121_000);
        return platform.driver.drive(order);
      },
    };
    const because = expect.stringContaining('it took 121000 ms, 120000 are allowed');
    expect(await rehearse({ ...ports, driver: slow })).toMatchObject({ outcome: 'failed', because });
  });

  it('fails where the driver fails', async () => {
    const { ports, platform } = await open();
    const driver: Driver = { ...platform.driver, drive: async () => ({ outcome: 'failed', serves: A, said: 'no' }) };
    expect(await rehearse({ ...ports, driver })).toMatchObject({ outcome: 'failed' });
  });

  it.each<[string, (ports: RollbackPorts) => Partial<RollbackPorts>]>([
    ['in an environment where it is not allowed', () => ({ policy: rollbackPolicyFor() })],
    ['without a driver', () => ({ driver: undefined })],
    ['of what is not proven', () => ({ findProof: async () => ({ outcome: 'own-fault', message: 'm' }) })],
    ['of what is not served', () => ({ askSystem: async () => ({ kind: 'one', commit: A }) })],
    ['where no other release fits', () => ({ findTarget: async () => ({ kind: 'misfit', why: '0005.sql' }) })],
  ])('is refused %s', async (_, change) => {
    const { ports, platform, ledger } = await open();
    expect(await rehearse({ ...ports, ...change(ports) })).toMatchObject({ outcome: 'refused' });
    expect(platform.switches()).toEqual([]);
    expect(await ledger.rows({ type: 'rehearsal.recorded' })).toEqual([]);
  });

  it('is refused while a rollback is not over', async () => {
    const { ports, platform, ledger } = await open();
    await ledger.append(intended('rb', B, A, 9), 'intent');
    expect(await rehearse(ports)).toMatchObject({ outcome: 'refused' });
    expect(platform.switches()).toEqual([]);
  });
});
