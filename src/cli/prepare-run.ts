/** The contract and the repository → what has to be proven, in which context, and how long it may take. */
import type { ResolvedSystem } from '../contract/schema.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { Git } from '../probe/code/git.ts';
import { findExpectedBuild } from '../probe/identity/expected-build.ts';
import type { JourneyScope } from '../probe/journey/plan-journeys.ts';
import { makePlan, type PlanInput } from '../probe/plan.ts';
import type { Plan, RunContext } from '../probe/schema.ts';
import { provenBefore } from '../record/proven-before.ts';
import type { PreparedRun } from '../run/announce-run.ts';
import type { AskedParts, RunLimits, RunOrder } from '../run/run-order.ts';

/** `told` = GATE10_EXPECT_SHA. Throws InputError. */
export async function prepareRun(
  system: ResolvedSystem,
  order: Pick<RunOrder, 'startedAt' | 'filters' | 'parts'>,
  { told, git, ledger }: { readonly told: string | undefined; readonly git: Git; readonly ledger: Ledger },
): Promise<PreparedRun> {
  const expected = await withFullId(await findExpectedBuild(system, told, git), git);
  const previousCommit = system.environment.expect.previous ?? (await lastProven(ledger, system, expected.commit));
  const [plan, context] = await Promise.all([
    makePlan(system, { expected, previousCommit, git, ...toScope(order.parts) }),
    toContext(system, git, expected.commit, order),
  ]);
  return { plan, context: order.parts.production ? context : ofJourneys(context, plan), limits: toLimits(system) };
}

/** Journeys alone wait for the build, are made, and look whether it is still that build. */
function toScope({ production, ways }: AskedParts): Pick<PlanInput, 'producers' | 'journeys'> {
  const journeys: JourneyScope | undefined = ways.length === 0 ? undefined : { which: 'all', ways };
  return production ? { journeys } : { journeys, producers: ['settle', 'journey', 'confirm'] };
}

/** Layers that no journey is about are no part of what such a run claims, and the record says so. */
function ofJourneys(context: RunContext, { rows }: Plan): RunContext {
  const planned = new Set<string>(rows.map(({ layer }) => layer));
  const unseen = { absent: 'journeys alone were asked for; the production run observes this layer' };
  const layers = Object.entries(context.layers).map(([layer, declared]) => {
    return [layer, declared === 'declared' && !planned.has(layer) ? unseen : declared] as const;
  });
  return { ...context, kind: 'journeys', layers: Object.fromEntries(layers) };
}

/** The full id where the repository knows the commit; else as it was given (a row says that it is unknown). */
async function withFullId<T extends { readonly commit?: string }>(build: T, git: Git): Promise<T> {
  if (build.commit === undefined) return build;
  const found = await git.resolve(build.commit);
  return found.ok ? { ...build, commit: found.value } : build;
}

async function lastProven(
  ledger: Ledger,
  system: ResolvedSystem,
  expectedCommit: string | undefined,
): Promise<string | undefined> {
  const scope = { system: system.contract.system, environment: system.environmentName };
  return provenBefore(
    await ledger.rows({ environment: scope.environment, type: 'run.sealed', kind: 'production' }),
    scope,
    expectedCommit,
  );
}

async function toContext(
  { contract, environment }: ResolvedSystem,
  git: Git,
  commit: string | undefined,
  { startedAt, filters }: Pick<RunOrder, 'startedAt' | 'filters'>,
): Promise<RunContext> {
  const described = commit === undefined ? undefined : await git.describe(commit);
  const facts = described?.ok ? { time: described.value.time, subject: described.value.subject } : {};
  const { deployedAt } = environment.expect;
  return {
    startedAt,
    frontDoor: environment.services[contract.frontDoor]?.url ?? contract.frontDoor,
    commit: { ...facts, ...(deployedAt !== undefined && { deployedAt }) },
    layers: contract.layers as RunContext['layers'],
    ...toOwners(contract),
    filters: [...filters],
  };
}

/** As the contract names them; what it leaves out is left out. */
export function toOwners({ owner, owners }: ResolvedSystem['contract']): Pick<RunContext, 'owner' | 'owners'> {
  return { ...(owner !== undefined && { owner }), ...(Object.keys(owners).length > 0 && { owners }) };
}

/** Outer limits: what the contract allows the run itself, and a margin so that the inner limits always speak first. */
function toLimits({ environment }: ResolvedSystem): RunLimits {
  const { settle, sampling, deadlines } = environment;
  const margin = 60_000 + 2 * deadlines.total;
  const samples = sampling.maxSamples ?? sampling.samples;
  return {
    settleMs: settle.readyWithin + settle.stabilise + margin,
    checkMs: settle.readyWithin + settle.stabilise + deadlines.run + deadlines.cleanup + 3 * margin,
    sampleMs: (2 * 1000 * (samples + sampling.warmup)) / sampling.ratePerSecond + margin,
    confirmMs: settle.observe + margin,
  };
}
