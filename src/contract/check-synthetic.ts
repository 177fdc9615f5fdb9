/** Where the contract says how synthetic data is marked, every write of a promise has to carry the mark. */
import type { Finding, ReadableContract } from './findings.ts';
import type { PromiseContract, StepContract } from './schema.ts';
import { templateNames } from './template-names.ts';

/** RFC 9110 §9.2.1: safe methods. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A write carries the mark itself, or acts on behalf of what an earlier step of the promise made: it uses a value that one
 * captured. Everything else could touch what belongs to a user.
 */
export function checkSynthetic({ synthetic, promises }: ReadableContract): readonly Finding[] {
  const mark = synthetic?.mark;
  if (mark === undefined) return [];
  return promises.flatMap((promise, index) =>
    promise?.writes
      ? [...unmarkedWrites(promise, mark)].map((one) => ({ ...one, path: ['promises', index, ...one.path] }))
      : [],
  );
}

/** `marked` = names of values that carry the mark, or come from what does. */
export function* unmarkedWrites(
  promise: Partial<Pick<PromiseContract, 'steps' | 'cleanup' | 'verify'>>,
  mark: string,
  marked: readonly string[] = [],
): Generator<Finding> {
  const captured = new Set<string>(marked);
  for (const part of ['steps', 'cleanup', 'verify'] as const) {
    for (const [index, step] of (promise[part] ?? []).entries()) {
      if (!SAFE.has(step.request.method) && !isMarked(step, mark, captured)) {
        yield {
          path: [part, index, 'request'],
          what: `a ${step.request.method} carries neither the mark of synthetic data nor a value that an earlier step captured`,
          expected: `"${mark}" in its path, headers or body`,
          fix: 'Write under a name that has the mark: real data must not be touched.',
        };
      }
      for (const name of Object.keys(step.capture ?? {})) captured.add(name);
    }
  }
}

function isMarked({ request }: StepContract, mark: string, captured: ReadonlySet<string>): boolean {
  return holds(request, mark) || templateNames(request).some((name) => captured.has(name));
}

function holds(value: unknown, mark: string): boolean {
  if (typeof value === 'string') return value.includes(mark);
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some((member) => holds(member, mark));
}
