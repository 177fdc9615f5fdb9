/** The rows of the closing checks: the same build, the same processes and the same environment as at the start. */
import type { LayerId } from '../../contract/layers.ts';
import type { ResolvedSystem } from '../../contract/schema.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { IdentitySample, Plan, PlannedRow } from '../schema.ts';
import { buildName, expectedName, isExpectedBuild, sameCommit } from './build.ts';
import { judgeKeptOut } from './kept-out.ts';
import { declaresEnvironment, judgeEnvironment } from './settle-rows.ts';

/** Everything that was seen from the moment when the build settled. */
export interface Watched {
  /** of the settle phase, with the expected build */
  readonly before: readonly IdentitySample[];
  /** of the observation window and of the closing samples */
  readonly after: readonly IdentitySample[];
  readonly settledAt: string;
}

const IDS = {
  served: 'code-authority.served-commit-again',
  environment: 'code-authority.environment-again',
  noRestart: 'runtime.no-restart',
} as const;

/** A restart can be seen only where the identity has an instance or a start time. */
export function planConfirm(system: ResolvedSystem): PlannedRow[] {
  const { instance, startedAt } = system.contract.identity;
  const source = sourceOf(system, 'identity');
  const row = (id: string, layer: LayerId, title: string): PlannedRow => {
    return { id, layer, title, severity: 'P0', by: 'confirm', ...(source === undefined ? {} : { source }) };
  };
  return [
    row(IDS.served, 'code-authority', 'The expected build is still served at the end of the run'),
    ...(declaresEnvironment(system)
      ? [row(IDS.environment, 'code-authority', 'It is still the same environment at the end of the run')]
      : []),
    ...(instance === undefined && startedAt === undefined
      ? []
      : [row(IDS.noRestart, 'runtime', 'No instance restarted while it was observed')]),
  ];
}

/** One judgement for each planned id. */
export function judgeConfirm(
  watched: Watched,
  system: ResolvedSystem,
  plan: Pick<Plan, 'expected' | 'previousCommit'>,
): Record<string, Judgement> {
  return {
    [IDS.served]: judgeServedAgain(watched, plan),
    [IDS.environment]: judgeEnvironment(watched.after, system.environment.expect.environment),
    [IDS.noRestart]: judgeRestarts(watched, system, plan),
  };
}

function otherBuilds({ after }: Watched, { expected }: Pick<Plan, 'expected'>): IdentitySample[] {
  return after.filter(
    (sample) => sample.error === undefined && buildName(sample) !== undefined && !isExpectedBuild(sample, expected),
  );
}

function judgeServedAgain(watched: Watched, plan: Pick<Plan, 'expected' | 'previousCommit'>): Judgement {
  const { after } = watched;
  const others = otherBuilds(watched, plan);
  const wanted = expectedName(plan.expected);
  const evidence = { samples: after.length, others: others.length };
  const previous = others.find(
    ({ commit }) =>
      commit !== undefined && plan.previousCommit !== undefined && sameCommit(commit, plan.previousCommit),
  );
  if (previous !== undefined) {
    const message = `${previous.via} went back to the previous build ${buildName(previous)} at ${previous.at}, after ${wanted} had settled. Look at whether a rollback happened, or one replica was never replaced.`;
    return { status: 'failed', message, expected: wanted, actual: buildName(previous), evidence };
  }
  const [other] = others;
  if (other !== undefined) {
    const message = `${other.via} serves ${buildName(other)} since ${other.at}: another deployment happened during this run, so it proves nothing about ${wanted}. Run it again for the new build.`;
    return {
      status: 'inconclusive',
      reason: 'wrong-build',
      message,
      expected: wanted,
      actual: buildName(other),
      evidence,
    };
  }
  const right = after.filter((sample) => isExpectedBuild(sample, plan.expected));
  const silent = after.find(({ error }) => error !== undefined);
  const keptOut = judgeKeptOut(
    after.filter(({ error }) => error !== undefined),
    after.length,
  );
  if (keptOut !== undefined) return { ...keptOut, evidence };
  if (silent !== undefined) {
    const message = `${silent.via} no longer says which build it serves (${silent.at}): ${silent.error}. Expected ${wanted}.`;
    return { status: 'failed', message, expected: wanted, actual: silent.error, evidence };
  }
  if (right.length > 0 && right.length === after.length) return { status: 'passed', evidence };
  return {
    status: 'failed',
    message: `No sample at the end of the run says which build is served. Expected ${wanted}.`,
    expected: wanted,
    evidence,
  };
}

function judgeRestarts(
  watched: Watched,
  { contract }: Pick<ResolvedSystem, 'contract'>,
  plan: Pick<Plan, 'expected'>,
): Judgement {
  const { before, after } = watched;
  const expected = 'the same processes from start to end';
  if (otherBuilds(watched, plan).length > 0) {
    const message = 'Another build was deployed during this run: its processes are new by right.';
    return { status: 'inconclusive', reason: 'wrong-build', message };
  }
  const { service } = contract.identity;
  const silent = after.filter(({ error }) => error !== undefined);
  const [first] = silent;
  const keptOut = judgeKeptOut(silent, after.length);
  if (keptOut !== undefined) return keptOut;
  if (first !== undefined) {
    const who = whoIsSilent(silent, before, contract);
    const message = `${who} stopped answering at ${first.at} (${silent.length} of ${after.length} samples): ${first.error}. Look for a crash loop.`;
    return { status: 'failed', message, expected, actual: first.error };
  }
  const starts = startsByInstance([...before, ...after]);
  const restarted = [...starts].find(([instance, times]) => instance !== '' && times.size > 1);
  if (restarted !== undefined) {
    const [instance, times] = restarted;
    const [old, now] = [...times];
    const message = `${instance} of ${service} restarted while it was observed: it had started at ${old}, and now at ${now}. Look at its log before that time.`;
    return { status: 'failed', message, expected, actual: `started ${[...times].join(', then ')}` };
  }
  return judgeNewcomers(watched, service, expected);
}

/** The service, as far as it was asked itself: the front door is silent, too, when what stands behind it is. */
function whoIsSilent(
  silent: readonly IdentitySample[],
  before: readonly IdentitySample[],
  { frontDoor, identity }: ResolvedSystem['contract'],
): string {
  const behind = silent.filter(({ via }) => via !== frontDoor);
  if (behind.length === 0 && frontDoor !== identity.service) return `${frontDoor}, in front of ${identity.service},`;
  const vias = new Set(behind.map(({ via }) => via));
  const instances = [...new Set(before.flatMap(({ via, instance }) => (vias.has(via) && instance ? [instance] : [])))];
  return instances.length === 0 ? identity.service : `${identity.service} (of ${instances.sort().join(', ')})`;
}

/** An instance that the first samples did not see may have been missed; one that started since then is new. */
function judgeNewcomers({ before, after, settledAt }: Watched, service: string, expected: string): Judgement {
  const known = new Set(before.map(keyOf));
  const newcomers = after.filter((sample) => !known.has(keyOf(sample)));
  const evidence = { samples: before.length + after.length, processes: known.size };
  const [first] = newcomers;
  if (first === undefined) return { status: 'passed', evidence };
  const young = newcomers.find(
    ({ startedAt }) => startedAt !== undefined && Date.parse(startedAt) > Date.parse(settledAt),
  );
  const name = ({ instance }: IdentitySample): string =>
    instance === undefined ? `a process of ${service}` : `${instance} of ${service}`;
  if (young !== undefined) {
    const message = `${name(young)} started at ${young.startedAt}, after the build had settled at ${settledAt}: a process was replaced while it was observed. Look for a crash, or for what scaled the service.`;
    return { status: 'failed', message, expected, actual: `started ${young.startedAt}`, evidence };
  }
  const undated = newcomers.find(({ startedAt }) => startedAt === undefined || Number.isNaN(Date.parse(startedAt)));
  if (undated === undefined) return { status: 'passed', evidence };
  const message = `${name(undated)} was not seen before and does not say when it started: a restart cannot be told from a replica that was missed. Declare identity.startedAt.`;
  return { status: 'inconclusive', reason: 'insufficient', message, expected, evidence };
}

/** Start times per instance in the order in which they were seen. Without instance ids, replicas cannot be told apart: ''. */
function startsByInstance(samples: readonly IdentitySample[]): Map<string, Set<string>> {
  const starts = new Map<string, Set<string>>();
  for (const { instance = '', startedAt } of samples) {
    if (startedAt === undefined) continue;
    const times = starts.get(instance) ?? new Set<string>();
    starts.set(instance, times.add(startedAt));
  }
  return starts;
}

function keyOf({ instance, startedAt }: IdentitySample): string {
  return JSON.stringify([instance, startedAt]);
}
