/** inject → run the suite → read the sealed record → compare → undo, and healthy again by proof. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { canonicalJson, sha256Hex } from '../../src/contract/canonical.ts';
import type { VerdictRecord } from '../../src/verdict/schema.ts';
import { type CatalogueTrial, expectedOf } from './catalogue.ts';
import type { Trial } from './fault.ts';
import { type Due, grade } from './grade.ts';
import { heal, type Lane } from './lane.ts';
import { readOutcome, type Sealed } from './read-outcome.ts';
import type { TrialResult } from './result.ts';
import { runSuite, type SuiteRun } from './run-suite.ts';

export interface TrialOptions {
  readonly campaign: string;
  readonly codeDigest: string;
  /** Where results and records lie. */
  readonly resultDir: string;
  readonly now: () => Date;
  /** More for the run's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Sees the run's folder before it is removed. */
  readonly inspect?: (run: SuiteRun) => Promise<void>;
}

export interface TrialEnd {
  readonly result: TrialResult;
  /** The lane is not what it was: it must not be used again. */
  readonly illness?: string;
}

/** Never throws: what goes wrong on the way is the grade `broken`, or an illness of the lane. */
export async function runTrial(lane: Lane, each: CatalogueTrial, options: TrialOptions): Promise<TrialEnd> {
  const startedMs = performance.now();
  const isHealthy = expectedOf(each) === 'passed';
  const run = await runWithFault(lane, isHealthy ? { patient: true, ...each.trial } : each.trial, options);
  const illness = await heal(lane, each.trial.release).then(
    () => undefined,
    (error: unknown) => `${each.name}: ${String(error)}`,
  );
  await options.inspect?.(run);
  const result = await toResult(each, run, options, performance.now() - startedMs);
  for (const beside of ['', '-contracts', '-repository']) {
    rmSync(`${run.stateDir}${beside}`, { recursive: true, force: true });
  }
  return { result, ...(illness !== undefined && { illness }) };
}

async function runWithFault(lane: Lane, trial: Trial, options: TrialOptions): Promise<SuiteRun> {
  let recovery = { end: async (): Promise<void> => undefined };
  try {
    if (trial.release !== undefined) await lane.system.control.deploy(trial.release);
    recovery = await inject(lane, trial);
    const run = await runSuite(lane, trial, options.env);
    const { unmetFaults } = await lane.system.control.state();
    if (unmetFaults.length > 0) throw new Error(`nothing was rewritten by ${JSON.stringify(unmetFaults)}`);
    return run;
  } catch (error) {
    const output = `the trial could not be run: ${String(error)}`;
    return { exitCode: null, hung: false, output, stateDir: path.join(lane.dir, 'nothing'), durationMs: 0 };
  } finally {
    await recovery.end();
  }
}

/** Faults that heal by themselves do so while the suite runs. */
async function inject(lane: Lane, { faults = [], healsAfterMs }: Trial): Promise<{ end: () => Promise<void> }> {
  const { control } = lane.system;
  await control.setFaults([...faults]);
  if (healsAfterMs === undefined) return { end: async () => undefined };
  let healed: Promise<unknown> = Promise.resolve();
  const timer = setTimeout(() => {
    healed = control.clearFaults();
  }, healsAfterMs);
  return {
    end: async () => {
      clearTimeout(timer);
      await healed;
    },
  };
}

async function toResult(
  each: CatalogueTrial,
  run: SuiteRun,
  options: TrialOptions,
  durationMs: number,
): Promise<TrialResult> {
  const { fault, trial, name } = each;
  const due = toDue(each);
  const { expect, layer } = due;
  const read = await readSafely(run.stateDir);
  const verdict = 'sealed' in read ? read.sealed?.verdict : undefined;
  const graded = grade(due, { ...run, isPart: trial.how === 'pages', verdict });
  const record = 'sealed' in read && read.sealed ? keepRecord(options, name, read.sealed) : undefined;
  return {
    name,
    kind: expect === 'passed' ? 'healthy' : 'fault',
    layer,
    severity: fault.severity,
    expect,
    how: trial.how ?? 'check',
    grade: graded,
    verdict: verdict?.verdict ?? null,
    exitCode: run.exitCode,
    ...layersOf(verdict),
    red: 'sealed' in read && read.sealed ? redRows(read.sealed) : [],
    because: ('problem' in read ? read.problem : verdict?.because[0]) ?? '',
    seconds: Math.round(durationMs / 100) / 10,
    at: options.now().toISOString(),
    campaign: options.campaign,
    codeDigest: options.codeDigest,
    trialDigest: trialDigest(each),
    ...(record !== undefined && { record }),
    ...(graded !== 'right' && { output: run.output.slice(-4000) }),
  };
}

/** What the record has to say of it. */
export function toDue(each: CatalogueTrial): Due {
  const { fault, trial } = each;
  const layer = trial.layer ?? fault.layer;
  return { expect: expectedOf(each), layer, ...pick(fault, 'alsoNames'), ...pick(trial, 'says') };
}

/** Of the trial's data: what is injected, and what is due. */
export function trialDigest({ fault, trial }: CatalogueTrial): string {
  const { id, layer, expect, alsoNames, severity } = fault;
  const data = { id, layer, expect, alsoNames, severity, trial: { ...trial, says: trial.says?.source } };
  return sha256Hex(canonicalJson(JSON.parse(JSON.stringify(data))));
}

function pick<T extends object, K extends keyof T>(from: T, key: K): Pick<T, K> | Record<string, never> {
  return from[key] === undefined ? {} : ({ [key]: from[key] } as Pick<T, K>);
}

async function readSafely(
  stateDir: string,
): Promise<{ readonly sealed: Sealed | undefined } | { readonly problem: string }> {
  try {
    return { sealed: await readOutcome(stateDir) };
  } catch (error) {
    return { problem: `the record cannot be read: ${String(error)}` };
  }
}

function layersOf(verdict: VerdictRecord | undefined): Pick<TrialResult, 'failed' | 'warned' | 'inconclusive'> {
  const of = (status: string): string[] =>
    verdict?.layers.filter((layer) => layer.status === status).map(({ layer }) => layer) ?? [];
  return { failed: of('failed'), warned: of('warned'), inconclusive: of('inconclusive') };
}

function redRows({ record }: Sealed): string[] {
  const red = record.rows.filter(({ status }) => status !== 'passed');
  return red.map(({ id, status, reason }) => `${status}${reason === undefined ? '' : `(${reason})`} ${id}`);
}

function keepRecord({ resultDir, campaign }: TrialOptions, name: string, sealed: Sealed): string {
  const file = path.join(
    'records',
    campaign,
    `${name.replace(/[^A-Za-z0-9.-]+/g, '-')}-${sealed.record.runId}.json.gz`,
  );
  mkdirSync(path.dirname(path.join(resultDir, file)), { recursive: true });
  writeFileSync(path.join(resultDir, file), gzipSync(JSON.stringify(sealed)));
  return file;
}
