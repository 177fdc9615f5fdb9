/** Which build the system says that it serves, at this moment. */
import { sameCommit } from '../../probe/identity/build.ts';
import {
  type IdentityInput,
  identitySampleCount,
  identityTargets,
  sampleIdentity,
} from '../../probe/identity/identity.ts';
import type { IdentitySample } from '../../probe/schema.ts';

export type Served =
  | { readonly kind: 'one'; readonly commit: string; readonly schemaVersion?: string }
  | { readonly kind: 'mixed'; readonly commits: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Enough samples at the front door and at the service that a stale replica is not missed, each on a connection of its own.
 * Single replicas are not asked: their addresses often end with the deployment that is looked for.
 */
export async function askIdentity(input: IdentityInput): Promise<Served> {
  const { door, direct } = identityTargets(input.system);
  const count = identitySampleCount(input.system.environment.settle);
  const many = [door, ...direct].flatMap((target) => Array.from({ length: count }, () => target));
  return toServed(await Promise.all(many.map((target) => sampleIdentity(target, input))));
}

/** What a cache says, and an answer without a build, is no word of what is served. */
export function toServed(samples: readonly IdentitySample[]): Served {
  const said = samples.filter(({ error, cached, commit }) => !error && cached === undefined && commit !== undefined);
  const commits: string[] = [];
  for (const { commit = '' } of said) if (!commits.some((known) => sameCommit(known, commit))) commits.push(commit);
  const [commit, ...others] = commits;
  if (commit === undefined) return { kind: 'unknown', why: whyUnknown(samples) };
  if (others.length > 0) return { kind: 'mixed', commits };
  const versions = new Set(said.flatMap(({ schemaVersion }) => schemaVersion ?? []));
  const [schemaVersion] = versions;
  return { kind: 'one', commit, ...(versions.size === 1 && schemaVersion !== undefined ? { schemaVersion } : {}) };
}

function whyUnknown(samples: readonly IdentitySample[]): string {
  const [first] = samples;
  if (first === undefined) return 'nothing was asked';
  return first.error ?? (first.cached === undefined ? 'the identity names no commit' : `only a cache answered`);
}

export function serves(served: Served, commit: string): boolean {
  return served.kind === 'one' && sameCommit(served.commit, commit);
}

export function servedName(served: Served): string {
  switch (served.kind) {
    case 'one':
      return short(served.commit);
    case 'mixed':
      return served.commits.map(short).join(' and ');
    case 'unknown':
      return `nothing that is known (${served.why})`;
  }
}

/** A commit as people read it. */
export function short(commit: string): string {
  return commit.slice(0, 12);
}
