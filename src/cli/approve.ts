/** `gate10 approve`: a person says with his key that this release may go out. */
import type { Command } from 'commander';
import { durationSchema } from '../contract/duration.ts';
import { EXIT } from '../errors.ts';
import type { Options } from '../record/import/option-reader.ts';
import { shown, wrong } from '../record/import/read-field.ts';
import { toApproval } from '../release/attest/statement.ts';
import type { CliContext } from './context.ts';
import { drawSigned } from './draw-sign-off.ts';
import { DEFAULT_MANIFEST, type SignedNow, signStatement, textOf } from './sign-statement.ts';

/** Exit codes: 0 signed and written · 2 wrong input, or it would not count: nothing is written · 70 it cannot be written. */
export function registerApprove(program: Command, context: CliContext): void {
  withSigner(program.command('approve').description('sign that this release, as its manifest says, may go out'))
    .option('--expires <duration>', 'how long it counts, such as 24h (default, and at most: what the policy says)')
    .option('--note <text>', 'what you looked at')
    .action(async (options: Options) => printSigned(await approve(options, context), options, context));
}

/** What both commands that sign take. */
export function withSigner(command: Command): Command {
  return command
    .requiredOption('--role <role>', 'the role of contracts/policy.yaml that you act in')
    .option('--manifest <file>', 'the release manifest', DEFAULT_MANIFEST)
    .option(
      '--key <file>',
      'your key: of SSH (private, or public with an agent), or ed25519 in PEM (default: ~/.ssh/id_ed25519)',
    )
    .option('--as <principal>', 'who signs (default: whom contracts/allowed_signers gives the key to)')
    .option('--json', 'print what was signed as JSON');
}

export function printSigned(signed: SignedNow, options: Options, context: CliContext): void {
  const { file, statement, keyid, signOff } = signed;
  const { outcome, missing } = signOff;
  if (options['json'] === true) context.stdout(`${JSON.stringify({ file, keyid, statement, outcome, missing })}\n`);
  else context.stdout(drawSigned(signed));
  context.setExitCode(EXIT.proven);
}

function approve(options: Options, context: CliContext): Promise<SignedNow> {
  return signStatement(options, context, (reader, { approvals }) => {
    const note = reader.text('note');
    const lastsMs = readDuration(options);
    if (lastsMs === 'wrong') reader.add('expires', wrong(`${shown(options['expires'])} is no duration`, 'such as 24h'));
    else if (lastsMs !== undefined && (lastsMs <= 0 || lastsMs > approvals.maxAge)) {
      const most = `${approvals.maxAge / 3_600_000}h`;
      reader.add(
        'expires',
        wrong(`${shown(options['expires'])} is no time that it could count`, `more than nothing, at most ${most}`),
      );
    }
    return (sha256, common) => {
      const expiresAt =
        typeof lastsMs === 'number' ? new Date(Date.parse(common.signedAt) + lastsMs).toISOString() : undefined;
      return toApproval(sha256, {
        ...common,
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(note === undefined ? {} : { note }),
      });
    };
  });
}

/** Milliseconds. */
function readDuration(options: Options): number | 'wrong' | undefined {
  const text = textOf(options, 'expires');
  if (text === undefined) return undefined;
  const read = durationSchema.safeParse(text);
  return read.success ? read.data : 'wrong';
}
