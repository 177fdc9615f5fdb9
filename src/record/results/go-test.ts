/** `go test -json` (cmd/test2json): one event a line. */
import { z } from 'zod';
import type { FileProblem, JsonRead } from './json-results.ts';
import type { ResultStatus, TestResult } from './model.ts';

const event = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
});
type GoEvent = z.output<typeof event>;

interface GoTest {
  /** one for each time that it ran (`-count`) */
  readonly ends: { readonly status: ResultStatus; readonly seconds: number | undefined }[];
  begun: number;
}

const ENDS: ReadonlyMap<string, ResultStatus> = new Map([
  ['pass', 'passed'],
  ['fail', 'failed'],
  ['skip', 'skipped'],
]);
const MAX_PROBLEMS = 20;

export function readGoTest(chunks: Iterable<string>): JsonRead {
  const tests = new Map<string, GoTest>();
  const packages = new Map<string, ResultStatus>();
  const problems: FileProblem[] = [];
  let line = 0;
  for (const source of linesOf(chunks)) {
    line += 1;
    if (source.trim() === '' || problems.length >= MAX_PROBLEMS) continue;
    const checked = event.safeParse(parsed(source));
    if (!checked.success) problems.push({ code: 'not-an-event', line, what: 'this is no event of go test -json' });
    else take(checked.data, tests, packages);
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, results: { tests: [...toTests(tests), ...brokenPackages(packages, tests)], doubts: [] } };
}

function* linesOf(chunks: Iterable<string>): Generator<string> {
  let rest = '';
  for (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function take(
  { Action, Package, ImportPath, Test, Elapsed }: GoEvent,
  tests: Map<string, GoTest>,
  packages: Map<string, ResultStatus>,
): void {
  const name = Package ?? ImportPath ?? '';
  const status = ENDS.get(Action);
  if (Test === undefined) {
    if (status !== undefined && packages.get(name) !== 'failed') packages.set(name, status);
    if (Action === 'build-fail') packages.set(name.replace(/ \[.*\]$/, ''), 'failed');
    return;
  }
  const key = `${name}\n${Test}`;
  const test = tests.get(key) ?? { ends: [], begun: 0 };
  tests.set(key, test);
  if (Action === 'run') test.begun += 1;
  if (status !== undefined) test.ends.push({ status, seconds: Elapsed });
}

function* toTests(tests: ReadonlyMap<string, GoTest>): Generator<TestResult> {
  for (const [key, { ends, begun }] of tests) {
    const [suite = '', name = ''] = key.split('\n');
    const base = { name, suite, retries: 0, tags: [] };
    for (const { status, seconds } of ends) {
      yield { ...base, status, ...(seconds !== undefined && { durationMs: Math.round(seconds * 1e6) / 1e3 }) };
    }
    // A panic or a time-out ends the package, and this test never says so.
    for (let missing = ends.length; missing < begun; missing += 1) yield { ...base, status: 'error' };
  }
}

/** It did not build, or it failed outside of its tests. */
function* brokenPackages(
  packages: ReadonlyMap<string, ResultStatus>,
  tests: ReadonlyMap<string, GoTest>,
): Generator<TestResult> {
  const told = new Set<string>();
  for (const [key, { ends, begun }] of tests) {
    if (begun > ends.length || ends.some(({ status }) => status === 'failed')) told.add(key.split('\n')[0] ?? '');
  }
  for (const [suite, status] of packages) {
    if (status === 'failed' && !told.has(suite)) {
      yield { name: '(the package itself)', suite, status: 'error', retries: 0, tags: [] };
    }
  }
}
