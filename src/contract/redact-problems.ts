/** The last line of defence: no problem leaves with the value of a secret in it. */
import type { Problem } from '../errors.ts';
import { createRedactor } from './redact.ts';

export function redactProblems(problems: readonly Problem[], secrets: ReadonlyMap<string, string>): readonly Problem[] {
  const redact = createRedactor(secrets);
  return problems.map((problem) => ({
    ...problem,
    what: redact(problem.what),
    ...(problem.path !== undefined && { path: redact(problem.path) }),
    ...(problem.expected !== undefined && { expected: redact(problem.expected) }),
    ...(problem.fix !== undefined && { fix: redact(problem.fix) }),
  }));
}
