/** Which build has to be running, in this order: as it is told, as the contract has it, as it is checked out. */
import type { ResolvedSystem } from '../../contract/schema.ts';
import { InputError, type Problem } from '../../errors.ts';
import type { Git } from '../code/git.ts';
import { sameCommit, stampName } from './build.ts';

export interface ExpectedBuild {
  readonly commit?: string;
  readonly version?: string;
}

const COMMIT = /^[0-9a-f]{7,64}$/;

/** `told` = GATE10_EXPECT_SHA. Empty where nothing is known: `makePlan` refuses that. Throws InputError. */
export async function findExpectedBuild(
  system: Pick<ResolvedSystem, 'environment' | 'contract'>,
  told: string | undefined,
  git: Git,
): Promise<ExpectedBuild> {
  const { commit, stamp } = system.environment.expect;
  const version = system.environment.expect.version ?? (stamp === undefined ? undefined : stampName(stamp));
  const versionPart = version === undefined ? {} : { version };
  if (told !== undefined && told !== '' && system.contract.identity.commit === undefined)
    throw new InputError([noCommit(version)]);
  if (told !== undefined && told !== '') {
    const other = checkCommit(told);
    // The declared version is that of the declared commit; what another one calls itself is not known.
    return commit === undefined || sameCommit(other, commit) ? { commit: other, ...versionPart } : { commit: other };
  }
  if (commit !== undefined) return { commit, ...versionPart };
  // A system that says its version only cannot be compared with a commit.
  if (version !== undefined || system.contract.identity.commit === undefined) return versionPart;
  const head = await git.resolve('HEAD');
  return head.ok ? { commit: head.value } : {};
}

/** It would be waited for in vain: no answer can ever say it. */
function noCommit(version: string | undefined): Problem {
  return {
    code: 'expected-commit',
    what: 'GATE10_EXPECT_SHA asks for a commit, but the identity of this system says its version only',
    fix: `Unset GATE10_EXPECT_SHA${version === undefined ? ' and declare expect.version' : ` (version ${version} is expected)`}, or declare identity.commit in contracts/system.yaml.`,
  };
}

function checkCommit(told: string): string {
  const commit = told.trim().toLowerCase();
  if (COMMIT.test(commit)) return commit;
  throw new InputError([
    {
      code: 'expected-commit',
      what: 'GATE10_EXPECT_SHA is not a commit id',
      expected: '7 to 64 hex digits',
      fix: 'Set it to the commit that was deployed, e.g. $(git rev-parse HEAD).',
    },
  ]);
}
