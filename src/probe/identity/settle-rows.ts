/** The rows of the settle phase: planned from the contract, judged from identity samples. */
import type { LayerId } from '../../contract/layers.ts';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Git } from '../code/git.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { IdentitySample, Plan, PlannedRow } from '../schema.ts';
import { buildName, type ExpectedBuild, expectedName, isExpectedBuild, sameCommit } from './build.ts';
import { judgeKeptOut } from './kept-out.ts';

/** Layers whose engine rows are observed even where the settle phase failed: they say why it did. */
export const DIAGNOSTIC_LAYERS: readonly LayerId[] = ['code-authority', 'dns', 'tls', 'integration', 'runtime'];

/** The samples of one lock: all taken after the expected build first answered. */
export interface Lock {
  readonly door: readonly IdentitySample[];
  /** of the service itself and its replicas; the door's where the front door is the service */
  readonly direct: readonly IdentitySample[];
  /** all of them, those of the stabilisation included */
  readonly all: readonly IdentitySample[];
}

export interface SettleFacts {
  readonly system: ResolvedSystem;
  readonly plan: Pick<Plan, 'expected' | 'previousCommit'>;
  readonly git: Git;
  /** how long was waited for the expected build */
  readonly waitedMs: number;
}

const IDS = {
  served: 'code-authority.served-commit',
  environment: 'code-authority.environment',
  oneBuild: 'runtime.replicas-one-build',
  answers: 'runtime.answers',
  frontDoor: 'integration.front-door-answers',
} as const;

/** Where the front door is the service itself, "answers" says it all. */
function hasFrontDoorOfItsOwn({ contract }: ResolvedSystem): boolean {
  return contract.frontDoor !== contract.identity.service && contract.layers.integration === 'declared';
}

/** Whether the contract says what the environment has to call itself. */
export function declaresEnvironment({ contract, environment }: ResolvedSystem): boolean {
  return contract.identity.environment !== undefined && environment.expect.environment !== undefined;
}

export function planSettle(system: ResolvedSystem): PlannedRow[] {
  const source = sourceOf(system, 'identity');
  const row = (id: string, layer: LayerId, title: string): PlannedRow => {
    return { id, layer, title, severity: 'P0', by: 'settle', ...(source === undefined ? {} : { source }) };
  };
  return [
    row(IDS.answers, 'runtime', 'The backend answers and says which build it is'),
    row(IDS.served, 'code-authority', 'The front door serves the expected build'),
    row(IDS.oneBuild, 'runtime', 'Every replica that answers runs the same build'),
    ...(hasFrontDoorOfItsOwn(system)
      ? [row(IDS.frontDoor, 'integration', 'The front door reaches the backend each time')]
      : []),
    ...(declaresEnvironment(system)
      ? [row(IDS.environment, 'code-authority', `What answers is the environment ${system.environmentName}`)]
      : []),
  ];
}

/** One judgement for each planned id. */
export async function judgeSettle(lock: Lock, facts: SettleFacts): Promise<Record<string, Judgement>> {
  return {
    [IDS.answers]: judgeAnswers(lock),
    [IDS.served]: await judgeServed(lock, facts),
    [IDS.oneBuild]: judgeOneBuild(lock),
    [IDS.frontDoor]: judgeFrontDoor(lock),
    [IDS.environment]: judgeEnvironment(lock.all, facts.system.environment.expect.environment),
  };
}

function judgeAnswers({ direct }: Lock): Judgement {
  const failed = direct.filter(({ error }) => error !== undefined);
  const evidence = { samples: direct.length, failed: failed.length };
  const [first] = failed;
  if (direct.length > 0 && first === undefined) return { status: 'passed', evidence };
  const keptOut = judgeKeptOut(failed, direct.length);
  if (keptOut !== undefined) return { ...keptOut, evidence };
  const expected = 'an answer that says which build it is';
  if (first === undefined) return { status: 'failed', message: 'The backend was never asked.', expected, evidence };
  const share = failed.length === direct.length ? '' : ` (${failed.length} of ${direct.length} samples)`;
  const message = `${first.via}, asked directly, does not say which build it runs: ${first.error}${share}. Look at the backend itself, not at the proxy.`;
  return { status: 'failed', message, expected, actual: first.error, evidence };
}

/** Answers of the backend itself tell a proxy that fails from a backend that does. */
function judgeFrontDoor({ door, direct }: Lock): Judgement {
  const failed = door.filter(({ error }) => error !== undefined);
  const evidence = { samples: door.length, failed: failed.length };
  const [first] = failed;
  if (door.length > 0 && first === undefined) return judgeSameBackend(door, direct, evidence);
  const keptOut = judgeKeptOut(failed, door.length);
  if (keptOut !== undefined) return { ...keptOut, evidence };
  const why = first?.error ?? 'it was never asked';
  const expected = 'an answer of the backend, each time';
  if (first === undefined || !direct.every(({ error }) => error === undefined)) {
    const message = `The front door did not reach the backend in ${shareOf(failed, door)}: ${why}. The backend does not answer each time either, so this says nothing about what stands before it.`;
    return { status: 'inconclusive', reason: 'insufficient', message, expected, actual: why, evidence };
  }
  const message = `The front door did not reach the backend in ${shareOf(failed, door)}: ${why}. Asked directly, the backend answers each time: look at the proxy and whatever else stands in front of it (DNS, TLS, limits).`;
  return { status: 'failed', message, expected, actual: why, evidence };
}

/** A front door that leads to another backend, or to another one as well. What caches say is no word of a backend. */
function judgeSameBackend(
  door: readonly IdentitySample[],
  direct: readonly IdentitySample[],
  evidence: Judgement['evidence'],
): Judgement {
  const answers = direct.filter(({ error }) => error === undefined);
  const isKnown = (sample: IdentitySample): boolean =>
    answers.some((one) => one.commit === sample.commit && one.version === sample.version);
  const strange = door.filter((sample) => sample.cached === undefined && !isKnown(sample));
  if (answers.length < direct.length || strange.length === 0) return { status: 'passed', evidence };
  const name = buildName(strange[0] ?? {}) ?? 'no build';
  const expected = Object.keys(countBuilds(answers)).join(', ');
  const message = `The front door leads to ${name} in ${shareOf(strange, door)}, which no backend that is asked directly runs (${expected}): it reaches another backend. Look at the proxy's upstreams.`;
  return { status: 'failed', message, expected, actual: name, evidence };
}

async function judgeServed({ door, direct }: Lock, facts: SettleFacts): Promise<Judgement> {
  const { expected } = facts.plan;
  const wrong = door.filter((sample) => !isExpectedBuild(sample, expected));
  const evidence = { samples: door.length, builds: countBuilds(door) };
  if (door.length > 0 && wrong.length === 0) return judgeCached(door, evidence);
  const waited = `${(facts.waitedMs / 1000).toFixed(1)} s`;
  const wanted = expectedName(expected);
  const named = wrong.find((sample) => buildName(sample) !== undefined && sample.error === undefined);
  const keptOut = judgeKeptOut(wrong, door.length);
  if (keptOut !== undefined) return { ...keptOut, evidence };
  if (named === undefined) {
    const why = wrong[0]?.error ?? 'it was never asked';
    if (hasFrontDoorOfItsOwn(facts.system) && wrong.length < door.length) {
      const message = `The front door serves ${wanted} wherever it answers; in ${shareOf(wrong, door)} it does not say which build it serves: ${why}. That it fails is said by ${IDS.frontDoor}.`;
      return { status: 'inconclusive', reason: 'insufficient', message, expected: wanted, actual: why, evidence };
    }
    const message = `The front door does not say which build it serves (${shareOf(wrong, door)}): ${why}. Expected ${wanted}, waited ${waited}. ${behind(direct, expected)}`;
    return { status: 'failed', message, expected: wanted, actual: why, evidence };
  }
  if (wrong.every(({ cached }) => cached !== undefined)) {
    const message = `The front door serves the identity of ${buildName(named)} ${named.cached} in ${shareOf(wrong, door)}, expected ${wanted}. A cache answered, so what runs behind it cannot be told. Waited ${waited}. Keep ${facts.system.contract.identity.path} out of every cache (cache-control: no-store). ${behind(direct, expected)}`;
    return { status: 'inconclusive', reason: 'stale', message, expected: wanted, actual: named.cached, evidence };
  }
  const { previousCommit } = facts.plan;
  const isPrevious =
    named.commit !== undefined && previousCommit !== undefined && sameCommit(named.commit, previousCommit);
  const subject = await subjectOf(named.commit, facts.git);
  const name = buildName(named) ?? '';
  const message = `The front door ${isPrevious ? 'still ' : ''}serves ${name}${subject} in ${shareOf(wrong, door)}, expected ${wanted}. Waited ${waited}. ${behind(direct, expected)}`;
  return { status: 'failed', message, expected: wanted, actual: name, evidence };
}

/** The right build, out of caches only: it was served once, which is less than that it is served now. */
function judgeCached(door: readonly IdentitySample[], evidence: Judgement['evidence']): Judgement {
  const [first] = door;
  if (door.some(({ cached }) => cached === undefined)) return { status: 'passed', evidence };
  const message = `Every answer of the front door about its build came ${first?.cached}, in spite of no-cache and a new query each time: it was true once. Answer it with cache-control: no-store.`;
  return { status: 'warned', message, expected: 'an answer of the system itself', actual: first?.cached, evidence };
}

/** What the backend says when it is asked directly: tells a proxy that lags from a deployment that did not happen. */
function behind(direct: readonly IdentitySample[], expected: ExpectedBuild): string {
  const right = direct.filter((sample) => isExpectedBuild(sample, expected));
  if (direct.length === 0) return 'Look at the deployment.';
  if (right.length === direct.length)
    return 'Asked directly, the backend runs the expected build: look at the proxy and whatever else stands in front of it (DNS, TLS, caches).';
  const builds = Object.entries(countBuilds(direct)).map(([name, count]) => `${name} in ${count}`);
  return `Asked directly: ${builds.join(', ')} of ${direct.length} samples. Look at the deployment of the backend.`;
}

function judgeOneBuild({ all }: Lock): Judgement {
  // What a cache says is no word of a replica.
  const said = all.filter(({ cached }) => cached === undefined);
  const heard = said.length === 0 ? all : said;
  const named = heard.filter((sample) => sample.error === undefined && buildName(sample) !== undefined);
  const [first] = named;
  const builds = countBuilds(named);
  const evidence = { samples: named.length, builds, instances: countInstances(named) };
  if (first === undefined) {
    const message = 'No sample says which build it came from, so it cannot be seen whether the replicas agree.';
    return { status: 'inconclusive', reason: 'insufficient', message, evidence };
  }
  const names = Object.keys(builds);
  if (names.length === 1) return { status: 'passed', evidence };
  const shares = Object.entries(evidence.instances).map(([name, count]) => `${name}: ${count} of ${named.length}`);
  const message = `The replicas run ${names.length} builds at the same time (${shares.join('; ')}). Look at the replica that was not replaced.`;
  return { status: 'failed', message, expected: 'one build', actual: names.join(', '), evidence };
}

export function judgeEnvironment(samples: readonly IdentitySample[], declared: string | undefined): Judgement {
  const said = samples.filter(({ error }) => error === undefined).map(({ environment }) => environment ?? '(nothing)');
  const expected = declared ?? '';
  const evidence = { samples: said.length };
  if (said.length === 0) {
    const keptOut = judgeKeptOut(samples, samples.length);
    if (keptOut !== undefined) return { ...keptOut, evidence };
    return { status: 'failed', message: `Nothing says that it is the environment ${expected}.`, expected, evidence };
  }
  const others = [...new Set(said.filter((name) => name !== expected))];
  if (others.length === 0) return { status: 'passed', evidence };
  const message = `What answers says that it is the environment ${others.join(', ')}, not ${expected}: another system stands behind this address. Look at DNS, proxy rules and environments.*.services.`;
  return { status: 'failed', message, expected, actual: others.join(', '), evidence };
}

async function subjectOf(commit: string | undefined, git: Git): Promise<string> {
  if (commit === undefined) return '';
  const entry = await git.describe(commit);
  return entry.ok ? ` (${entry.value.subject})` : ' (a commit that the repository does not know)';
}

function shareOf(part: readonly IdentitySample[], whole: readonly IdentitySample[]): string {
  return `${part.length} of ${whole.length} samples`;
}

/** Samples per build; ids that abbreviate each other are one build. */
function countBuilds(samples: readonly IdentitySample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sample of samples) {
    const name = sample.error === undefined ? (buildName(sample) ?? 'no build') : 'no build';
    const known = Object.keys(counts).find((other) => other === name || sameCommit(other, name)) ?? name;
    counts[known] = (counts[known] ?? 0) + 1;
  }
  return counts;
}

function countInstances(samples: readonly IdentitySample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sample of samples) {
    const at = sample.instance === undefined ? '' : ` at ${sample.instance}`;
    const name = `${buildName(sample) ?? 'no build'}${at}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
