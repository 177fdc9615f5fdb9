/** `gate10 verify`: is there a fresh, complete, sealed proof? What a pipeline asks, in a process of its own. */
import type { Command } from 'commander';
import { loadDefaults } from '../contract/defaults.ts';
import { EXIT, type ExitCode, InputError } from '../errors.ts';
import { placeOf } from '../ledger/ledger-options.ts';
import { openExisting } from '../ledger/open-existing.ts';
import { findProof, type Proof, type ProofQuery } from '../record/find-proof.ts';
import { plainLine } from '../run/plain-text.ts';
import { judge, weaknessOf } from '../verdict/judge.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';

interface VerifyOptions {
  readonly commit?: string;
  readonly expectVersion?: string;
  readonly environment?: string;
  readonly maxAge?: string;
  readonly json?: true;
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Exit codes: 0 proven · 1 proven to be broken · 2 wrong input · 3 no proof · 70 the records cannot be trusted. */
export function registerVerify(program: Command, context: CliContext): void {
  program
    .command('verify')
    .description('exit 0 only where a fresh, complete, sealed record proves the deployment')
    .option(
      '--commit <sha>',
      'the commit that has to be proven (default: GATE10_EXPECT_SHA, else what was expected last)',
    )
    .option('--expect-version <version>', 'the version that has to be proven, for a system that says its version only')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--max-age <duration>', 'how old the proof may be, such as 30m (default: authority/defaults.yaml)')
    .option('--json', 'print the result as JSON')
    .action((options: VerifyOptions) => verify(options, context));
}

async function verify(options: VerifyOptions, context: CliContext): Promise<void> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const proof = await prove(
    toAsked(options, context),
    environment,
    parseMaxAge(options.maxAge ?? defaultAge()),
    context,
  );
  const exitCode = toExitCode(proof);
  if (options.json) context.stdout(`${JSON.stringify({ ...proof, exitCode })}\n`);
  else for (const line of describe(proof)) context.stdout(`${plainLine(line, 2000)}\n`);
  context.setExitCode(exitCode);
}

type Asked = Pick<ProofQuery, 'commit' | 'version'>;

/** A version that is asked for takes the place of the environment's commit; what is given on the command line holds together. */
function toAsked({ commit, expectVersion }: VerifyOptions, { env }: CliContext): Asked {
  const wanted = parseCommit(
    commit ?? (expectVersion === undefined ? env['GATE10_EXPECT_SHA'] || undefined : undefined),
  );
  return {
    ...(wanted === undefined ? {} : { commit: wanted }),
    ...(expectVersion === undefined ? {} : { version: expectVersion }),
  };
}

/** The answer, and how much it speaks about: each absent layer with its reason. */
function describe(proof: Proof): string[] {
  const answer = `${proof.outcome}: ${proof.message}`;
  if (proof.outcome !== 'proven' && proof.outcome !== 'failed') return [answer];
  const { proven, of, absent } = proof.layers;
  return [
    answer,
    `layers proven: ${proven} of ${of}`,
    ...absent.map(({ layer, why }) => `absent: ${layer} (${why})`),
    ...weaknessOf(proof.identityStrength),
  ];
}

async function prove(asked: Asked, environment: string, maxAgeMs: number, context: CliContext): Promise<Proof> {
  const folder = stateDir(context);
  const ledger = await openExisting({ stateDir: folder, now: context.now, ...ledgerPlace(context) });
  if (ledger === undefined)
    return {
      outcome: 'inconclusive',
      reason: 'not-run',
      message: `no history in ${placeOf({ stateDir: folder, ...ledgerPlace(context) })}: nothing was ever proven here`,
    };
  try {
    const now = context.now();
    return await findProof({
      stateDir: folder,
      ledger,
      environment,
      now,
      maxAgeMs,
      judge,
      isShared: ledgerPlace(context).store !== undefined,
      ...asked,
    });
  } finally {
    await ledger.close();
  }
}

/** Records that were tampered with are a failure of their own; they say nothing about the deployment. */
function toExitCode(proof: Proof): ExitCode {
  switch (proof.outcome) {
    case 'proven':
      return EXIT.proven;
    case 'failed':
    case 'tampered':
      return EXIT.failed;
    case 'inconclusive':
      return EXIT.inconclusive;
    case 'own-fault':
      return EXIT.ownFault;
  }
}

function parseCommit(text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9a-f]{7,64}$/.test(text)) return text;
  throw new InputError([
    { code: 'cli-commit', what: '--commit is not a commit id', expected: '7 to 64 lower-case hex digits' },
  ]);
}

function defaultAge(): string {
  return loadDefaults().commands['verify.maxAge'] ?? '';
}

/** `30m` → milliseconds. Throws InputError. */
export function parseMaxAge(text: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  throw new InputError([
    { code: 'cli-max-age', what: `--max-age "${plainLine(text, 40)}" is not a duration`, expected: '30m, 1h, …' },
  ]);
}
