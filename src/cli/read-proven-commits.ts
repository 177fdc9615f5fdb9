/** The commits that were proven in an environment, from the history of a state folder. */
import type { LedgerOptions } from '../ledger/ledger-options.ts';
import { mayExist, openExisting } from '../ledger/open-existing.ts';
import type { Scope } from '../record/production-runs.ts';

/** Undefined where there is no history, or where it cannot be read: then nothing is known of what was proven. */
export async function readProvenCommits(
  options: Pick<LedgerOptions, 'stateDir' | 'now' | 'store' | 'externalCheckpoint'>,
  { system, environment }: Scope,
): Promise<readonly string[] | undefined> {
  if (!mayExist(options)) return undefined;
  try {
    const { isProof, toProductionRuns } = await import('../record/production-runs.ts');
    const ledger = await openExisting(options);
    if (ledger === undefined) return undefined;
    try {
      const rows = await ledger.rows({ environment, type: 'run.sealed', kind: 'production' });
      return toProductionRuns(rows)
        .filter((run) => run.system === system && run.environment === environment && isProof(run))
        .flatMap(({ expected }) => expected.commit ?? []);
    } finally {
      await ledger.close();
    }
  } catch {
    return undefined;
  }
}
