/** A results file in JSON: parsed item by item, each held to a schema, every fault with its line. */
import type { z } from 'zod';
import type { Problem } from '../../errors.ts';
import { faultProblem } from './json-fault.ts';
import type { Doubt, TestResult } from './model.ts';
import { JsonFault, splitJson } from './split-json.ts';

export type FileProblem = Omit<Problem, 'file'>;

export interface JsonResults {
  readonly tests: readonly TestResult[];
  readonly doubts: readonly Doubt[];
  readonly run?: string | undefined;
  readonly commit?: string | undefined;
}

export type JsonRead =
  | { readonly ok: true; readonly results: JsonResults }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** A generated file that is wrong is wrong everywhere. */
const MAX_PROBLEMS = 20;

export interface ItemFormat<Item, Rest> {
  /** where the list of items lies */
  readonly path: readonly string[];
  readonly item: z.ZodType<Item>;
  /** the document around the list */
  readonly rest: z.ZodType<Rest>;
  readonly toTests: (item: Item) => Iterable<TestResult>;
  readonly toFacts: (rest: Rest, tests: readonly TestResult[]) => Omit<JsonResults, 'tests'>;
}

/** `chunks` are the text, in pieces of any size. Throws what they throw. */
export function readItems<Item, Rest>(chunks: Iterable<string>, format: ItemFormat<Item, Rest>): JsonRead {
  const tests: TestResult[] = [];
  const problems: FileProblem[] = [];
  try {
    const { rest, found } = splitJson(chunks, format.path, ({ value, index, line, column }) => {
      if (problems.length >= MAX_PROBLEMS) return;
      const checked = format.item.safeParse(value);
      if (checked.success) for (const test of format.toTests(checked.data)) tests.push(test);
      else problems.push(...toProblems(checked.error, [...format.path, index], { line, column }));
    });
    if (!found) problems.push({ code: 'wrong-shape', line: 1, what: `"${format.path.join('.')}" is no list` });
    const checked = format.rest.safeParse(rest);
    if (!checked.success) problems.push(...toProblems(checked.error, [], { line: 1, column: 1 }));
    if (!checked.success || problems.length > 0) return { ok: false, problems };
    return { ok: true, results: { tests, ...format.toFacts(checked.data, tests) } };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { ok: false, problems: [faultProblem(error)] };
  }
}

/** The line is the one where the item begins. Values are never shown: a report may hold anything. */
function toProblems(
  { issues }: z.ZodError,
  base: readonly (string | number)[],
  place: { readonly line: number; readonly column: number },
): FileProblem[] {
  return issues.map((issue) => {
    const path = [...base, ...issue.path.map(String)].join('.');
    return { code: 'wrong-shape', ...place, path, what: issue.message };
  });
}

/** Summary against list: fewer than promised hides something. */
export function summaryDoubt(name: string, declared: number | undefined, seen: number): Doubt[] {
  if (declared === undefined || declared === seen) return [];
  return [{ message: `the summary says ${name} ${declared}, ${seen} are in the list`, hides: declared > seen }];
}
