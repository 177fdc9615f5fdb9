/** A deploy stamp stands in where the system says neither commit nor version, and for nothing else. */
import type { Finding, ReadableContract } from './findings.ts';

export function* checkStamp({ identity, environments }: ReadableContract): Generator<Finding> {
  if (identity === undefined) return;
  const { stamp, commit, version } = identity;
  if (stamp !== undefined && (commit ?? version) !== undefined) {
    const what = `identity has a stamp, although it says its ${commit === undefined ? 'version' : 'commit'}`;
    yield { path: ['identity', 'stamp'], what, fix: 'Remove "stamp": it is the weaker of the two.' };
  }
  for (const [name, { expect }] of Object.entries(environments)) {
    const path = ['environments', name, 'expect'];
    if (stamp === undefined && expect.stamp !== undefined) {
      const fix = 'Add "stamp" to identity: where it is found in the answer.';
      yield { path: [...path, 'stamp'], what: 'a stamp is expected, and identity does not say where it is', fix };
    }
    const other = expect.commit === undefined ? expect.version && 'version' : 'commit';
    if (stamp !== undefined && commit === undefined && version === undefined && other) {
      const what = `a ${other} is expected of a system whose identity is a stamp`;
      yield { path: [...path, other], what, fix: 'Declare "stamp" here instead.' };
    }
  }
}
