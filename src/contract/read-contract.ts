/** `system.yaml` as a parsed document, with the environment that is asked for in it. Light: no schema is loaded. */
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import { type DataPath, parseYaml, type YamlDocument } from './yaml-document.ts';
import { readSource } from './yaml-source.ts';

/** Throws InputError where the contract cannot be read or does not declare the environment; looks at nothing else. */
export function requireEnvironment(contractsDir: string, environment: string): void {
  readContract(contractsDir, environment);
}

/** The bytes and the parsed text of `system.yaml`. Throws InputError. */
export function readContract(contractsDir: string, environment: string): { bytes: Uint8Array; document: YamlDocument } {
  const shownAs = path.posix.join(path.basename(contractsDir), 'system.yaml');
  const source = readSource(path.join(contractsDir, 'system.yaml'), shownAs);
  if (!source.ok) throw new InputError(source.problems.map((problem) => withFolderHint(problem, shownAs)));
  const parsed = parseYaml(source.text, shownAs, { verbatim: isBuildName });
  if (!parsed.ok) throw new InputError(parsed.problems);
  const { document } = parsed;
  const names = environmentNames(document.value);
  if (!names.includes(environment)) throw new InputError([unknownEnvironment(environment, names, document)]);
  return { bytes: source.bytes, document };
}

/** Most often the folder is meant to be elsewhere. */
function withFolderHint(problem: Problem, shownAs: string): Problem {
  if (problem.code !== 'missing-file') return problem;
  return { ...problem, fix: `Create ${shownAs}, or point GATE10_CONTRACTS at the folder that holds system.yaml.` };
}

const BUILD_NAMES: ReadonlySet<unknown> = new Set(['commit', 'previous', 'version']);

/** `environments.*.expect.commit` and its like: commit ids are text, whatever YAML thinks of 1e57859 and 0123456. */
function isBuildName(at: DataPath): boolean {
  return at.length === 4 && at[0] === 'environments' && at[2] === 'expect' && BUILD_NAMES.has(at[3]);
}

function environmentNames(value: unknown): readonly string[] {
  const environments = (value as { environments?: unknown } | null)?.environments;
  return environments !== null && typeof environments === 'object' ? Object.keys(environments) : [];
}

function unknownEnvironment(name: string, names: readonly string[], document: YamlDocument): Problem {
  const { line, column } = document.place(['environments']);
  return {
    code: 'unknown-environment',
    file: document.file,
    line,
    column,
    path: 'environments',
    what: `the environment "${name}" is not declared`,
    expected:
      names.length > 0 ? `one of ${names.join(', ')}` : 'a mapping "environments" with at least one environment',
    fix:
      names.length > 0 ? 'Set GATE10_TARGET to one of them.' : 'Declare an environment with the URLs of its services.',
  };
}
