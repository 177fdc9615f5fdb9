/** What holds for every option and argument of every command, looked at before a command begins. */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Command, Option } from 'commander';
import { InputError, type Problem } from '../errors.ts';
import { plainLine } from '../run/plain-text.ts';
import type { CliContext } from './context.ts';

type World = Pick<CliContext, 'cwd' | 'env'>;

/** The form of names in `contracts/system.yaml`. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const NAME_FORM = 'lower-case letters, digits and dashes, at most 63';
/** Options that name what contracts name. */
const NAMES: ReadonlySet<string> = new Set(['environment', 'system', 'service']);
/** What is judged, and where: of two words nobody knows which was meant. */
const CHOICES: ReadonlySet<string> = new Set(['mode', 'environment', 'commit', 'release']);
/** Commands that read every option for themselves, and say everything that is wrong with them at once. */
const THOROUGH: ReadonlySet<string> = new Set(['record', 'import', 'approve', 'waive']);

/**
 * Gives the check of a command's options and arguments, for when it is about to begin. It throws InputError with everything
 * that is wrong; what a value has to be beyond this, the command says.
 */
export function watchOptions(commands: readonly Command[], world: World): (command: Command) => void {
  const seen = new Set<Option>();
  const twice = new Set<Option>();
  for (const command of commands)
    for (const option of command.options)
      command.on(`option:${option.name()}`, () => (seen.has(option) ? twice : seen).add(option));
  return (command) => {
    const problems = [
      ...optionProblems(command, world),
      ...command.options.flatMap((option) => (twice.has(option) ? twiceProblem(option) : [])),
      ...argumentProblems(command),
      ...targetProblems(command, world),
    ];
    if (problems.length > 0) throw new InputError(problems);
  };
}

/** Of other options the last one wins, as everywhere. */
function twiceProblem(option: Option): Problem[] {
  if (!CHOICES.has(option.name())) return [];
  return [
    { code: `option-${option.name()}`, what: `--${option.name()}: it is there twice`, expected: 'one of the two' },
  ];
}

function optionProblems(command: Command, world: World): Problem[] {
  const flags = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  const isThorough = [command.name(), command.parent?.name()].some((name) => THOROUGH.has(name ?? ''));
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    if (typeof value !== 'string' || command.getOptionValueSource(name) !== 'cli') return [];
    const wrong = isThorough ? [] : wordProblems(option, value);
    return (wrong.length > 0 ? wrong : useProblems(option, value, flags, world)).map((problem) => ({
      code: `option-${option.name()}`,
      ...problem,
    }));
  });
}

type Wrong = Omit<Problem, 'code'> & { readonly code?: string };

function wordProblems(option: Option, value: string): Wrong[] {
  const said = `--${option.name()}`;
  // A pipeline whose variable is not set says this, and means no default.
  if (value.trim() === '') return [{ what: `${said}: it is empty`, expected: expectedOf(option) }];
  if (NAMES.has(option.name()) && !NAME.test(value))
    return [{ what: `${said}: "${plainLine(value, 60)}" is no name`, expected: NAME_FORM }];
  return [];
}

function useProblems(option: Option, value: string, flags: ReadonlySet<string | undefined>, { cwd }: World): Wrong[] {
  const said = `--${option.name()}`;
  if (value.includes('\0')) return [{ what: `${said}: it has a character that no value has (NUL)` }];
  if (flags.has(value))
    return [{ what: `${said}: its value is missing; ${value} is an option itself`, expected: expectedOf(option) }];
  if (option.flags.endsWith('<file>') && isFolder(path.resolve(cwd, value)))
    return [{ code: 'not-a-file', file: plainLine(value), what: `${said}: it is a folder`, expected: 'a file' }];
  return [];
}

function expectedOf({ description }: Option): string {
  return description.replace(/ \(default: .*\)$/, '');
}

function argumentProblems({ registeredArguments, processedArgs }: Command): Problem[] {
  return registeredArguments.flatMap((argument, index) =>
    [processedArgs[index] as unknown].flat().flatMap((value) => {
      if (typeof value !== 'string') return [];
      const code = `argument-${argument.name()}`;
      if (value.trim() === '') return [{ code, what: `<${argument.name()}>: it is empty` }];
      return value.includes('\0')
        ? [{ code, what: `<${argument.name()}>: it has a character that no value has (NUL)` }]
        : [];
    }),
  );
}

/** The environment's word, where the command would follow it. */
function targetProblems(command: Command, { env }: World): Problem[] {
  const target = env['GATE10_TARGET'];
  const follows = command.options.some((option) => option.name() === 'environment');
  if (!target || !follows || command.getOptionValue('environment') !== undefined || NAME.test(target)) return [];
  return [
    {
      code: 'env-target',
      what: 'GATE10_TARGET is no name of an environment',
      expected: NAME_FORM,
      fix: 'Correct the variable, or give --environment.',
    },
  ];
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}
