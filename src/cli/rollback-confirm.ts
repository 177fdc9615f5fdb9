/** A failure seen again, by processes of their own: `gate10 check`, or the production suite where no check can see it. */
import { fileURLToPath } from 'node:url';
import type { SealedEvent } from '../ledger/schema.ts';
import type { ProcessResult } from '../probe/run-process.ts';
import { readSealedRecord } from '../record/read-sealed-record.ts';
import { sealKey } from '../record/seal.ts';
import { chooseMeans, type Means } from '../response/rollback/choose-means.ts';
import type { Confirmation, FailedRun } from '../response/rollback/decide-rollback.ts';
import { endOf } from '../response/rollback/driver.ts';
import { runGroup } from '../response/rollback/run-group.ts';
import { toServed } from '../response/rollback/served.ts';
import { plainLine } from '../run/plain-text.ts';
import type { RunRecord } from '../run/schema.ts';
import { judge } from '../verdict/judge.ts';
import { stateDir } from './context.ts';
import { envFor, MAX_OUTPUT_BYTES, type ProcessPlace, spawnSuite } from './rollback-processes.ts';

/** The source and the build lie equally deep. */
const PROGRAM = fileURLToPath(new URL('../../bin/gate10.js', import.meta.url));

/** What the process says counts as far as its sealed record bears it out. Never rejects for what the process does. */
export async function confirmFailure(place: ProcessPlace, failed: FailedRun): Promise<Confirmation> {
  const means = meansFor(place, failed);
  switch (means) {
    case 'check':
      return confirmByCheck(place, failed.commit);
    case 'suite':
      return confirmBySuite(place, failed.commit);
  }
}

/** A record that is gone since it was read as the proof says nothing: the check can refuse then, and confirm only what it sees. */
function meansFor({ context, policy }: ProcessPlace, { run }: FailedRun): Means {
  const read = readSealedRecord(stateDir(context), run);
  return 'record' in read ? chooseMeans(read.record, policy) : 'check';
}

async function confirmByCheck(place: ProcessPlace, commit: string): Promise<Confirmation> {
  const { context, environment, policy } = place;
  const args = [PROGRAM, 'check', '--environment', environment, '--no-settle-wait', '--json'];
  const result = await runGroup(process.execPath, args, {
    ...{ cwd: context.cwd, env: envFor(place, commit) },
    ...{ timeoutMs: policy.deadlines.confirm, maxBytes: MAX_OUTPUT_BYTES },
  });
  const runId = readRunId(result);
  const [row] = runId === undefined ? [] : await place.ledger.rows({ key: sealKey(runId) });
  const event = row?.event.type === 'run.sealed' && row.event.kind === 'check' ? row.event : undefined;
  return toConfirmation('check', place, result, event);
}

/** It writes a production run of its own, as any other does: the newest that was begun and sealed since it was started. */
async function confirmBySuite(place: ProcessPlace, commit: string): Promise<Confirmation> {
  const { ledger, environment, system, context } = place;
  const [before, begunMs] = [await ledger.size(), context.now().getTime()];
  const result = await spawnSuite(place, commit);
  const rows = await ledger.rows({ environment, system, type: 'run.sealed', kind: 'production' });
  const sealed = rows.flatMap(({ seq, event }) => (event.type === 'run.sealed' && seq > before ? [event] : []));
  const event = sealed.findLast(({ startedAt }) => Date.parse(startedAt) >= begunMs);
  return toConfirmation('suite', place, result, event);
}

function toConfirmation(
  by: Means,
  place: ProcessPlace,
  result: ProcessResult,
  event: SealedEvent | undefined,
): Confirmation {
  const silent = (why: string): Confirmation => {
    return { by, outcome: 'no-answer', commit: undefined, failedLayers: [], why };
  };
  const read = event && readAgain(place, event);
  if (event === undefined || read === undefined) {
    return silent(`the ${by} left no record: ${saidBy(by, result) || endOf(result)}`);
  }
  const { verdict, exitCode, failedLayers, because } = event;
  if (exitCode !== result.code) return silent(`${endOf(result)}, its record says ${exitCode}`);
  return { by, outcome: verdict, commit: seenCommit(read), failedLayers, why: because[0] ?? 'no reason is recorded' };
}

/** A check says on stderr why it could not; of a runner the end of all that it says. */
function saidBy(by: Means, { stdout, stderr }: ProcessResult): string {
  const text = by === 'check' ? stderr.slice(0, 500) : `${stdout.toString('utf8')} ${stderr}`.slice(-400);
  return plainLine(text, 300);
}

function readRunId({ stdout }: ProcessResult): string | undefined {
  try {
    const { runId } = JSON.parse(stdout.toString('utf8')) as { readonly runId?: unknown };
    return typeof runId === 'string' ? runId : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where the record is not the one that was sealed, or does not give its verdict again. */
function readAgain({ environment, system, context }: ProcessPlace, event: SealedEvent): RunRecord | undefined {
  if (event.environment !== environment || event.system !== system) return undefined;
  const read = readSealedRecord(stateDir(context), event);
  if ('problem' in read) return undefined;
  const again = judge(read.record);
  return again.verdict === event.verdict && again.exitCode === event.exitCode ? read.record : undefined;
}

/** What answered; what is down says nothing, and was looked for by the name that was expected. */
function seenCommit({ identity, expected }: RunRecord): string | undefined {
  const served = toServed(identity);
  switch (served.kind) {
    case 'one':
      return served.commit;
    case 'unknown':
      return expected.commit;
    case 'mixed':
      return undefined;
  }
}
