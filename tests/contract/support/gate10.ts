/** Runs a command of gate10 in this process, as the command line would in `cwd`. */
import type { CliContext } from '../../../src/cli/context.ts';
import { runCli } from '../../../src/cli/main.ts';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function gate10(
  cwd: string,
  args: readonly string[],
  options: { readonly now?: string; readonly env?: CliContext['env'] } = {},
): Promise<CommandResult> {
  let [code, out, err] = [70, '', ''];
  await runCli(args, {
    cwd,
    env: options.env ?? {},
    now: () => new Date(options.now ?? '2026-12-01T12:00:00.000Z'),
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    colour: false,
    columns: 80,
    setExitCode: (given) => {
      code = given;
    },
  });
  return { code, out, err };
}
