/** Reads what gate10 itself recorded of a run (its Vitest reporter, `gate10 flake --record`). */
import { z } from 'zod';
import { type JsonRead, readItems } from './json-results.ts';
import { recordedTestSchema, testRunSchema } from './test-run-schema.ts';

/** What stands around the list of tests. */
const around = testRunSchema.extend({ tests: z.array(z.unknown()).length(0) });

export function readTestRun(chunks: Iterable<string>): JsonRead {
  return readItems(chunks, {
    path: ['tests'],
    item: recordedTestSchema,
    rest: around,
    toTests: (item) => [item],
    toFacts: ({ run, commit, doubts }) => ({ doubts, run, commit: commit ?? undefined }),
  });
}
