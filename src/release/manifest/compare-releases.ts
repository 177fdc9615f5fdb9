/** What is different from the release before, as git has both: configuration, names of variables, migrations, authors. */
import path from 'node:path';
import { sha256Hex } from '../../contract/canonical.ts';
import type { LoadedRelease } from '../../contract/load-release.ts';
import { parseYaml } from '../../contract/yaml-document.ts';
import { InputError, type Problem } from '../../errors.ts';
import type { Git, GitResult } from '../../probe/code/git.ts';
import type { ReleaseManifest } from './schema.ts';

export interface Compared {
  readonly configuration: ReleaseManifest['configuration'];
  readonly migrations: ReleaseManifest['migrations'];
  readonly authors: ReleaseManifest['authors'];
  readonly problems: readonly Problem[];
}

export interface Compare {
  readonly git: Git;
  readonly commit: string;
  /** undefined = nothing was deployed before: everything is new */
  readonly previous: string | undefined;
  /** of the project in the repository: "" or a path that ends in "/" */
  readonly prefix: string;
  /** relative to the project, with "/" */
  readonly contracts: string;
  readonly release: LoadedRelease;
}

/** Throws InputError where git cannot say it: a manifest that leaves out what it could not read would hide it. */
export async function compareReleases(options: Compare): Promise<Compared> {
  const { git, commit, previous } = options;
  const everywhere =
    previous === undefined ? said(await git.listTree(commit)) : said(await git.changedFiles(previous, commit));
  const changed = everywhere
    .filter((file) => file.startsWith(options.prefix))
    .map((file) => file.slice(options.prefix.length));
  const migrations = await newMigrations(options, changed);
  return {
    configuration: {
      files: await deltas(options, changed),
      variables: difference(await variablesAt(options, previous), await variablesAt(options, commit)),
    },
    migrations: migrations.found,
    authors: said(await git.authors(previous, commit)).toSorted(),
    problems: migrations.problems,
  };
}

type Delta = ReleaseManifest['configuration']['files'][number];

async function deltas(options: Compare, changed: readonly string[]) {
  const { commit, previous, contracts, release } = options;
  const patterns = [`${contracts}/**`, ...release.contract.configuration];
  const files = changed.filter((file) => patterns.some((pattern) => path.posix.matchesGlob(file, pattern)));
  const found: Delta[] = [];
  for (const file of files.toSorted()) {
    const before = previous === undefined ? null : await digestAt(options, previous, file);
    const after = await digestAt(options, commit, file);
    // a change of mode changes no content
    if (before !== after) found.push({ path: file, before, after });
  }
  return found;
}

async function newMigrations(options: Compare, changed: readonly string[]) {
  const found: ReleaseManifest['migrations'] = [];
  const problems: Problem[] = [];
  const { commit, previous, release } = options;
  const declared = release.contract.migrations;
  // with nothing deployed before there is nothing that would have to fit
  if (declared === undefined || previous === undefined) return { found, problems };
  const { folder, files } = declared;
  const problem = (what: string, fix: string): void => {
    problems.push(release.problemAt(['migrations', 'files'], { code: 'release-migration', what, fix }));
  };
  for (const file of changed.filter((each) => path.posix.dirname(each) === folder).toSorted()) {
    const name = path.posix.basename(file);
    const before = await digestAt(options, previous, file);
    const sha256 = await digestAt(options, commit, file);
    const terms = Object.hasOwn(files, name) ? files[name] : undefined;
    if (before !== null)
      problem(`the migration ${file} was released before and is not the same now`, 'Add a new migration instead.');
    else if (sha256 === null) continue;
    else if (terms === undefined)
      problem(
        `nothing says whether the new migration ${name} can be taken back`,
        `Add "${name}: { reversible: …, compatible: …, because: … }".`,
      );
    else found.push({ path: file, sha256, ...terms });
  }
  return { found, problems };
}

async function digestAt({ git, prefix }: Compare, commit: string, file: string): Promise<string | null> {
  const content = await git.show(commit, `${prefix}${file}`);
  if (!content.ok && content.problem.kind === 'unknown') return null;
  return sha256Hex(said(content));
}

/** Names only. A contract that cannot be read has none that could be listed, and says so when it is loaded. */
async function variablesAt(
  { git, prefix, contracts }: Compare,
  commit: string | undefined,
): Promise<readonly string[]> {
  if (commit === undefined) return [];
  const file = `${contracts}/system.yaml`;
  const content = await git.show(commit, `${prefix}${file}`);
  if (!content.ok && content.problem.kind === 'unknown') return [];
  const parsed = parseYaml(said(content).toString('utf8'), file);
  const value = parsed.ok ? (parsed.document.value as { variables?: { required?: unknown } } | null) : undefined;
  const required = value?.variables?.required;
  return required !== null && typeof required === 'object' ? Object.keys(required) : [];
}

function difference(before: readonly string[], after: readonly string[]) {
  return {
    added: after.filter((name) => !before.includes(name)).toSorted(),
    removed: before.filter((name) => !after.includes(name)).toSorted(),
  };
}

function said<T>(result: GitResult<T>): T {
  if (result.ok) return result.value;
  const fix =
    result.problem.kind === 'shallow' ? 'Fetch the whole history.' : 'Run it in the repository that was released.';
  throw new InputError([{ code: 'release-git', what: result.problem.message, fix }]);
}
