/** Every command of the program with its options, as it registers them: a new one is there by itself. */
import type { Command, Option } from 'commander';
import type { CliContext } from '../../../src/cli/context.ts';
import { createProgram } from '../../../src/cli/main.ts';

export interface EveryCommand {
  /** its words, such as `history export` */
  readonly name: string;
  /** a value for every argument that it cannot do without */
  readonly args: readonly string[];
  /** every argument that it takes */
  readonly places: readonly string[];
  readonly options: readonly Option[];
}

const NOWHERE: CliContext = {
  ...{ cwd: '/', env: {}, colour: false, columns: 80 },
  now: () => new Date(0),
  stdout: () => undefined,
  stderr: () => undefined,
  setExitCode: () => undefined,
};

export async function everyCommand(): Promise<EveryCommand[]> {
  const program = await createProgram([], NOWHERE);
  return program.commands.flatMap((command) => below(command as Command, []));
}

function below(command: Command, before: readonly string[]): EveryCommand[] {
  const words = [...before, command.name()];
  const own = {
    ...{ name: words.join(' '), options: command.options },
    places: command.registeredArguments.map((each) => each.name()),
    args: command.registeredArguments.filter((each) => each.required).map((each) => each.name()),
  };
  const inner = command.commands.flatMap((each) => below(each as Command, words));
  // A command that is only the folder of others does nothing of its own.
  return command.options.length === 0 && inner.length > 0 ? inner : [own, ...inner];
}
