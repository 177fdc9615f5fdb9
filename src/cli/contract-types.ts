/** `gate10 contract types`. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EXIT, InputError } from '../errors.ts';
import { type CliContext, contractsDir } from './context.ts';
import { type ContractFile, findContractFiles, shown, toTimeLimit, withPrefix } from './contract-files.ts';
import { runLimited } from './run-limited.ts';
import { writeNamed } from './write-named.ts';

interface TypesOptions {
  readonly output?: string;
  readonly check?: true;
  readonly timeLimit: string;
}

export async function writeTypes(named: readonly string[], options: TypesOptions, context: CliContext): Promise<void> {
  const files = findContractFiles(named, context);
  if (options.output !== undefined && files.length > 1) {
    const what = `--output names one file for ${files.length} documents`;
    throw new InputError([{ code: 'wrong-option', what, fix: 'Name one document, or leave --output out.' }]);
  }
  const timeLimitMs = toTimeLimit(options.timeLimit);
  let [stale, gaveUp] = [0, 0];
  for (const file of files) {
    const target = path.resolve(context.cwd, options.output ?? defaultOutput(file, context));
    const shownAs = path.relative(context.cwd, target);
    const text = await typesOf(file, timeLimitMs, context);
    if (text === undefined) {
      gaveUp += 1;
      continue;
    }
    if (options.check) {
      const fresh = existsSync(target) && readFileSync(target, 'utf8') === text;
      if (!fresh) stale += 1;
      context.stdout(
        fresh
          ? `${shownAs} is what the contract says.\n`
          : `${shownAs} is not what the contract says. Run: gate10 contract types\n`,
      );
    } else {
      writeNamed(target, text, '--output', shownAs);
      context.stdout(`Wrote ${shownAs}.\n`);
    }
  }
  context.setExitCode(stale > 0 ? EXIT.failed : gaveUp > 0 ? EXIT.inconclusive : EXIT.proven);
}

/** undefined = the generator gave up. */
async function typesOf(
  { file, root, prefix }: ContractFile,
  timeLimitMs: number,
  context: CliContext,
): Promise<string | undefined> {
  const answer = await runLimited({ task: 'types', file, root }, timeLimitMs);
  if (answer.kind === 'refused') throw new InputError(withPrefix(answer.problems, prefix));
  if (answer.kind === 'types') return answer.text;
  if (answer.kind !== 'gave-up') throw new Error('the thread that generates types answered something else');
  context.stdout(`${shown(prefix, file)}: no types, ${answer.why}\n`);
  return undefined;
}

function defaultOutput({ file }: ContractFile, context: CliContext): string {
  return path.join(contractsDir(context), 'generated', `${path.basename(file).replace(/\.(?:ya?ml|json)$/, '')}.d.ts`);
}
