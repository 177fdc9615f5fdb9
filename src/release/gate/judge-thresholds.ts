/** N5: what says what is good enough may change, but not unseen. Each change has a record and is part of what was approved. */
import type { GateInputs, GateReason } from './schema.ts';

const FIX =
  'Write down what was changed and why, name it under "thresholdChanges" of contracts/release.yaml, make the manifest again and have it approved.';

export function judgeThresholds({ manifest: input, thresholds, records }: GateInputs): readonly GateReason[] {
  if (input.state !== 'read') return [];
  const { manifest } = input.value;
  const reasons: GateReason[] = [];
  const failed = (code: string, message: string, fix: string): void => {
    reasons.push({ rule: 'thresholds', status: 'failed', code, message, fix });
  };
  for (const path of differences(manifest.thresholds, thresholds.now))
    failed('thresholds-other', `${path} is not the one that was approved`, 'Make the manifest again.');
  const changed = thresholds.before === null ? [] : differences(thresholds.before.files, thresholds.now);
  for (const path of changed) {
    const change = manifest.thresholdChanges.find((each) => each.path === path);
    if (change === undefined) {
      failed(
        'threshold-without-rfc',
        `${path} was changed since decision ${thresholds.before?.decision}, and no record says why`,
        FIX,
      );
      continue;
    }
    const record = records.find((each) => each.path === change.rfc.path);
    if (record?.sha256 !== change.rfc.sha256)
      failed(
        'rfc-other',
        `${change.rfc.path}, the record of the change of ${path}, is not the one that was approved`,
        FIX,
      );
  }
  if (reasons.length > 0) return reasons;
  const of = thresholds.before === null ? 'the first decision here' : `${changed.length} changed on purpose`;
  const message = `${thresholds.now.length} files of thresholds as approved (${of})`;
  return [{ rule: 'thresholds', status: changed.length > 0 ? 'warned' : 'passed', code: 'thresholds', message }];
}

interface NamedDigest {
  readonly path: string;
  readonly sha256: string;
}

/** Paths that are in one of both only, or with another digest. */
function differences(before: readonly NamedDigest[], after: readonly NamedDigest[]): string[] {
  const digests = [before, after].map((files) => new Map(files.map(({ path, sha256 }) => [path, sha256])));
  const paths = new Set([...before, ...after].map(({ path }) => path));
  return [...paths].filter((path) => digests[0]?.get(path) !== digests[1]?.get(path)).sort();
}
