/** `gate10 sign-off`: who approved this release, what is missing, what was refused and why. */
import path from 'node:path';
import type { Command } from 'commander';
import { loadPolicy } from '../contract/load-policy.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { runProcess } from '../probe/run-process.ts';
import { readSignOff } from '../release/read-sign-off.ts';
import type { SignOff } from '../release/sign-off-schema.ts';
import { type CliContext, contractsDir } from './context.ts';
import { drawSignOff } from './draw-sign-off.ts';
import { DEFAULT_MANIFEST } from './sign-statement.ts';

interface SignOffOptions {
  readonly manifest: string;
  readonly json?: true;
}

/** Exit codes: 0 complete · 1 not complete · 2 wrong input · 3 it cannot be verified on this machine · 70 own fault. */
export function registerSignOff(program: Command, context: CliContext): void {
  program
    .command('sign-off')
    .alias('status')
    .description('verify every approval and waiver beside a release manifest: is the sign-off complete?')
    .option('--manifest <file>', 'the release manifest', DEFAULT_MANIFEST)
    .option('--json', 'print it as JSON')
    .action((options: SignOffOptions) => signOff(options, context));
}

async function signOff({ manifest, json }: SignOffOptions, context: CliContext): Promise<void> {
  const folder = contractsDir(context);
  const result = await readSignOff({
    manifestFile: path.resolve(context.cwd, manifest),
    shownAs: manifest,
    contractsDir: folder,
    policy: loadPolicy(folder),
    now: context.now(),
    run: runProcess,
    programPath: context.env['PATH'],
  });
  context.stdout(json ? `${JSON.stringify(result, null, 2)}\n` : drawSignOff(result));
  context.setExitCode(CODES[result.outcome]);
}

const CODES: Readonly<Record<SignOff['outcome'], ExitCode>> = {
  complete: EXIT.proven,
  incomplete: EXIT.failed,
  unverifiable: EXIT.inconclusive,
};
