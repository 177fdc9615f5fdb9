/** `gate10 contract types`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateTypes } from '../contract/types/generate-types.ts';
import { EXIT, InputError } from '../errors.ts';
import { type CliContext, contractsDir } from './context.ts';
import { type ContractFile, findContractFiles, withPrefix } from './contract-files.ts';

interface TypesOptions {
  readonly output?: string;
  readonly check?: true;
}

export async function writeTypes(named: readonly string[], options: TypesOptions, context: CliContext): Promise<void> {
  const files = findContractFiles(named, context);
  if (options.output !== undefined && files.length > 1) {
    const what = `--output names one file for ${files.length} documents`;
    throw new InputError([{ code: 'wrong-option', what, fix: 'Name one document, or leave --output out.' }]);
  }
  let stale = 0;
  for (const file of files) {
    const target = path.resolve(context.cwd, options.output ?? defaultOutput(file, context));
    const shownAs = path.relative(context.cwd, target);
    const text = await typesOf(file);
    if (options.check) {
      const fresh = existsSync(target) && readFileSync(target, 'utf8') === text;
      if (!fresh) stale += 1;
      context.stdout(
        fresh
          ? `${shownAs} is what the contract says.\n`
          : `${shownAs} is not what the contract says. Run: gate10 contract types\n`,
      );
    } else {
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
      context.stdout(`Wrote ${shownAs}.\n`);
    }
  }
  context.setExitCode(stale > 0 ? EXIT.failed : EXIT.proven);
}

async function typesOf({ file, root, prefix }: ContractFile): Promise<string> {
  try {
    return await generateTypes(file, root);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(withPrefix(error.problems, prefix), { cause: error });
    throw error;
  }
}

function defaultOutput({ file }: ContractFile, context: CliContext): string {
  return path.join(contractsDir(context), 'generated', `${path.basename(file).replace(/\.(?:ya?ml|json)$/, '')}.d.ts`);
}
