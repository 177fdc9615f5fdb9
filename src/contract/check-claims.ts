/** Numbers that contradict each other, and claims that the samples cannot carry. */
import { cleanSamplesNeeded } from './claims.ts';
import type { Finding, ReadableContract } from './findings.ts';
import type { EnvironmentContract, SliContract } from './schema.ts';

/** `environmentNames`: those whose numbers can be read here. */
export function checkClaims(contract: ReadableContract): readonly Finding[] {
  const { slis, environments } = contract;
  return [
    ...(slis ? checkObjectives(slis) : []),
    ...Object.entries(environments).flatMap(([name, environment]) => [
      ...checkSampling(name, environment, slis),
      ...checkDeadlines(name, environment),
    ]),
  ];
}

function* checkObjectives({ latency, availability }: SliContract): Generator<Finding> {
  if (latency && latency.p95 > latency.p99) {
    yield { path: ['slis', 'latency', 'p95'], what: 'p95 is greater than p99', expected: 'p95 ≤ p99' };
  }
  if (availability && availability.gate > availability.objective) {
    const path = ['slis', 'availability', 'gate'];
    yield { path, what: 'the gate asks for more than the objective', expected: 'gate ≤ objective' };
  }
}

function* checkSampling(
  name: string,
  { sampling }: EnvironmentContract,
  slis: SliContract | undefined,
): Generator<Finding> {
  const path = ['environments', name, 'sampling'];
  const most = sampling.maxSamples ?? sampling.samples;
  if (most < sampling.samples) {
    yield {
      path: [...path, 'maxSamples'],
      what: 'maxSamples is smaller than samples',
      expected: 'maxSamples ≥ samples',
    };
  }
  const claims = [
    ...(slis?.latency ? [['a P95', 0.95] as const, ['a P99', 0.99] as const] : []),
    // All answers right is a fact of the sample, less than all a claim about the rest.
    ...(slis?.correctness !== undefined && slis.correctness < 1
      ? [[`a correctness of ${slis.correctness}`, slis.correctness] as const]
      : []),
    ...(slis?.availability ? [[`an availability of ${slis.availability.gate}`, slis.availability.gate] as const] : []),
  ];
  for (const [claim, ratio] of claims) {
    const needed = cleanSamplesNeeded(ratio, sampling.confidence);
    if (most >= needed) continue;
    const possible = Number.isFinite(needed);
    yield {
      path: [...path, 'samples'],
      what: `${most} samples cannot show ${claim} at ${sampling.confidence} confidence`,
      expected: possible ? `at least ${needed} samples` : 'a claim below 1',
      fix: possible ? `Set "samples" (or "maxSamples") to ${needed} or more, or lower the gate.` : 'Lower the gate.',
    };
  }
}

function* checkDeadlines(name: string, { deadlines }: EnvironmentContract): Generator<Finding> {
  const { connect, headers, total, run } = deadlines;
  if (connect <= headers && headers <= total && total <= run) return;
  const what = 'the inner deadlines do not lie within the outer ones';
  yield { path: ['environments', name, 'deadlines'], what, expected: 'connect ≤ headers ≤ total ≤ run' };
}
