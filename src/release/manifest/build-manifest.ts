/** Puts a release manifest together. The same inputs give the same bytes: there is no time of its making in it. */
import { canonicalJson } from '../../contract/canonical.ts';
import type { LoadedRelease } from '../../contract/load-release.ts';
import { InputError } from '../../errors.ts';
import type { Git } from '../../probe/code/git.ts';
import { deriveClaims } from './derive-claims.ts';
import { listArtifacts } from './list-artifacts.ts';
import { listThresholdChanges, listThresholds } from './list-thresholds.ts';
import { readArtifact } from './read-artifact.ts';
import type { ReleaseManifest } from './schema.ts';

export interface ManifestInput {
  readonly release: string;
  readonly system: string;
  readonly environment: string;
  readonly commit: string;
  /** what is deployed now, as far as it was proven; undefined = nothing was */
  readonly previous: string | undefined;
  readonly window: ReleaseManifest['rollout'];
  /** relative to `projectDir`, as the manifest names them */
  readonly scorecard: string | undefined;
  readonly sbom: string | undefined;
  /** absolute, as the others */
  readonly projectDir: string;
  readonly contractsDir: string;
  readonly authorityDir: string;
  /** of the project in the repository: "" or a path that ends in "/" */
  readonly prefix: string;
  /** `contractsDir` relative to `projectDir`, with "/" */
  readonly contracts: string;
  readonly contract: LoadedRelease;
  readonly git: Git;
}

/** Throws InputError with every problem: a release of which something is not known is not described by leaving it out. */
export async function buildManifest(input: ManifestInput): Promise<ReleaseManifest> {
  const { projectDir, contract, git, commit, previous, prefix, contracts } = input;
  const artifacts = listArtifacts(projectDir, contract);
  const changes = listThresholdChanges(projectDir, contract);
  const derived = await deriveClaims({ git, commit, previous, prefix, contracts, release: contract });
  const named = { scorecard: digestOf(input, input.scorecard), sbom: digestOf(input, input.sbom) };
  const problems = [...artifacts.problems, ...changes.problems, ...derived.problems];
  if (problems.length > 0) throw new InputError(problems);
  return {
    schema: 'gate10/release-manifest/v1',
    release: input.release,
    system: input.system,
    environment: input.environment,
    commit,
    previous: previous === undefined ? null : { commit: previous },
    ...derived.claims,
    artifacts: artifacts.artifacts,
    thresholds: listThresholds(input.authorityDir, input.contractsDir),
    thresholdChanges: changes.changes,
    rollout: input.window,
    ...named,
    dashboards: contract.contract.dashboards,
  };
}

function digestOf({ projectDir }: ManifestInput, name: string | undefined): ReleaseManifest['scorecard'] {
  if (name === undefined) return null;
  const read = readArtifact(projectDir, name);
  if (read.state === 'read') return { path: name, sha256: read.sha256 };
  throw new InputError([{ code: 'release-file', file: name, what: `it is ${read.state}`, fix: 'Correct the path.' }]);
}

/** The bytes of the file: keys sorted as RFC 8785 does, laid out for people. */
export function toManifestText(manifest: ReleaseManifest): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(manifest)), null, 2)}\n`;
}
