/** Shards: one alone proves nothing; merged, each has to be there once. */
import { type CollectedRun, countedEvidence } from './collected.ts';
import type { IntegrityFinding } from './schema.ts';

export function findShardProblems(run: CollectedRun, blobConfigured: boolean): IntegrityFinding[] {
  if (run.mode === 'test') {
    if (!run.shard || run.shard.total === 1) return [];
    const { current, total } = run.shard;
    const advice = blobConfigured ? 'merge the shards to judge' : 'add the blob reporter and merge the shards to judge';
    return [
      {
        code: 'unmerged-shard',
        verdict: 'inconclusive',
        message: `shard ${current} of ${total} alone proves no deployment; ${advice}`,
      },
    ];
  }
  return findMergedShardProblems(run);
}

function findMergedShardProblems(run: CollectedRun): IntegrityFinding[] {
  const shards = countedEvidence(run).flatMap(({ evidence }) => evidence.shard ?? []);
  const totals = [...new Set(shards.map(({ total }) => total))];
  if (totals.length > 1)
    return [
      {
        code: 'mixed-runs',
        verdict: 'inconclusive',
        message: `reports of differently cut runs are mixed (${totals.join(' and ')} shards)`,
      },
    ];
  const [total = 1] = totals;
  const present = new Set(shards.map(({ current }) => current));
  const missing = Array.from({ length: total }, (_, index) => index + 1).filter((index) => !present.has(index));
  if (shards.length === 0 || missing.length === 0) return [];
  return [
    {
      code: 'missing-shard',
      verdict: 'inconclusive',
      message: `shard ${missing.join(', ')} of ${total} is missing or observed nothing; merge the reports of all shards`,
    },
  ];
}
