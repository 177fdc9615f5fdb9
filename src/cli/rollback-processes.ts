/** The processes of its own that a rollback starts: the suite, whoever is told; checks that confirm in `rollback-confirm.ts`. None of them sees the driver's credentials. */
import path from 'node:path';
import type { RollbackPolicy } from '../contract/rollback-policy-schema.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { ProcessResult } from '../probe/run-process.ts';
import { endOf, fillArgv } from '../response/rollback/driver.ts';
import { runGroup } from '../response/rollback/run-group.ts';
import type { RollbackReport } from '../response/rollback/schema.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, stateDir } from './context.ts';

export const MAX_OUTPUT_BYTES = 50_000_000;
const NOTIFY_WITHIN_MS = 30_000;

export interface ProcessPlace {
  readonly context: CliContext;
  readonly system: string;
  readonly environment: string;
  readonly policy: RollbackPolicy;
  /** names of variables that only the driver sees */
  readonly credentials: readonly string[];
  readonly ledger: Ledger;
}

/** What is left of the environment, aimed at one commit. A run that began the day has its id already; this is another. */
export function envFor(
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

/** The policy's production suite, aimed at one commit: what it found is in the history. */
export function spawnSuite(place: ProcessPlace, commit: string): Promise<ProcessResult> {
  const { context, policy } = place;
  const [program = '', ...args] = policy.suite;
  return runGroup(program, args, {
    ...{ cwd: context.cwd, env: envFor(place, commit) },
    ...{ timeoutMs: policy.deadlines.prove, maxBytes: MAX_OUTPUT_BYTES },
  });
}

/** Undefined where it came to its end, whatever it found; else why it did not. */
export async function runSuite(place: ProcessPlace, commit: string): Promise<string | undefined> {
  const result = await spawnSuite(place, commit);
  if (result.code === 0 || result.code === 1 || result.code === 3) return undefined;
  const said = plainLine(`${result.stdout.toString('utf8')} ${result.stderr}`.slice(-400), 300);
  return `${path.basename(place.policy.suite[0] ?? '')}: ${endOf(result)}: ${said}`;
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
