/** SLI from the ledger: of the looks that gate10 took at an environment, how many proved it. */
import type { SealedEvent } from '../../ledger/schema.ts';
import { isProof } from '../production-runs.ts';
import { counted, type SliReading, unknown } from './reading.ts';

/**
 * A look is a production run that came to a judgement. It is taken when somebody deploys or asks, so that this is no share of
 * time and none of users' requests; that is said with every figure.
 */
export function readLooks(runs: readonly SealedEvent[], windowSeconds: number, now: Date): SliReading {
  const since = now.getTime() - windowSeconds * 1000;
  const within = runs.filter(({ endedAt }) => Date.parse(endedAt) >= since);
  const failed = within.filter(({ verdict }) => verdict === 'failed').length;
  const judged = within.filter(isProof).length + failed;
  const open = within.length - judged;
  if (judged === 0) {
    const most = open === 0 ? 'no look was taken' : `none of ${open} looks could be judged`;
    return unknown('not-run', `In the window ${most}.`);
  }
  const left = open === 0 ? [] : [`${open} looks that could not be judged are left out`];
  return counted('sample', failed, judged, [
    'looks of gate10, taken at deployments: no share of time or of requests',
    ...left,
  ]);
}
