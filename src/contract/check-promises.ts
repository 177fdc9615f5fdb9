/** What a promise has to hold together in itself: cleanup, captured names, patterns, a contract to conform to. */
import type { Finding, ReadableContract } from './findings.ts';
import { patternProblem } from './pattern.ts';
import type { PromiseContract, StepContract } from './schema.ts';
import { templateNames } from './template-names.ts';
import type { DataPath } from './yaml-document.ts';

/** RFC 9110 §9.2.1: safe methods. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `secretNames` are those of the environment that is run. */
export function checkPromises(contract: ReadableContract, secretNames: readonly string[]): readonly Finding[] {
  return contract.promises.flatMap((promise, index) =>
    promise ? [...checkPromise(promise, ['promises', index], contract, secretNames)] : [],
  );
}

function* checkPromise(
  promise: PromiseContract,
  path: DataPath,
  contract: ReadableContract,
  secretNames: readonly string[],
): Generator<Finding> {
  if (promise.writes && !promise.cleanup?.length) {
    const fix = 'Add "cleanup" with the steps that remove what was made.';
    yield { path, what: `the promise "${promise.id}" writes and has no cleanup`, fix };
  }
  if (promise.verify?.length && !promise.cleanup?.length) {
    const fix = 'Add "cleanup", or put these steps under "steps".';
    yield { path: [...path, 'verify'], what: `the promise "${promise.id}" verifies a cleanup that it has not`, fix };
  }
  const known = new Set(['run.id', 'run.nonce', 'run.replica', ...secretNames.map((name) => `secret.${name}`)]);
  for (const part of ['steps', 'cleanup', 'verify'] as const) {
    for (const [index, step] of (promise[part] ?? []).entries()) {
      const at: DataPath = [...path, part, index];
      yield* checkTemplates(step, at, known);
      for (const name of Object.keys(step.capture ?? {})) known.add(name);
      const { method } = step.request;
      if (step.repeat !== undefined && !REPEATABLE.has(method)) {
        const fix = 'Repeat a step that reads what was written.';
        yield { path: [...at, 'repeat'], what: `a ${method} is repeated, which would write several times`, fix };
      }
      yield* checkPrecondition(step, at);
      const service = step.request.at ?? promise.at;
      if (step.expect.contract && contract.services?.[service] && !contract.services[service].openapi) {
        const what = `the answer is to be checked against the contract of "${service}", which names none`;
        yield { path: [...at, 'expect', 'contract'], what, fix: `Add "openapi" to the service "${service}".` };
      }
    }
  }
}

/** Only a credential that gate10 is given can be at fault itself; any other refusal is the system's. */
function* checkPrecondition({ precondition, request }: StepContract, at: DataPath): Generator<Finding> {
  if (precondition !== true || templateNames(request).some((name) => name.startsWith('secret.'))) return;
  yield {
    path: [...at, 'precondition'],
    what: 'a step is a precondition and uses no credential of ours',
    expected: 'a request with {{secret.NAME}}',
    fix: 'Remove "precondition": a refusal is a finding here.',
  };
}

/** `known` = the names that have a value when the step is sent. */
export function* checkTemplates(step: StepContract, at: DataPath, known: ReadonlySet<string>): Generator<Finding> {
  for (const part of ['request', 'expect'] as const) {
    for (const name of templateNames(step[part])) {
      if (known.has(name)) continue;
      const secret = name.startsWith('secret.');
      yield {
        path: [...at, part],
        what: `{{${name}}} is used and not known here`,
        expected: `one of ${[...known].join(', ')}`,
        fix: secret ? 'List it under "secrets" of the environment.' : 'Capture it in an earlier step.',
      };
    }
  }
}

const PATTERN_KEYS: ReadonlySet<string> = new Set(['matches', 'match', 'body']);

/** Every user regular expression of the document compiles. Walks the data: extractors and matchers lie in many places. */
export function checkPatterns(document: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  const walk = (node: unknown, path: DataPath): void => {
    // bodies of requests are data of the system under test, not patterns
    if (node === null || typeof node !== 'object' || path.at(-1) === 'request') return;
    const entries = Array.isArray(node) ? [...node.entries()] : Object.entries(node);
    for (const [key, member] of entries) {
      const here = [...path, key];
      if (typeof key === 'string' && PATTERN_KEYS.has(key) && typeof member === 'string') {
        const why = patternProblem(member);
        if (why) findings.push({ path: here, what: why, expected: 'a JavaScript regular expression in Unicode mode' });
      } else walk(member, here);
    }
  };
  walk(document, []);
  return findings;
}
