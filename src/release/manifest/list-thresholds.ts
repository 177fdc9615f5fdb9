/** Every file that says what is good enough, with its digest: a gate that was loosened unseen is no gate. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { LoadedRelease } from '../../contract/load-release.ts';
import { InputError, OwnFaultError, type Problem } from '../../errors.ts';
import { readArtifact } from './read-artifact.ts';
import type { ReleaseManifest } from './schema.ts';

type NamedDigest = ReleaseManifest['thresholds'][number];

const OWN = ['allowed_signers', 'objectives.yaml', 'policy.yaml'];

/**
 * The authorities that this gate10 judges by, then those of the contracts. `authorityDir` and `contractsDir` are absolute; a
 * contract without a policy has the defaults of the authorities.
 */
export function listThresholds(authorityDir: string, contractsDir: string): NamedDigest[] {
  const names = readdirSync(authorityDir).filter((name) => name.endsWith('.yaml'));
  const authorities = names.sort().map((name) => {
    const read = readArtifact(authorityDir, name);
    if (read.state !== 'read')
      throw new OwnFaultError(`Failed to read authority/${name}: it is ${read.state}. Install gate10 anew.`);
    return { path: `authority/${name}`, sha256: read.sha256 };
  });
  const contracts = OWN.flatMap((name) => {
    const read = readArtifact(contractsDir, name);
    if (read.state === 'absent') return [];
    const shown = `${path.basename(contractsDir)}/${name}`;
    if (read.state !== 'read')
      throw new InputError([{ code: 'threshold', file: shown, what: `it is ${read.state}`, fix: 'Make it a file.' }]);
    return [{ path: shown, sha256: read.sha256 }];
  });
  return [...authorities, ...contracts];
}

/** The changes that `contracts/release.yaml` names, each with the digest of its record. */
export function listThresholdChanges(
  projectDir: string,
  { contract, problemAt }: LoadedRelease,
): { readonly changes: ReleaseManifest['thresholdChanges']; readonly problems: Problem[] } {
  const changes: ReleaseManifest['thresholdChanges'] = [];
  const problems: Problem[] = [];
  for (const [index, { file, rfc }] of contract.thresholdChanges.entries()) {
    const read = readArtifact(projectDir, rfc);
    if (read.state === 'read') changes.push({ path: file, rfc: { path: rfc, sha256: read.sha256 } });
    else
      problems.push(
        problemAt(['thresholdChanges', index, 'rfc'], {
          code: 'threshold-rfc',
          what: `the record ${rfc} is ${read.state}`,
          fix: 'Write it, or correct the path.',
        }),
      );
  }
  return { changes, problems };
}
