/** The results files that a command is given, with paths of the project in place of those of the machine. */
import path from 'node:path';
import { InputError } from '../errors.ts';
import { toProjectPath } from '../record/coverage/project-path.ts';
import { type NamedRead, wrongInputs } from '../record/results/check-inputs.ts';
import { readResults } from '../record/results/read-results.ts';
import type { CliContext } from './context.ts';

/** `root` is where the tests lay when they ran; default: here. Throws InputError with all problems of all files. */
export function readResultFiles(names: readonly string[], root: string | undefined, { cwd }: CliContext): NamedRead[] {
  const base = path.resolve(cwd, root ?? '.');
  const reads = [...new Set(names)].map((name): NamedRead => {
    const read = readResults(path.resolve(cwd, name), name);
    if (read.outcome !== 'read') return { name, read };
    const tests = read.results.tests.map((test) =>
      test.file === undefined ? test : { ...test, file: toProjectPath(test.file, base) },
    );
    return { name, read: { ...read, results: { ...read.results, tests } } };
  });
  const problems = wrongInputs(reads);
  if (problems.length > 0) throw new InputError(problems);
  return reads;
}
