/** One run of the check engine in this process: plan, observe, control, judge, and seal as kind "check". */
import { randomBytes } from 'node:crypto';
import { loadSystem } from '../contract/load-system.ts';
import type { ResolvedSystem } from '../contract/schema.ts';
import { systemClock } from '../probe/clock.ts';
import { runControls } from '../probe/controls.ts';
import { runEngine } from '../probe/engine.ts';
import { findExpectedBuild } from '../probe/identity/expected-build.ts';
import { createJournal } from '../probe/journal/journal.ts';
import { layersBeyondTheWire, makePlan, ON_THE_WIRE } from '../probe/plan.ts';
import type { EngineEvent, IdentitySample, Plan, Row } from '../probe/schema.ts';
import { createTools, type Tools } from '../probe/tools.ts';
import type { RunRecord } from '../run/schema.ts';
import { judge } from '../verdict/judge.ts';
import type { VerdictRecord } from '../verdict/schema.ts';
import { ledgerPlace } from './context.ts';
import { journalPlace } from './journal-place.ts';
import { toOwners } from './prepare-run.ts';
import { readProvenBefore } from './read-proven-before.ts';

export interface CheckInput {
  readonly contractsDir: string;
  readonly environment: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly runId: string;
  /** false = the expected build has to answer at once */
  readonly wait: boolean;
  readonly stateDir: string;
  /** false = leave no record */
  readonly record: boolean;
  readonly signal: AbortSignal;
}

export interface CheckedRun {
  readonly record: RunRecord;
  readonly verdict: VerdictRecord;
  /** Files that were written, relative to the state folder. */
  readonly files: readonly string[];
  /** Why the engine itself failed. */
  readonly fault: string | undefined;
}

/** Throws InputError and OwnFaultError; a finding is a row. */
export async function runCheck(input: CheckInput): Promise<CheckedRun> {
  const { contractsDir, environment, env } = input;
  const system = withPatience(loadSystem({ contractsDir, environment, env }), input.wait);
  const clock = systemClock();
  const nonce = randomBytes(12).toString('hex');
  const tools = createTools(system, { clock, nonce, path: env['PATH'] });
  try {
    const expected = await findExpectedBuild(system, env['GATE10_EXPECT_SHA'], tools.git);
    const previousCommit = system.environment.expect.previous ?? (await lastProven(input, system, expected.commit));
    const plan = await makePlan(system, { expected, previousCommit, git: tools.git, producers: ON_THE_WIRE });
    const startedAt = input.now().toISOString();
    const seal = input.record ? await intend(input, plan, startedAt) : undefined;
    try {
      const events: EngineEvent[] = [];
      const run = { id: input.runId, nonce };
      const controls = runControls({ client: tools.client, nonce });
      const { signal } = input;
      const place = journalPlace({
        cwd: process.cwd(),
        env: { ...env, GATE10_STATE_DIR: input.stateDir },
        now: input.now,
      });
      const journal = createJournal(place);
      const provenCommits = () => allProven(input, system);
      const engine = { system, plan, ...tools, clock, run, journal, provenCommits };
      await runEngine({ ...engine, emit: (event) => events.push(event), signal });
      const commit = await describeCommit(system, plan, tools);
      const record = toRecord(input, { system, plan, startedAt, events, commit, controls: await controls });
      const verdict = judge(record);
      const end = events.find((event) => event.type === 'end');
      const fault = end === undefined ? 'it ended without a last word' : end.error;
      return { record, verdict, files: (await seal?.finish(record, verdict)) ?? [], fault };
    } finally {
      await seal?.close();
    }
  } finally {
    tools.client.close();
  }
}

/** Without patience the first look decides; what is judged stays the same. */
function withPatience(system: ResolvedSystem, wait: boolean): ResolvedSystem {
  if (wait) return system;
  const settle = { ...system.environment.settle, readyWithin: 0, stabilise: 0 };
  return { ...system, environment: { ...system.environment, settle } };
}

interface Facts {
  readonly system: ResolvedSystem;
  readonly plan: Plan;
  readonly startedAt: string;
  readonly events: readonly EngineEvent[];
  readonly commit: RunRecord['commit'];
  readonly controls: RunRecord['controls'];
}

function toRecord(input: CheckInput, facts: Facts): RunRecord {
  const { system, plan, events, controls, startedAt, commit } = facts;
  const rows: Row[] = events.flatMap((event) => (event.type === 'row' ? [event.row] : []));
  const identity: IdentitySample[] = events.flatMap((event) => (event.type === 'identity' ? event.samples : []));
  const settledAt = events.flatMap((event) => (event.type === 'phase' && event.phase === 'settled' ? [event.at] : []));
  const [firstSettled] = settledAt;
  return {
    schema: 'gate10/run/v1',
    runId: input.runId,
    kind: 'check',
    system: plan.system,
    environment: plan.environment,
    frontDoor: system.environment.services[system.contract.frontDoor]?.url ?? system.contract.frontDoor,
    expected: plan.expected,
    ...(plan.previousCommit === undefined ? {} : { previousCommit: plan.previousCommit }),
    commit,
    startedAt,
    ...(firstSettled === undefined ? {} : { settledAt: firstSettled }),
    endedAt: input.now().toISOString(),
    runner: { name: 'gate10 check', version: '', node: process.version, argv: [] },
    plan,
    rows,
    slis: [],
    identity,
    integrity: [],
    ...(controls === undefined ? {} : { controls }),
    layers: wireLayers(system, plan),
    ...toOwners(system.contract),
  };
}

/** Layers that only a browser or a long watch can show are no part of what this run claims, and the record says so. */
function wireLayers(system: ResolvedSystem, plan: Plan): RunRecord['layers'] {
  const planned = new Set<string>(plan.rows.map(({ layer }) => layer));
  const elsewhere: ReadonlySet<string> = layersBeyondTheWire(system, plan.expected.commit);
  const unseen = { absent: 'gate10 check observes the wire only; the production run observes this layer' };
  return Object.fromEntries(
    Object.entries(system.contract.layers).map(([layer, declared]) => {
      const isLeftOut = declared === 'declared' && !planned.has(layer) && elsewhere.has(layer);
      return [layer, isLeftOut ? unseen : declared];
    }),
  );
}

/** As the production run has it: what is new is new against the last commit that was proven here. */
function lastProven(input: CheckInput, system: ResolvedSystem, commit: string | undefined) {
  const { stateDir, now, env } = input;
  const scope = { system: system.contract.system, environment: system.environmentName };
  return readProvenBefore({ stateDir, now, ...ledgerPlace({ cwd: process.cwd(), env }) }, scope, commit);
}

async function allProven({ stateDir, now, env }: CheckInput, system: ResolvedSystem) {
  const scope = { system: system.contract.system, environment: system.environmentName };
  const { readProvenCommits } = await import('./read-proven-commits.ts');
  return readProvenCommits({ stateDir, now, ...ledgerPlace({ cwd: process.cwd(), env }) }, scope);
}

async function describeCommit(system: ResolvedSystem, plan: Plan, { git }: Tools): Promise<RunRecord['commit']> {
  const { deployedAt } = system.environment.expect;
  const deployed = deployedAt === undefined ? {} : { deployedAt };
  if (plan.expected.commit === undefined) return deployed;
  const entry = await git.describe(plan.expected.commit);
  return entry.ok ? { time: entry.value.time, subject: entry.value.subject, ...deployed } : deployed;
}

interface Seal {
  finish(record: RunRecord, verdict: VerdictRecord): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The intent stands before the first probe, so that a killed run is seen. Loaded only where a record is wanted. */
async function intend(input: CheckInput, plan: Plan, startedAt: string): Promise<Seal> {
  const [{ openLedger }, { sealRun }] = await Promise.all([
    import('../ledger/open-ledger.ts'),
    import('../record/seal.ts'),
  ]);
  const { runId, now, stateDir } = input;
  const ledger = await openLedger({ stateDir, now, ...ledgerPlace({ cwd: process.cwd(), env: input.env }) });
  const { system, environment, expected, contractDigest, digest } = plan;
  await ledger.append(
    {
      type: 'run.intended',
      kind: 'check',
      ...{ runId, system, environment, expected, contractDigest, startedAt },
      planDigest: digest,
    },
    `intend:${runId}`,
  );
  return {
    finish: async (record, verdict) => (await sealRun({ stateDir, ledger, record, verdict, now })).files,
    close: () => ledger.close(),
  };
}
