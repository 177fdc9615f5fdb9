/** `gate10 import`: deployments and incidents that other tools know, into the history. */
import path from 'node:path';
import type { Command } from 'commander';
import { createRedactor } from '../contract/redact.ts';
import { EXIT, formatProblem, InputError, type Problem } from '../errors.ts';
import { openExisting } from '../ledger/open-existing.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { createGit } from '../probe/code/git.ts';
import { runProcess } from '../probe/run-process.ts';
import { loadSecretPatterns } from '../probe/served/bundle-secrets.ts';
import { deploymentHistory } from '../record/import/deployment-history.ts';
import { devlake } from '../record/import/devlake.ts';
import { fourkeys } from '../record/import/fourkeys.ts';
import { gitTags, readGitTags } from '../record/import/git-tags.ts';
import { githubDeployments } from '../record/import/github-deployments.ts';
import { githubReleases } from '../record/import/github-releases.ts';
import type { ImportFormat, ImportScope } from '../record/import/import-format.ts';
import { createImporter, type ImportCounts, type Importer } from '../record/import/import-records.ts';
import { createOptionReader, type Options } from '../record/import/option-reader.ts';
import { wrong } from '../record/import/read-field.ts';
import { openJsonRecords } from '../record/import/read-json-records.ts';
import { openStage, type Stage } from '../record/import/stage.ts';
import { createTextCleaner } from '../record/import/told-text.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';
import { declaredSecrets } from './declared-secrets.ts';
import { drawImport, type ImportResult, toImportDocument } from './draw-import.ts';

const FILE_FORMATS: readonly ImportFormat[] = [githubDeployments, githubReleases, devlake, fourkeys, deploymentHistory];
const FORMATS = [...FILE_FORMATS.map(({ name }) => name), 'git-tags'];

/** Exit codes: 0 imported, or nothing new · 2 something in it is wrong, nothing was recorded · 70 the history cannot be written. */
export function registerImport(program: Command, context: CliContext): void {
  program
    .command('import')
    .description('tell the history what another tool knows of deployments and incidents; told is never proven')
    .argument('<format>', FORMATS.join(', '))
    .argument('[file]', 'the export: JSON lines, or a JSON array; git-tags reads the repository of the current folder')
    .option('--system <name>', 'the system whose deployments they are, as the contract names it')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET)')
    .option('--source-environment <name>', 'how the file calls the environment (default: the same)')
    .option('--tags <pattern>', 'git-tags: which tags are deployments, such as "v*"')
    .option('--lightweight', 'git-tags: take tags without a date of their own by the date of their commit')
    .option('--skip-invalid', 'leave out what is wrong, name it, and import the rest')
    .option('--dry-run', 'read and check all of it, record nothing')
    .option('--json', 'print the result as JSON')
    .action((format: string, file: string | undefined, options: Options) => importFrom(format, file, options, context));
}

interface Asked {
  readonly format: ImportFormat;
  /** undefined = the tags of the repository */
  readonly file: string | undefined;
  readonly pattern: string;
  readonly scope: Omit<ImportScope, 'isKnownRun'>;
}

async function importFrom(
  name: string,
  file: string | undefined,
  options: Options,
  context: CliContext,
): Promise<void> {
  const asked = toAsked(name, file, options, context);
  const knownRuns = await readKnownRuns(asked.format, context);
  const stage = openStage();
  try {
    const scope: ImportScope = { ...asked.scope, isKnownRun: (runId) => knownRuns.has(runId) };
    const importer = createImporter(asked.format, scope, stage, file ?? 'tags');
    const { sha256, notes } = await readAll(asked, importer, context);
    const counts = importer.settle();
    refuseWrong(counts, options);
    refuseNothing(counts, asked, file ?? 'tags');
    const isDry = options['dryRun'] === true;
    const appended = isDry ? undefined : await append(stage, context);
    const result: ImportResult = {
      ...{ format: name, file: file ?? null, sha256, system: scope.system, environment: scope.environment },
      ...{ counts, staged: stage.counts(), appended, notes },
    };
    for (const problem of counts.problems) context.stderr(`skipped: ${formatProblem(problem)}\n`);
    context.stdout(options['json'] === true ? `${JSON.stringify(toImportDocument(result))}\n` : drawImport(result));
    context.setExitCode(EXIT.proven);
  } finally {
    stage.close();
  }
}

function toAsked(name: string, file: string | undefined, given: Options, context: CliContext): Asked {
  const environment = given['environment'] ?? (context.env['GATE10_TARGET'] || undefined);
  const options = { ...given, environment, format: name };
  const clean = createTextCleaner(createRedactor(declaredSecrets(context)), loadSecretPatterns());
  const reader = createOptionReader(options, clean, context.now());
  const isTags = reader.choice('format', FORMATS) === 'git-tags';
  const system = reader.required('system', reader.slug, 'the system, as contracts/system.yaml names it');
  const target = reader.required('environment', reader.slug, 'the environment, as contracts/system.yaml names it');
  const sourceEnvironment = reader.text('source-environment') ?? target;
  if (isTags) reader.required('tags', reader.text, 'which tags are deployments, such as "v*"');
  const expected = isTags ? 'no file: the repository of the current folder is read' : 'the file of the export';
  if (isTags !== (file === undefined))
    reader.add('file', wrong(isTags ? 'there is one too many' : 'it is missing', expected));
  for (const flag of ['tags', 'lightweight']) {
    if (!isTags && options[flag as 'format'] !== undefined)
      reader.add(flag, wrong(`it says nothing about ${name}`, 'git-tags'));
  }
  if (reader.problems.length > 0) throw new InputError(reader.problems.map(withoutDashes));
  const format = FILE_FORMATS.find((one) => one.name === name) ?? gitTags(given['lightweight'] === true);
  const scope = { system, environment: target, sourceEnvironment, clean, now: context.now() };
  return { format, file, pattern: String(given['tags'] ?? ''), scope };
}

/** Format and file are arguments, not options. */
function withoutDashes(problem: Problem): Problem {
  return { ...problem, what: problem.what.replace(/^--(format|file): /, '<$1>: ') };
}

/** The runs that stand behind what this history says itself. None where there is no history, or no file names runs. */
async function readKnownRuns(format: ImportFormat, context: CliContext): Promise<ReadonlySet<string>> {
  if (format !== deploymentHistory) return new Set();
  const ledger = await openExisting({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  if (ledger === undefined) return new Set();
  try {
    const rows = await ledger.rows({ type: 'run.sealed', kind: 'production' });
    return new Set(rows.flatMap(({ event }) => (event.type === 'run.sealed' ? [event.runId] : [])));
  } finally {
    await ledger.close();
  }
}

async function readAll(
  { file, pattern }: Asked,
  importer: Importer,
  context: CliContext,
): Promise<Pick<ImportResult, 'sha256' | 'notes'>> {
  if (file !== undefined) {
    const stream = openJsonRecords(path.resolve(context.cwd, file), file);
    for await (const items of stream.batches) importer.take(items);
    return { sha256: stream.digest(), notes: [] };
  }
  const query = { folder: path.resolve(context.cwd), pattern, path: context.env['PATH'] };
  const tags = await readGitTags(query, runProcess);
  if (!tags.ok) throw new InputError([{ code: 'git-tags', ...tags }]);
  importer.take(tags.value);
  const shallow = await createGit(query.folder, runProcess, { path: query.path }).isShallow();
  const isShallow = shallow.ok && shallow.value;
  return { sha256: null, notes: isShallow ? ['this is a shallow clone: tags may be missing'] : [] };
}

/** What could not be read to its end is no file with a few wrong records: what is behind would be missing in silence. */
function refuseWrong({ problems, isWhole }: ImportCounts, options: Options): void {
  if (problems.length === 0 || (options['skipInvalid'] === true && isWhole)) return;
  const fix = isWhole
    ? 'Nothing was recorded. --skip-invalid leaves out what is wrong and imports the rest.'
    : 'Nothing was recorded: what stands behind could not be read.';
  throw new InputError([
    ...problems,
    { code: 'import-refused', what: 'not all of it is right', expected: 'a whole file', fix },
  ]);
}

/** A file without any record, or of other environments only, is taken for the wrong one: that is no import. */
function refuseNothing(
  { records, otherEnvironment, leftOut }: ImportCounts,
  { scope, pattern }: Asked,
  file: string,
): void {
  if (records > otherEnvironment) return;
  const expected = scope.sourceEnvironment === scope.environment ? scope.environment : scope.sourceEnvironment;
  const problem: Problem =
    records === 0
      ? {
          code: 'import-empty',
          file,
          what: 'there is no record in it',
          expected: pattern === '' ? 'an export' : `tags that match ${pattern}`,
        }
      : {
          code: 'import-environment',
          file,
          what: `nothing of it is of the environment "${expected}": ${[...leftOut.keys()].join(', ')}`,
          fix: 'Say how the file calls the environment: --source-environment <name>.',
        };
  throw new InputError([problem]);
}

async function append(stage: Stage, context: CliContext): Promise<ImportResult['appended']> {
  const ledger = await openLedger({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  try {
    return await ledger.appendAll(stage.entries());
  } finally {
    await ledger.close();
  }
}
