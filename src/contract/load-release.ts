/** Reads `contracts/release.yaml`. */
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import { toProblems } from './issues.ts';
import { type ReleaseContract, releaseSchema } from './release-schema.ts';
import { type DataPath, parseYaml } from './yaml-document.ts';
import { readSource } from './yaml-source.ts';

export interface LoadedRelease {
  readonly contract: ReleaseContract;
  /** A problem with a value of the file, with its line. */
  readonly problemAt: (at: DataPath, problem: Omit<Problem, 'file' | 'line' | 'column' | 'path'>) => Problem;
}

/** `contractsDir` is absolute. Throws InputError with all problems at once; the file has to be there. */
export function loadRelease(contractsDir: string): LoadedRelease {
  const shownAs = path.posix.join(path.basename(contractsDir), 'release.yaml');
  const source = readSource(path.join(contractsDir, 'release.yaml'), shownAs);
  if (!source.ok) throw new InputError(source.problems);
  const parsed = parseYaml(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const { document } = parsed;
  const checked = releaseSchema.safeParse(document.value);
  if (!checked.success) throw new InputError(toProblems(checked.error.issues, document, releaseSchema));
  return {
    contract: checked.data,
    problemAt: (at, problem) => {
      const { line, column } = document.place(at);
      return { ...problem, file: shownAs, line, column, path: at.join('.') };
    },
  };
}
