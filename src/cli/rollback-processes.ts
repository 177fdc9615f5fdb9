/** The processes of its own that a rollback starts: checks that confirm, the suite that proves, whoever is told. None of them sees the driver's credentials. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RollbackPolicy } from '../contract/rollback-policy-schema.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { ProcessResult } from '../probe/run-process.ts';
import { readSealedRecord } from '../record/read-sealed-record.ts';
import { sealKey } from '../record/seal.ts';
import type { Confirmation } from '../response/rollback/decide-rollback.ts';
import { endOf, fillArgv } from '../response/rollback/driver.ts';
import { runGroup } from '../response/rollback/run-group.ts';
import type { RollbackReport } from '../response/rollback/schema.ts';
import { toServed } from '../response/rollback/served.ts';
import { plainLine } from '../run/plain-text.ts';
import type { RunRecord } from '../run/schema.ts';
import { judge } from '../verdict/judge.ts';
import { type CliContext, stateDir } from './context.ts';

const MAX_OUTPUT_BYTES = 50_000_000;
const NOTIFY_WITHIN_MS = 30_000;
/** The source and the build lie equally deep. */
const PROGRAM = fileURLToPath(new URL('../../bin/gate10.js', import.meta.url));

export interface ProcessPlace {
  readonly context: CliContext;
  readonly environment: string;
  readonly policy: RollbackPolicy;
  /** names of variables that only the driver sees */
  readonly credentials: readonly string[];
  readonly ledger: Ledger;
}

/** What is left of the environment, aimed at one commit. A run that began the day has its id already; this is another. */
function envFor(
  { context, environment, credentials }: ProcessPlace,
  commit: string,
): Record<string, string | undefined> {
  const hidden = new Set([...credentials, 'GATE10_RUN_ID']);
  const rest = Object.entries(context.env).filter(([name]) => !hidden.has(name));
  return {
    ...Object.fromEntries(rest),
    GATE10_TARGET: environment,
    GATE10_EXPECT_SHA: commit,
    GATE10_STATE_DIR: stateDir(context),
  };
}

/** `gate10 check` by a fresh process; its word counts as far as its sealed record bears it out. */
export async function confirmFailure(place: ProcessPlace, commit: string): Promise<Confirmation> {
  const { context, environment, policy } = place;
  const args = [PROGRAM, 'check', '--environment', environment, '--no-settle-wait', '--json'];
  const result = await runGroup(process.execPath, args, {
    ...{ cwd: context.cwd, env: envFor(place, commit) },
    ...{ timeoutMs: policy.deadlines.confirm, maxBytes: MAX_OUTPUT_BYTES },
  });
  const runId = readRunId(result);
  const sealed = runId === undefined ? undefined : await readSeal(place, runId);
  if (sealed === undefined) {
    const said = plainLine(result.stderr.slice(0, 500), 300);
    return {
      outcome: 'no-answer',
      commit: undefined,
      failedLayers: [],
      why: `the check left no record: ${said || endOf(result)}`,
    };
  }
  const { event, commit: seen } = sealed;
  const { verdict, exitCode, failedLayers, because } = event;
  if (exitCode !== result.code)
    return {
      outcome: 'no-answer',
      commit: undefined,
      failedLayers: [],
      why: `${endOf(result)}, its record says ${exitCode}`,
    };
  return { outcome: verdict, commit: seen, failedLayers, why: because[0] ?? 'no reason is recorded' };
}

function readRunId({ stdout }: ProcessResult): string | undefined {
  try {
    const { runId } = JSON.parse(stdout.toString('utf8')) as { readonly runId?: unknown };
    return typeof runId === 'string' ? runId : undefined;
  } catch {
    return undefined;
  }
}

async function readSeal({ ledger, environment, context }: ProcessPlace, runId: string) {
  const [row] = await ledger.rows({ key: sealKey(runId) });
  const event = row?.event;
  if (event?.type !== 'run.sealed' || event.environment !== environment) return undefined;
  const read = readSealedRecord(stateDir(context), event);
  if ('problem' in read) return undefined;
  const again = judge(read.record);
  if (again.verdict !== event.verdict || again.exitCode !== event.exitCode) return undefined;
  return { event, commit: seenCommit(read.record) };
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

/** Undefined where it came to its end, whatever it found; else why it did not. */
export async function runSuite(place: ProcessPlace, commit: string): Promise<string | undefined> {
  const { context, policy } = place;
  const [program = '', ...args] = policy.suite;
  const result = await runGroup(program, args, {
    ...{ cwd: context.cwd, env: envFor(place, commit) },
    ...{ timeoutMs: policy.deadlines.prove, maxBytes: MAX_OUTPUT_BYTES },
  });
  if (result.code === 0 || result.code === 1 || result.code === 3) return undefined;
  const said = plainLine(`${result.stdout.toString('utf8')} ${result.stderr}`.slice(-400), 300);
  return `${path.basename(program)}: ${endOf(result)}: ${said}`;
}

/** Undefined where nobody is to be told, or was told; else why it failed. That nobody could be told changes nothing else. */
export async function notify(place: ProcessPlace, report: RollbackReport): Promise<string | undefined> {
  const { context, policy } = place;
  if (policy.notify === undefined || report.rollbackId === undefined || report.dryRun) return undefined;
  const [program = '', ...args] = fillArgv(policy.notify, {
    ...{ 'rollback.id': report.rollbackId, system: report.system, environment: report.environment },
    ...{ outcome: report.outcome, reason: report.reason, because: plainLine(report.because, 1000) },
    'failed.commit': report.failed?.commit ?? '',
    'target.commit': report.target?.commit ?? '',
  });
  const env = envFor(place, report.serves ?? report.failed?.commit ?? '');
  const result = await runGroup(program, args, {
    ...{ cwd: context.cwd, env, timeoutMs: NOTIFY_WITHIN_MS, maxBytes: 100_000 },
  });
  return result.code === 0 ? undefined : `${path.basename(program)}: ${endOf(result)}`;
}
