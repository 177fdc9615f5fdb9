/** What the manifest says of the release, asked of git and of the history once more: a manifest is a file that anybody can write. */
import path from 'node:path';
import { loadRelease } from '../../contract/load-release.ts';
import { InputError } from '../../errors.ts';
import type { Ledger } from '../../ledger/schema.ts';
import type { Git } from '../../probe/code/git.ts';
import { provenBefore } from '../../record/proven-before.ts';
import { deriveClaims } from '../manifest/derive-claims.ts';
import { artifactPaths } from '../manifest/list-artifacts.ts';
import type { ReadManifest } from '../manifest/read-manifest.ts';
import type { GateInputs } from './schema.ts';

export interface ClaimsSources {
  readonly ledger: Ledger;
  /** of the folder of the manifest */
  readonly git: Git;
  /** absolute */
  readonly contractsDir: string;
}

type ObtainedClaims = NonNullable<GateInputs['claims']>;

const FIX = 'Ask in a full clone of the repository that is released (a checkout with its whole history).';

export async function obtainClaims(
  { manifest, folder }: ReadManifest,
  { ledger, git, contractsDir }: ClaimsSources,
): Promise<ObtainedClaims> {
  const unusable = (why: string): ObtainedClaims => ({ state: 'unusable', why, fix: FIX });
  try {
    const release = loadRelease(contractsDir);
    const prefix = await git.prefix();
    if (!prefix.ok) return unusable(prefix.problem.message);
    const contracts = path.relative(folder, contractsDir).split(path.sep).join('/');
    const { commit, system, environment, previous } = manifest;
    const question = { git, commit, previous: previous?.commit, prefix: prefix.value, contracts, release };
    const { claims, problems } = await deriveClaims(question);
    if (problems[0] !== undefined) return unusable(problems.map(({ what }) => what).join('; '));
    const rows = await ledger.rows({ environment, type: 'run.sealed', kind: 'production' });
    const proven = provenBefore(rows, { system, environment }, commit);
    const full = proven === undefined ? undefined : await git.resolve(proven);
    // squashed or deleted meanwhile, it is in no clone; a shallow clone only does not have it
    const isLost = full?.ok === false && full.problem.kind === 'unknown';
    if (full?.ok === false && !isLost)
      return unusable(`the release that was proven before is not known: ${full.problem.message}`);
    const named = new Set(manifest.artifacts.map((artifact) => artifact.path));
    const unnamed = artifactPaths(folder, release).filter((file) => !named.has(file));
    const deployedBefore = full?.ok === true ? full.value : null;
    return {
      state: 'read',
      value: { derived: claims, deployedBefore, unnamed, ...(isLost && { lostBefore: proven }) },
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return unusable(error.problems.map(({ what }) => what).join('; '));
  }
}
