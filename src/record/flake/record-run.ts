/** The results of a run go into the history: one file for each results file, named after run and content, so twice is once. */
import path from 'node:path';
import { createDurably, ensureFolder } from '../../ledger/durable-file.ts';
import type { ResultsFile, TestResult } from '../results/model.ts';
import { type TestRun, testRunSchema } from '../results/test-run-schema.ts';

export interface RunFacts {
  /** shards of one run share it */
  readonly run: string;
  /** undefined = not known */
  readonly commit: string | undefined;
  /** ISO-8601 UTC */
  readonly recordedAt: string;
  /** the results file, as it was named */
  readonly name: string;
}

const MAX_TEXT = 4000;

/** Where the history lies in the state folder. */
export const TEST_HISTORY = 'tests';

/** Throws OwnFaultError. `file` is relative to the state folder; `isNew` false = it was there already. */
export function recordRun(
  stateDir: string,
  results: ResultsFile,
  facts: RunFacts,
): { readonly file: string; readonly isNew: boolean } {
  const file = path.join(TEST_HISTORY, `${facts.run}.${results.sha256.slice(0, 12)}.json`);
  ensureFolder(path.join(stateDir, TEST_HISTORY));
  const text = `${JSON.stringify(toTestRun(results, facts))}\n`;
  return { file, isNew: createDurably(path.join(stateDir, file), text) };
}

function toTestRun(
  { format, sha256, doubts, tests }: ResultsFile,
  { run, commit, recordedAt, name }: RunFacts,
): TestRun {
  return testRunSchema.parse({
    schema: 'gate10/test-run/v1',
    run,
    commit: commit ?? null,
    recorded_at: recordedAt,
    source: { file: name, sha256, format },
    doubts: doubts.map(({ message, hides }) => ({ message, hides })),
    tests: tests.map(toRecorded),
  });
}

function toRecorded({
  name,
  suite,
  file,
  project,
  level,
  status,
  durationMs,
  retries,
  tags,
}: TestResult): TestRun['tests'][number] {
  const short = (text: string | undefined): string | undefined => text?.slice(0, MAX_TEXT) || undefined;
  const [suiteShort, fileShort, projectShort] = [short(suite), short(file), short(project)];
  return {
    name: name.slice(0, MAX_TEXT),
    ...(suiteShort !== undefined && { suite: suiteShort }),
    ...(fileShort !== undefined && { file: fileShort }),
    ...(projectShort !== undefined && { project: projectShort }),
    ...(level !== undefined && { level }),
    status,
    ...(durationMs !== undefined && { durationMs }),
    retries,
    tags: [...tags],
  };
}
