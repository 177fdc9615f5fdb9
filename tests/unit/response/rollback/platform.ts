/**
 * A platform for the tests of the state machine: a file whose last line is the commit that is served, a real program that
 * changes it, the real history. Each line of the file is one change, so that "exactly one" is counted, not believed.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openLedger } from '../../../../src/ledger/open-ledger.ts';
import type { Ledger } from '../../../../src/ledger/schema.ts';
import type { Clock } from '../../../../src/probe/clock.ts';
import type { Driver, DriverTools } from '../../../../src/response/rollback/driver.ts';
import { createCommandDriver } from '../../../../src/response/rollback/drivers/command.ts';
import type { RollbackPorts } from '../../../../src/response/rollback/ports.ts';
import { runGroup } from '../../../../src/response/rollback/run-group.ts';
import type { Served } from '../../../../src/response/rollback/served.ts';
import { rollbackPolicyFor } from './sample-policy.ts';
import { A, B, candidate, confirmed, failedRun, minute, proofOf, run, SCOPE } from './sample-rollbacks.ts';

export interface Platform {
  readonly folder: string;
  /** the commits that were switched to, in order */
  readonly switches: () => string[];
  readonly served: () => Served;
  readonly driver: Driver;
}

const SCRIPT = 'echo "$2" >> "$1"\n';

/** B is served. `script` gets the file and the target. */
export function openPlatform(folder: string, script = SCRIPT): Platform {
  const [log, program] = [path.join(folder, 'switches'), path.join(folder, 'drive.sh')];
  writeFileSync(program, script);
  appendFileSync(log, '');
  const switches = (): string[] => readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return {
    folder,
    switches,
    served: () => ({ kind: 'one', commit: switches().at(-1) ?? B, schemaVersion: '4' }),
    driver: createCommandDriver(
      {
        kind: 'command',
        argv: ['/bin/sh', program, log, '{{target.commit}}'],
        credentials: [],
        timeout: 5000,
      },
      toolsFor(folder),
    ),
  };
}

export function toolsFor(folder: string, change: Partial<DriverTools> = {}): DriverTools {
  return {
    run: runGroup,
    fetch,
    clock: testClock(),
    env: { PATH: process.env['PATH'] },
    projectDir: folder,
    temporaryFolder: () => folder,
    redact: (text) => text.replaceAll('sesame-open', '[redacted:TOKEN]'),
    ...change,
  };
}

/** Begins at ten past ten. Its time passes only while somebody sleeps. */
export function testClock(onSleep: () => void = () => {}): Clock {
  let nowMs = Date.parse(minute(10));
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      onSleep();
    },
  };
}

/** A passed, then B failed. */
export async function beginHistory(stateDir: string): Promise<Ledger> {
  const ledger = await openLedger({ stateDir, now: () => new Date(minute(9)) });
  await ledger.append(run(A, 1), 'run-a');
  await ledger.append(failedRun(B, 5), 'run-b');
  return ledger;
}

export async function findNewestProof(ledger: Ledger): Promise<ReturnType<typeof proofOf>> {
  const sealed = (await ledger.rows({ type: 'run.sealed' })).flatMap(({ event }) =>
    event.type === 'run.sealed' && event.kind === 'production' ? [event] : [],
  );
  const newest = sealed.at(-1);
  return newest === undefined ? { outcome: 'inconclusive', reason: 'not-run', message: 'nothing' } : proofOf(newest);
}

/** Ports of one process on this platform. What the suite finds follows from what is served: A works, all else is broken. */
export function portsOn(
  platform: Platform,
  ledger: Ledger,
  pid: number,
  change: Partial<RollbackPorts> = {},
): RollbackPorts {
  let ids = 0;
  const clock = change.clock ?? testClock();
  return {
    ...{ ledger, scope: SCOPE, policy: rollbackPolicyFor(), driver: platform.driver, clock },
    newId: () => `p${pid}n${ids++}`,
    owner: { host: 'here', pid, startedAt: '' },
    stateOf: () => 'alive',
    findProof: () => findNewestProof(ledger),
    askSystem: async () => platform.served(),
    confirm: async ({ commit }) => confirmed({ commit }),
    findTarget: async () => ({ kind: 'found', candidate: candidate(A), why: 'it fits' }),
    runSuite: async (commit) => sealSuite(ledger, commit, `${pid}-${ids++}`, clock),
    say: () => {},
    ...change,
  };
}

export async function sealSuite(ledger: Ledger, commit: string, name: string, clock: Clock): Promise<undefined> {
  const at = (clock.now().getTime() - Date.parse(minute(0))) / 60_000;
  const startedAt = clock.now().toISOString();
  const change = { runId: `suite-${name}`, startedAt };
  await ledger.append(commit === A ? run(A, at, change) : failedRun(commit, at, change), `suite-${name}`);
}
