/** Results files of a test: written into a folder of their own, read as a command reads them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { ResultsFile } from '../../../../src/record/results/model.ts';
import { type ReadResults, readResults } from '../../../../src/record/results/read-results.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-results-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What `read` makes of a file with this content. */
export function readWrittenAs<Result>(content: string, read: (file: string) => Result): Result {
  const file = path.join(dir, 'content');
  writeFileSync(file, content);
  return read(file);
}

export function readWritten(name: string, content: string | Uint8Array): ReadResults {
  const file = path.join(dir, name);
  writeFileSync(file, content);
  return readResults(file, name);
}

/** Fails the test where the file cannot be read. */
export function resultsOf(read: ReadResults): ResultsFile {
  if (read.outcome !== 'read') throw new Error(`not read: ${JSON.stringify(read)}`);
  return read.results;
}

/** `status name` of each test, in the order of the file. */
export function outcomesOf(read: ReadResults): string[] {
  return resultsOf(read).tests.map(({ status, name }) => `${status} ${name}`);
}

/** `line code` of each problem. */
export function problemsOf(read: ReadResults): string[] {
  if (read.outcome !== 'wrong') throw new Error(`not wrong: ${read.outcome}`);
  return read.problems.map(({ line, code }) => `${line} ${code}`);
}
