/** `gate10 secrets`: what looks like a secret in the tracked files of a repository. */
import path from 'node:path';
import type { Command } from 'commander';
import { loadPolicy } from '../contract/load-policy.ts';
import { InputError } from '../errors.ts';
import { createGit } from '../probe/code/git.ts';
import { scanForSecrets } from '../probe/code/repository-secrets.ts';
import { loadSecretLibrary } from '../probe/code/secret-library.ts';
import { runProcess } from '../probe/run-process.ts';
import { loadSecretPatterns } from '../probe/served/bundle-secrets.ts';
import { judgeSecrets } from '../record/judge-secrets.ts';
import { type CliContext, contractsDir } from './context.ts';
import { declaredSecrets } from './declared-secrets.ts';
import { endSuite, repositoryState, type SuiteOutput } from './suite-output.ts';

/** Exit codes: 0 none, or allowed · 1 there is one · 2 no repository, or the policy is wrong · 3 not all could be searched. */
export function registerSecrets(program: Command, context: CliContext): void {
  program
    .command('secrets')
    .description('search the tracked files of a repository for secrets; values are never shown')
    .argument('[folder]', 'a folder of the repository', '.')
    .option('--json', 'print the record as JSON')
    .option('--no-record', 'leave no record of this run')
    .action((folder: string, options: SuiteOutput) => search(folder, options, context));
}

async function search(name: string, options: SuiteOutput, context: CliContext): Promise<void> {
  const startedAt = context.now().toISOString();
  const { secrets: policy } = loadPolicy(contractsDir(context));
  const folder = path.resolve(context.cwd, name);
  const tracked = await createGit(folder, runProcess, { path: context.env['PATH'] }).listTracked();
  if (!tracked.ok) {
    const fix = 'Name a folder of a git repository.';
    throw new InputError([{ code: 'repository', file: name, what: tracked.problem.message, fix }]);
  }
  const scan = await scanForSecrets({
    folder,
    files: tracked.value,
    patterns: loadSecretPatterns(),
    secrets: declaredSecrets(context),
    maxFileBytes: policy.maxFileBytes,
    library: await loadSecretLibrary(),
  });
  const checks = judgeSecrets(scan, policy, context.now());
  const summary = `${scan.found.length} found in ${scan.searched} of ${tracked.value.length} tracked files.`;
  const state = await repositoryState(folder, context);
  endSuite({ suite: 'secrets', startedAt, checks, inputs: [], ...state }, summary, options, context);
}
