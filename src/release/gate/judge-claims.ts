/** Does the manifest say of the release what git and the history say? Who approves it relies on that, and so does the way back. */
import { canonicalJson } from '../../contract/canonical.ts';
import type { GateInputs, GateReason } from './schema.ts';

const AGAIN = 'Make the manifest again (gate10 manifest) and have it approved again.';

const CLAIMS = {
  authors: 'the authors of the release',
  configuration: 'the changes of its configuration',
  migrations: 'its migrations',
  rollback: 'its way back',
} as const;

export function judgeClaims({ manifest: input, claims }: GateInputs): readonly GateReason[] {
  // a decision of before they were asked for
  if (claims === undefined || input.state !== 'read') return [];
  if (claims.state !== 'read')
    return [
      {
        rule: 'manifest',
        status: 'inconclusive',
        code: 'claims-unverifiable',
        message: `what the manifest says of the release cannot be asked again here: ${claims.why}`,
        fix: claims.fix,
      },
    ];
  const { manifest } = input.value;
  const { derived, deployedBefore, lostBefore, unnamed } = claims.value;
  const reasons: GateReason[] = [];
  const failed = (code: string, message: string): void => {
    reasons.push({ rule: 'manifest', status: 'failed', code, message, fix: AGAIN });
  };
  for (const [name, words] of Object.entries(CLAIMS) as [keyof typeof CLAIMS, string][])
    if (canonicalJson(manifest[name]) !== canonicalJson(derived[name]))
      failed(`${name}-other`, `${words}: the manifest says something else than git`);
  for (const file of unnamed) failed('artifact-unnamed', `${file} goes out as well, and the manifest does not name it`);
  const previous = manifest.previous?.commit ?? null;
  if (previous === manifest.commit) failed('previous-itself', 'the manifest compares the release with itself');
  else if (deployedBefore !== null && previous !== deployedBefore)
    failed(
      'previous-other',
      `the manifest compares with ${previous ?? 'nothing'}, and ${deployedBefore} was proven there`,
    );
  if (reasons.length > 0) return reasons;
  if (previous !== deployedBefore || lostBefore !== undefined) {
    const known =
      lostBefore === undefined
        ? 'nothing in the history proves it'
        : `git does not know ${lostBefore}, which was proven there`;
    const message = `that ${previous ?? 'nothing'} is deployed there is said, and ${known}`;
    return [{ rule: 'manifest', status: 'warned', code: 'previous-declared', message }];
  }
  return [{ rule: 'manifest', status: 'passed', code: 'claims', message: 'it says of the release what git says' }];
}
