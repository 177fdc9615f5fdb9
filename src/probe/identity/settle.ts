/**
 * The settle phase: wait until the expected build answers, lock onto it over enough new connections, let it stabilise.
 *
 * What goes wrong while waiting (old build, 5xx, refused) is a deployment in progress: recorded, not failed. What is
 * still wrong at the deadline is a failure: absence of evidence is not success.
 */

import type { Clock } from '../clock.ts';
import type { Git } from '../code/git.ts';
import { judgedRow } from '../observe-row.ts';
import type { IdentitySample, Plan, Row } from '../schema.ts';
import { type ExpectedBuild, expectedName, isExpectedBuild } from './build.ts';
import {
  distinctSamples,
  type IdentityInput,
  type IdentityTarget,
  type IdentityTargets,
  identitySampleCount,
  identityTargets,
  sampleIdentity,
} from './identity.ts';
import { judgeSettle, type Lock, planSettle } from './settle-rows.ts';

export { DIAGNOSTIC_LAYERS, planSettle } from './settle-rows.ts';

export interface SettleInput extends IdentityInput {
  readonly plan: Pick<Plan, 'expected' | 'previousCommit'>;
  readonly git: Git;
  /** A line for whoever waits. */
  readonly onProgress?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SettleResult {
  readonly rows: Row[];
  /** Every kind of answer once, in order of time. */
  readonly samples: IdentitySample[];
  readonly ok: boolean;
  /** When the expected build first answered at the front door, before the lock that held. */
  readonly settledAt?: string;
}

export async function settle(input: SettleInput): Promise<SettleResult> {
  const { system, plan, clock, git } = input;
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const taken: IdentitySample[] = [];
  const waiting = await waitForLock(input, taken, startMs + system.environment.settle.readyWithin);
  const waitedMs = clock.monotonicMs() - startMs;
  const lock = waiting.locked ? await stabilise(input, waiting.lock, taken) : waiting.lock;
  const judgements = await judgeSettle(lock, { system, plan, git, waitedMs });
  const tookMs = Math.max(0, clock.monotonicMs() - startMs);
  const rows = planSettle(system).map((planned) => {
    const judgement = judgements[planned.id];
    if (judgement === undefined) throw new Error(`The settle phase has no judgement for ${planned.id}.`);
    return judgedRow(planned, judgement, at, tookMs);
  });
  const ok = waiting.locked && rows.every(({ status }) => status === 'passed');
  const settledAt = waiting.readyAt;
  return { rows, samples: distinctSamples(taken), ok, ...(ok && settledAt !== undefined ? { settledAt } : {}) };
}

interface Waiting {
  readonly lock: Lock;
  readonly locked: boolean;
  readonly readyAt: string | undefined;
}

/** A rolling deployment answers with both builds for a while: a lock that does not hold is tried again until the deadline. */
async function waitForLock(input: SettleInput, taken: IdentitySample[], deadlineMs: number): Promise<Waiting> {
  const { system, plan, clock, onProgress } = input;
  const { settle: times } = system.environment;
  const targets = identityTargets(system);
  for (;;) {
    const ready = await waitForBuild(input, targets.door, taken, deadlineMs);
    const lock = await takeFullLock(input, targets, taken);
    taken.push(...lock.all);
    const locked = lock.all.length > 0 && lock.all.every((sample) => isExpectedBuild(sample, plan.expected));
    if (locked) onProgress?.(`${expectedName(plan.expected)} answers, ${lock.all.length} samples`);
    const late = clock.monotonicMs() + times.poll > deadlineMs;
    if (locked || late || ready === undefined) return { lock, locked, readyAt: ready?.at };
    onProgress?.(describeMixture(lock, plan.expected));
    await clock.sleep(times.poll, input.signal);
  }
}

/**
 * Where the build was never seen, one sample at each address says so as well as many. As soon as one sample has it, only
 * the full number counts: fewer could miss a stale replica.
 */
async function takeFullLock(
  input: SettleInput,
  targets: IdentityTargets,
  taken: readonly IdentitySample[],
): Promise<Lock> {
  const { system, plan } = input;
  const isRight = (sample: IdentitySample): boolean => isExpectedBuild(sample, plan.expected);
  if (!taken.some(isRight)) {
    const lock = await takeLock(input, targets, 1);
    if (!lock.all.some(isRight)) return lock;
  }
  return takeLock(input, targets, identitySampleCount(system.environment.settle));
}

function describeMixture({ all }: Lock, expected: ExpectedBuild): string {
  const right = all.filter((sample) => isExpectedBuild(sample, expected)).length;
  return `${expectedName(expected)} answers in ${right} of ${all.length} samples`;
}

/**
 * Asks the front door every `poll`, however long the answers before take, so that the build is noticed within one
 * interval and one round trip. Undefined = not by the deadline.
 */
async function waitForBuild(
  input: SettleInput,
  door: IdentityTarget,
  taken: IdentitySample[],
  deadlineMs: number,
): Promise<IdentitySample | undefined> {
  const { system, plan, clock, signal, onProgress } = input;
  const { poll } = system.environment.settle;
  const pending = new Set<Promise<void>>();
  const found = Promise.withResolvers<IdentitySample>();
  let seen: string | undefined;
  let ready: IdentitySample | undefined;
  const ask = async (): Promise<void> => {
    const sample = await sampleIdentity(door, input, { retry: false });
    taken.push(sample);
    if (isExpectedBuild(sample, plan.expected)) {
      ready ??= sample;
      found.resolve(sample);
    } else if (seen !== (sample.error ?? sample.commit ?? sample.version)) {
      seen = sample.error ?? sample.commit ?? sample.version;
      onProgress?.(`waiting for ${expectedName(plan.expected)}: ${sample.error ?? `${seen} answers`}`);
    }
  };
  do {
    signal?.throwIfAborted();
    if (pending.size < system.environment.concurrency) {
      const asking = ask().finally(() => pending.delete(asking));
      pending.add(asking);
    }
    await Promise.race([found.promise, clock.sleep(poll, signal)]);
  } while (ready === undefined && clock.monotonicMs() < deadlineMs);
  if (ready === undefined) await Promise.all(pending);
  return ready;
}

/** `count` samples at the front door and at the service, one at each replica, all on connections of their own. */
export async function takeLock(input: IdentityInput, targets: IdentityTargets, count: number): Promise<Lock> {
  const many = (target: IdentityTarget): IdentityTarget[] => Array.from({ length: count }, () => target);
  const take = (wanted: readonly IdentityTarget[]) =>
    Promise.all(wanted.map((target) => sampleIdentity(target, input)));
  // In turn, not interleaved: both ways often end at one round-robin balancer, which would then give every question from
  // the front door to the same replica.
  const door = await take(many(targets.door));
  const behind = await take([...targets.direct.flatMap(many), ...targets.replicas]);
  const direct = targets.direct.length === 0 ? [...door, ...behind] : behind;
  return { door, direct, all: [...door, ...behind] };
}

/** Watches for `stabilise`, then locks again: what is judged afterwards is the build that stayed. */
async function stabilise(input: SettleInput, lock: Lock, taken: IdentitySample[]): Promise<Lock> {
  const { system, onProgress } = input;
  const { stabilise: waitMs } = system.environment.settle;
  if (waitMs === 0) return lock;
  onProgress?.(`stabilising for ${waitMs / 1000} s`);
  const targets = identityTargets(system);
  const watched = await watch(input, targets, waitMs);
  const last = await takeLock(input, targets, identitySampleCount(system.environment.settle));
  taken.push(...watched, ...last.all);
  return { ...last, all: [...lock.all, ...watched, ...last.all] };
}

/** Samples spread over `waitMs`, as many as a lock has, at every address in turn. Not closer than `poll`. */
export async function watch(
  input: IdentityInput & { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
  targets: IdentityTargets,
  waitMs: number,
): Promise<IdentitySample[]> {
  const { system, clock, signal } = input;
  const { settle: times } = system.environment;
  const everyMs = Math.max(times.poll, waitMs / identitySampleCount(times));
  const endMs = clock.monotonicMs() + waitMs;
  const taking: Promise<IdentitySample>[] = [];
  const addresses = [targets.door, ...targets.direct, ...targets.replicas];
  for (;;) {
    const leftMs = endMs - clock.monotonicMs();
    if (leftMs <= 0) break;
    await clock.sleep(Math.min(everyMs, leftMs), signal);
    if (endMs - clock.monotonicMs() <= 0) break;
    taking.push(...addresses.map((target) => sampleIdentity(target, input)));
  }
  return Promise.all(taking);
}
