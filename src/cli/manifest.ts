/** `gate10 manifest`: what goes out, onto what, and how it comes back, as one file that people approve and the gate reads. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { authorityPath } from '../contract/authority-file.ts';
import { sha256Hex } from '../contract/canonical.ts';
import { loadRelease } from '../contract/load-release.ts';
import { requireEnvironment, systemName } from '../contract/read-contract.ts';
import { EXIT, InputError, type Problem } from '../errors.ts';
import { createGit, type Git, type GitResult } from '../probe/code/git.ts';
import { runProcess } from '../probe/run-process.ts';
import { buildManifest, toManifestText } from '../release/manifest/build-manifest.ts';
import { type ReleaseManifest, releaseManifestSchema } from '../release/manifest/schema.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';
import { readProvenBefore } from './read-proven-before.ts';
import { writeNamed } from './write-named.ts';

export interface ManifestOptions {
  readonly release?: string;
  readonly environment?: string;
  readonly commit?: string;
  readonly previous?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly scorecard?: string;
  readonly sbom?: string;
  readonly out: string;
  readonly json?: true;
}

/** Exit codes: 0 written · 2 wrong input, or something of the release is not known · 70 own fault. */
export function registerManifest(program: Command, context: CliContext): void {
  program
    .command('manifest')
    .description(
      'write release-manifest.json: artifacts, changes, rollout window, way back; contracts/release.yaml says of what',
    )
    .option('--release <name>', 'the name of the release, such as v1.4.0')
    .option('--environment <name>', 'where it goes (default: GATE10_TARGET, else "embedded")')
    .option('--commit <sha>', 'the commit of the release (default: GATE10_EXPECT_SHA, else HEAD)')
    .option('--previous <sha>', 'what is deployed there now (default: what was proven there last)')
    .option('--not-before <time>', 'the rollout window opens, ISO-8601 with its zone')
    .option('--not-after <time>', 'the rollout window closes')
    .option('--scorecard <file>', 'the readiness scorecard (default: that of the state folder, where there is one)')
    .option('--sbom <file>', 'the software bill of materials')
    .option('--out <file>', 'where to write it', 'release-manifest.json')
    .option('--json', 'print the manifest too')
    .action((options: ManifestOptions) => manifest(options, context));
}

async function manifest(options: ManifestOptions, context: CliContext): Promise<void> {
  const { cwd, env } = context;
  const contracts = contractsDir(context);
  const environment = options.environment ?? (env['GATE10_TARGET'] || 'embedded');
  const window = toWindow(options);
  const problems: Problem[] = options.release === undefined ? [noRelease] : [];
  if (problems.length > 0) throw new InputError(problems);
  requireEnvironment(contracts, environment, env);
  const contract = loadRelease(contracts);
  const git = createGit(cwd, runProcess, { path: env['PATH'] });
  const system = systemName(contracts) ?? '';
  const commit = said(await git.resolve(options.commit ?? (env['GATE10_EXPECT_SHA'] || 'HEAD')));
  const out = path.resolve(cwd, options.out);
  const made = await buildManifest({
    ...{ release: options.release ?? '', system, environment, commit, window, contract, git },
    previous: await previousOf(options, { system, environment, commit, git }, context),
    scorecard: below(options.scorecard ?? defaultScorecard(context), cwd, '--scorecard'),
    sbom: below(options.sbom, cwd, '--sbom'),
    projectDir: cwd,
    contractsDir: contracts,
    authorityDir: path.dirname(authorityPath('policy.yaml')),
    prefix: said(await git.prefix()),
    contracts: path.relative(cwd, contracts).split(path.sep).join('/'),
  });
  writeManifest(out, made, options, context);
}

function writeManifest(out: string, made: ReleaseManifest, { json }: ManifestOptions, context: CliContext): void {
  const checked = releaseManifestSchema.safeParse(made);
  if (!checked.success)
    throw new InputError(
      checked.error.issues.map(({ path: at, message }) => ({
        code: 'manifest',
        path: at.join('.'),
        what: message,
        fix: 'Correct the option or contracts/release.yaml.',
      })),
    );
  if (path.dirname(out) !== context.cwd)
    throw new InputError([
      {
        code: 'cli-out',
        what: '--out is not in this folder',
        fix: 'What a manifest names lies below its own folder: write it here.',
      },
    ]);
  const text = toManifestText(made);
  writeNamed(out, text, '--out', path.relative(context.cwd, out));
  if (json) context.stdout(text);
  else
    context.stdout(
      `${path.relative(context.cwd, out)}: release ${made.release}, ${made.artifacts.length} artifacts, ${made.configuration.files.length} changed configuration files, ${made.migrations.length} migrations, sha256 ${sha256Hex(text)}\n`,
    );
  context.setExitCode(EXIT.proven);
}

const noRelease: Problem = {
  code: 'cli-release',
  what: '--release is missing',
  fix: 'Name the release: --release v1.4.0',
};

function toWindow({ notBefore, notAfter }: ManifestOptions): ReleaseManifest['rollout'] {
  if (notBefore === undefined && notAfter === undefined) return null;
  if (notBefore === undefined || notAfter === undefined)
    throw new InputError([
      { code: 'cli-window', what: 'a rollout window has two ends', fix: 'Give both --not-before and --not-after.' },
    ]);
  return { notBefore: toTime('--not-before', notBefore), notAfter: toTime('--not-after', notAfter) };
}

/** A time without its zone is another time on another machine. */
function toTime(option: string, text: string): string {
  if (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) &&
    isDay(text.slice(0, 10)) &&
    !Number.isNaN(Date.parse(text))
  )
    return new Date(text).toISOString();
  const what = `${option} "${plainLine(text, 40)}" is no time`;
  throw new InputError([{ code: 'cli-window', what, expected: 'ISO-8601 with its zone: 2026-11-22T09:00:00Z' }]);
}

/** JavaScript takes the 30th of February for a day of March. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

interface Subject {
  readonly system: string;
  readonly environment: string;
  readonly commit: string;
  readonly git: Git;
}

async function previousOf(
  options: ManifestOptions,
  subject: Subject,
  context: CliContext,
): Promise<string | undefined> {
  const { system, environment, commit, git } = subject;
  if (options.previous !== undefined) return said(await git.resolve(options.previous));
  const place = { stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) };
  const proven = await readProvenBefore(place, { system, environment }, commit);
  return proven === undefined ? undefined : said(await git.resolve(proven));
}

function defaultScorecard(context: CliContext): string | undefined {
  const file = path.join(stateDir(context), 'readiness-scorecard.json');
  return existsSync(file) ? file : undefined;
}

/** What a manifest names lies below its folder, so that it can be checked where the manifest is. */
function below(file: string | undefined, cwd: string, option: string): string | undefined {
  if (file === undefined) return undefined;
  const relative = path.relative(cwd, path.resolve(cwd, file));
  if (relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative))
    return relative.split(path.sep).join('/');
  throw new InputError([
    {
      code: 'cli-file',
      what: `${option} ${plainLine(file, 200)} lies outside this folder`,
      fix: 'Copy it here first.',
    },
  ]);
}

function said<T>(result: GitResult<T>): T {
  if (result.ok) return result.value;
  throw new InputError([
    { code: 'release-git', what: result.problem.message, fix: 'Name a commit of this repository.' },
  ]);
}
