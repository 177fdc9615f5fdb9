/** The gates of a pipeline's mode, one after the other: all of them run, so that all that blocks is known at once. */
import path from 'node:path';
import type { CommandGate, CriticalFeature, GateMode, GatesContract } from '../../contract/gates-schema.ts';
import type { VerdictWord } from '../../contract/verdict-words.ts';
import { readSource } from '../../contract/yaml-source.ts';
import { EXIT } from '../../errors.ts';
import type { ProcessResult, RunProcess } from '../../probe/run-process.ts';

export interface GateResult {
  readonly name: string;
  readonly verdict: VerdictWord;
  readonly because: string;
  /** of a program: what it said */
  readonly output?: string;
}

export interface GatesInput {
  readonly mode: GateMode;
  readonly contract: GatesContract;
  /** absolute */
  readonly projectDir: string;
  readonly environment: string;
  /** starts gate10 itself: program and first arguments; what takes longer is not decided */
  readonly gate10: { readonly argv: readonly string[]; readonly timeoutMs: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunProcess;
  /** told as soon as it is known */
  readonly onResult: (result: GateResult) => void;
}

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Of the built-in gates, what gate10 is asked for: `{environment}` is filled in. */
const ASKED: readonly {
  readonly name: string;
  readonly modes: readonly GateMode[];
  readonly args: readonly string[];
}[] = [
  { name: 'secret-detection', modes: ['local', 'ci', 'integration'], args: ['secrets', '.'] },
  // identity of what runs, the state file's claims, every edge between frontend and backend
  {
    name: 'production-connectivity',
    modes: ['ci', 'integration', 'production'],
    args: ['check', '--no-settle-wait', '--environment', '{environment}'],
  },
  { name: 'production-smoke', modes: ['production'], args: ['verify', '--environment', '{environment}'] },
];

export async function runGates(input: GatesInput): Promise<readonly GateResult[]> {
  const { mode, contract, environment, gate10, onResult } = input;
  const results: GateResult[] = [];
  const add = (result: GateResult): void => {
    results.push(result);
    onResult(result);
  };
  if (contract.criticalFeatures.length > 0) add(checkFeatures(input.projectDir, contract.criticalFeatures));
  for (const { name, args } of ASKED.filter(({ modes }) => modes.includes(mode))) {
    const argv = [...gate10.argv, ...args.map((arg) => (arg === '{environment}' ? environment : arg))];
    add(await runProgram({ name, argv, timeout: gate10.timeoutMs }, input, ofGate10));
  }
  for (const gate of contract.gates.filter(({ modes }) => modes.includes(mode)))
    add(await runProgram(gate, input, ofProgram));
  return results;
}

/** Each has to be there, and to say what makes it what it is. */
function checkFeatures(projectDir: string, features: readonly CriticalFeature[]): GateResult {
  const lost = features.flatMap(({ feature, file, contains }) => {
    const source = readSource(path.join(projectDir, file), file, MAX_OUTPUT_BYTES);
    if (!source.ok) return [`${feature}: ${file}: ${source.problems[0]?.what ?? 'it cannot be read'}`];
    return source.text.includes(contains) ? [] : [`${feature}: ${file} does not have "${contains}" any more`];
  });
  if (lost.length > 0) return { name: 'critical-features', verdict: 'failed', because: lost.join('; ') };
  return { name: 'critical-features', verdict: 'passed', because: `${features.length} features are where they were` };
}

type Read = (code: number) => Pick<GateResult, 'verdict' | 'because'>;

async function runProgram(
  { name, argv, timeout }: Pick<CommandGate, 'name' | 'argv' | 'timeout'>,
  { projectDir, env, run }: GatesInput,
  read: Read,
): Promise<GateResult> {
  const [program = '', ...args] = argv;
  const result = await run(program, args, { cwd: projectDir, env, timeoutMs: timeout, maxBytes: MAX_OUTPUT_BYTES });
  const output = `${result.stdout.toString('utf8')}${result.stderr}`;
  if (result.code !== undefined) return { name, ...read(result.code), output };
  return { name, verdict: 'inconclusive', because: whyUndecided(result, program, timeout), output };
}

function whyUndecided({ error }: ProcessResult, program: string, timeoutMs: number): string {
  switch (error) {
    case 'not-found':
      return `${program} is not there, or cannot be started`;
    case 'timeout':
      return `${program} was ended after ${timeoutMs / 1000} s`;
    case 'too-large':
      return `${program} said more than ${MAX_OUTPUT_BYTES} bytes`;
    default:
      return `${program} was ended from outside`;
  }
}

const ofProgram: Read = (code) =>
  code === 0 ? { verdict: 'passed', because: 'exit 0' } : { verdict: 'failed', because: `exit ${code}` };

/** gate10's own exit codes; one that is not known says nothing good. */
const ofGate10: Read = (code) => {
  switch (code) {
    case EXIT.proven:
      return { verdict: 'passed', because: 'exit 0' };
    case EXIT.failed:
      return { verdict: 'failed', because: 'exit 1' };
    case EXIT.wrongInput:
      return { verdict: 'inconclusive', because: 'exit 2: its input is wrong' };
    case EXIT.inconclusive:
      return { verdict: 'inconclusive', because: 'exit 3: it cannot be judged' };
    default:
      return { verdict: 'inconclusive', because: `exit ${code}: gate10's own fault` };
  }
};
