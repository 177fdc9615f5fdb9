/** A file by which a team says how far it is may not claim more than was proven: "complete" without a passed run is a lie. */
import path from 'node:path';
import type { StateFileContract } from '../../contract/code-schema.ts';
import { parseYaml } from '../../contract/yaml-document.ts';
import { readSource } from '../../contract/yaml-source.ts';
import { readPointer } from '../http/json-pointer.ts';
import { isCommit, sameCommit } from '../identity/build.ts';
import type { Judgement } from '../row.ts';
import type { Git } from './git.ts';

export interface StateFileInput {
  readonly git: Git;
  /** The expected commit. */
  readonly commit: string;
  /** Commits with a passed, sealed run in this environment; undefined = there is no history to ask. */
  readonly provenCommits: readonly string[] | undefined;
}

/** The file as it lies in the folder; where it does not, as the expected commit has it. */
export async function judgeStateFile(declared: StateFileContract, input: StateFileInput): Promise<Judgement> {
  const read = await readText(declared.path, input);
  if (!read.ok) {
    const message = `The state file ${declared.path} cannot be read: ${read.why}. Write it, or take code.stateFile out.`;
    return { status: 'failed', message, expected: 'a state file', actual: read.why };
  }
  const parsed = parseYaml(read.text, declared.path, { foreign: true });
  if (!parsed.ok) {
    const [first] = parsed.problems;
    const message = `The state file ${declared.path} is neither JSON nor YAML: ${first?.what ?? 'unreadable'}.`;
    return { status: 'failed', message, expected: 'JSON or YAML', actual: first?.what };
  }
  return judgeClaims(declared, parsed.document.value, input);
}

async function readText(
  file: string,
  { git, commit }: StateFileInput,
): Promise<{ ok: true; text: string } | { ok: false; why: string }> {
  const inFolder = readSource(path.resolve(git.repository, file), file);
  if (inFolder.ok) return { ok: true, text: inFolder.text };
  if (inFolder.problems[0]?.code !== 'missing-file') {
    return { ok: false, why: inFolder.problems[0]?.what ?? 'it is not readable' };
  }
  const shown = await git.show(commit, file);
  return shown.ok ? { ok: true, text: shown.value.toString('utf8') } : { ok: false, why: shown.problem.message };
}

function judgeClaims(
  { path: file, commit: pointer, claims }: StateFileContract,
  value: unknown,
  input: StateFileInput,
): Judgement {
  const claimed = Object.entries(claims).flatMap(([place, values]) => {
    const said = readPointer(value, place);
    return values.some((one) => isSame(one, said)) ? [`${place} = ${String(said)}`] : [];
  });
  if (claimed.length === 0) return { status: 'passed', evidence: { claims: 0 } };
  const named = pointer === undefined ? input.commit : readPointer(value, pointer);
  const subject = typeof named === 'string' && isCommit(named) ? named : undefined;
  const what = `${file} claims ${claimed.join(', ')}`;
  if (subject === undefined) {
    const message = `${what}, and names no commit at ${pointer ?? '/'}: nothing can have proven that.`;
    return { status: 'failed', message, expected: 'a commit', actual: String(named).slice(0, 60) };
  }
  const { provenCommits } = input;
  if (provenCommits === undefined) {
    const message = `${what} for ${subject.slice(0, 12)}, and there is no history here that could prove it. Run with the state folder of earlier runs.`;
    return { status: 'inconclusive', reason: 'insufficient', message };
  }
  if (provenCommits.some((one) => sameCommit(one, subject))) {
    return { status: 'passed', evidence: { claims: claimed.length, commit: subject } };
  }
  const message = `${what} for ${subject.slice(0, 12)}, which no passed run has proven here. Prove it first, and say so then.`;
  return { status: 'failed', message, expected: 'a passed, sealed run', actual: 'none' };
}

function isSame(claim: string | number | boolean, said: unknown): boolean {
  if (typeof claim === 'string' && typeof said === 'string') return claim.toLowerCase() === said.trim().toLowerCase();
  return claim === said;
}
