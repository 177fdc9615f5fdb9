/** Which build answered, and whether it is the one to be proven. */
import type { IdentitySample, Plan } from '../schema.ts';

export type ExpectedBuild = Plan['expected'];

const COMMIT = /^[0-9a-f]{7,64}$/i;

export function isCommit(text: string): boolean {
  return COMMIT.test(text);
}

/** What a deploy stamp is called where a version would stand: nobody takes the one for the other. */
export function stampName(stamp: string): string {
  return `stamp ${stamp}`;
}

/** One id may be the abbreviation of the other, from 7 digits on. */
export function sameCommit(a: string, b: string): boolean {
  if (!isCommit(a) || !isCommit(b)) return false;
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left.startsWith(right) || right.startsWith(left);
}

/** Everything that is expected and that the sample can say has to be right; a sample without its build never is. */
export function isExpectedBuild(sample: IdentitySample, expected: ExpectedBuild): boolean {
  if (sample.error !== undefined) return false;
  if (expected.commit !== undefined) {
    if (sample.commit === undefined || !sameCommit(sample.commit, expected.commit)) return false;
    return expected.version === undefined || sample.version === undefined || sample.version === expected.version;
  }
  return expected.version !== undefined && sample.version === expected.version;
}

/** `1a2b3c4` or `version 1.4.0`; undefined where the sample names no build. */
export function buildName(sample: Pick<IdentitySample, 'commit' | 'version'>): string | undefined {
  if (sample.commit !== undefined) return sample.commit.slice(0, 12);
  return sample.version === undefined ? undefined : versionName(sample.version);
}

function versionName(version: string): string {
  return version.startsWith(stampName('')) ? version : `version ${version}`;
}

export function expectedName(expected: ExpectedBuild): string {
  const commit = expected.commit?.slice(0, 12);
  if (commit === undefined) return versionName(expected.version ?? '(none)');
  return expected.version === undefined ? commit : `${commit} (version ${expected.version})`;
}
