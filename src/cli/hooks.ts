/** `gate10 hooks install`: before a commit the local gates, before a push those that ask what runs. */
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { EXIT, InputError, type Problem } from '../errors.ts';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { runProcess } from '../probe/run-process.ts';
import type { CliContext } from './context.ts';

const MARK = '# written by gate10 hooks install';
const HOOKS = {
  'pre-commit': ['npx gate10 gates --mode local'],
  'pre-push': ['npx gate10 gates --mode ci', 'npx gate10 verify'],
} as const;
/** Files of those who manage hooks themselves, and where a line of ours belongs. */
const MANAGERS: readonly (readonly [file: string, name: string])[] = [
  ['.husky', 'husky (.husky/pre-commit, .husky/pre-push)'],
  ['lefthook.yml', 'lefthook (lefthook.yml)'],
  ['lefthook.yaml', 'lefthook (lefthook.yaml)'],
  ['.pre-commit-config.yaml', 'pre-commit (.pre-commit-config.yaml)'],
];
const GIT_LIMITS = { timeoutMs: 10_000, maxBytes: 100_000 };

/** Exit codes: 0 installed, or as it was · 2 there is no repository, or the hooks are somebody else's · 70 own fault. */
export function registerHooks(program: Command, context: CliContext): void {
  program
    .command('hooks')
    .description('the hooks of git that ask for the gates')
    .command('install')
    .description(
      'pre-commit: gates --mode local; pre-push: gates --mode ci and verify. Hooks of others stay as they are',
    )
    .action(() => install(context));
}

async function install(context: CliContext): Promise<void> {
  const folder = await hooksFolder(context);
  const manager = MANAGERS.find(([file]) => existsSync(path.join(context.cwd, file)));
  if (manager !== undefined) throw new InputError([managed(manager[1])]);
  const foreign = Object.entries(HOOKS).flatMap(([name, lines]) => {
    const file = path.join(folder, name);
    return existsSync(file) && !readFileSync(file, 'utf8').includes(MARK) ? [taken(file, lines, context)] : [];
  });
  if (foreign.length > 0) throw new InputError(foreign);
  ensureFolder(folder);
  for (const [name, lines] of Object.entries(HOOKS)) {
    const file = path.join(folder, name);
    writeDurably(file, `#!/bin/sh\n${MARK}\nset -e\n${lines.join('\n')}\n`);
    chmodSync(file, 0o755);
    context.stdout(`${path.relative(context.cwd, file)}: ${lines.join(', ')}\n`);
  }
  context.setExitCode(EXIT.proven);
}

/** As git itself has it: with `core.hooksPath`, and in a work tree of its own. */
async function hooksFolder({ cwd, env }: CliContext): Promise<string> {
  const args = ['rev-parse', '--git-path', 'hooks'];
  const { code, stdout } = await runProcess('git', args, {
    cwd,
    env: { PATH: env['PATH'], HOME: env['HOME'] },
    ...GIT_LIMITS,
  });
  if (code === 0) return path.resolve(cwd, stdout.toString('utf8').trim());
  throw new InputError([
    {
      code: 'hooks-repository',
      what: 'this is no repository of git, or git is not installed',
      fix: 'Run it in the project.',
    },
  ]);
}

function managed(by: string): Problem {
  const lines = Object.entries(HOOKS).map(([name, commands]) => `${name}: ${commands.join(' && ')}`);
  return {
    code: 'hooks-managed',
    what: `the hooks of this project are kept by ${by}`,
    fix: `Add there: ${lines.join('; ')}.`,
  };
}

function taken(file: string, lines: readonly string[], { cwd }: CliContext): Problem {
  return {
    code: 'hooks-taken',
    file: path.relative(cwd, file),
    what: 'there is a hook already, and it is not of gate10',
    fix: `Add to it: ${lines.join(' && ')}.`,
  };
}
