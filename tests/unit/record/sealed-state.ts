/** A state folder with sealed runs, for the tests of seal and proof. */
import { onTestFinished } from 'vitest';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import type { Ledger } from '../../../src/ledger/schema.ts';
import { sealRun } from '../../../src/record/seal.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { temporaryFolder } from '../ledger/sample-events.ts';
import { COMMIT, healthyRecord, row } from '../verdict/sample-record.ts';

export { COMMIT, healthyRecord };
export const NOW = new Date('2026-11-21T10:05:00.000Z');
export const OTHER_COMMIT = 'b'.repeat(40);

export interface State {
  readonly stateDir: string;
  readonly ledger: Ledger;
}

export async function openState(stateDir = temporaryFolder()): Promise<State> {
  const ledger = await openLedger({ stateDir, now: () => NOW });
  onTestFinished(() => ledger.close());
  return { stateDir, ledger };
}

export async function intend({ ledger }: State, record: RunRecord): Promise<void> {
  const { runId, system, environment, kind, expected, startedAt, plan } = record;
  await ledger.append(
    {
      type: 'run.intended',
      ...{ runId, system, environment, kind, expected, startedAt },
      planDigest: plan.digest,
      contractDigest: plan.contractDigest,
    },
    `intent:${runId}`,
  );
}

export async function seal(state: State, record: RunRecord): Promise<string[]> {
  await intend(state, record);
  const { files } = await sealRun({ ...state, record, verdict: judge(record), now: () => NOW });
  return files;
}

/** A run `minute` minutes after 10:00 that ended nine seconds later. */
export function runAt(minute: number, over: Partial<RunRecord> = {}): RunRecord {
  const clock = `2026-11-21T10:${String(minute).padStart(2, '0')}`;
  return healthyRecord({
    runId: `run-${minute}`,
    startedAt: `${clock}:00.000Z`,
    settledAt: `${clock}:01.000Z`,
    endedAt: `${clock}:09.000Z`,
    ...over,
  });
}

export function brokenAt(minute: number, over: Partial<RunRecord> = {}): RunRecord {
  const message = '/health answers 500 (expected 200)';
  return runAt(minute, {
    rows: [
      row('code-authority.served-commit', { layer: 'code-authority' }),
      row('runtime.health', { status: 'failed', severity: 'P0', message }),
    ],
    ...over,
  });
}

/** Another commit in the expectation and in what was served. */
export function of(commit: string): Partial<RunRecord> {
  const { identity, plan } = healthyRecord();
  return {
    expected: { commit },
    plan: { ...plan, expected: { commit } },
    identity: identity.map((sample) => ({ ...sample, commit })),
  };
}
