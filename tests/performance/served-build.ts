/** Which build is measured: the expected one, before and after. A deployment in the middle of it voids what was measured. */
import type { ResolvedSystem } from '../../src/contract/schema.ts';
import type { Clock } from '../../src/probe/clock.ts';
import type { Git } from '../../src/probe/code/git.ts';
import type { Client } from '../../src/probe/http/request.ts';
import { buildName, expectedName, isExpectedBuild } from '../../src/probe/identity/build.ts';
import { findExpectedBuild } from '../../src/probe/identity/expected-build.ts';
import { identityTargets, sampleIdentity } from '../../src/probe/identity/identity.ts';
import type { SuiteCheck } from '../../src/record/suite.ts';

export interface ServedBuild {
  /** of the build that is expected, where it has one */
  readonly commit: string | undefined;
  /** One check: whether it answers now. */
  look(when: 'before' | 'after'): Promise<SuiteCheck>;
}

export interface ServedBuildInput {
  readonly system: ResolvedSystem;
  readonly client: Client;
  readonly clock: Clock;
  readonly git: Git;
  /** GATE10_EXPECT_SHA */
  readonly told: string | undefined;
}

/** Throws InputError where what is told is no commit. */
export async function openServedBuild(input: ServedBuildInput): Promise<ServedBuild> {
  const { system, git, told } = input;
  const expected = await findExpectedBuild(system, told, git);
  const { door } = identityTargets(system);
  return {
    commit: expected.commit,
    look: async (when) => {
      const sample = await sampleIdentity(door, input);
      const name = `build ${when} the measurement`;
      if (isExpectedBuild(sample, expected)) {
        return { name, status: 'passed', message: `${expectedName(expected)} answers ${when} the measurement.` };
      }
      const what = sample.error ?? `it is ${buildName(sample) ?? 'a build without a name'}`;
      const message = `Not the expected build ${expectedName(expected)} answers ${when} the measurement: ${what}.`;
      return { name, status: 'inconclusive', reason: 'wrong-build', message };
    },
  };
}
