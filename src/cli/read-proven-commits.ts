/** The commits that were proven in an environment, from the history of a state folder. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LedgerOptions } from '../ledger/open-ledger.ts';
import type { Scope } from '../record/production-runs.ts';

/** Undefined where there is no history, or where it cannot be read: then nothing is known of what was proven. */
export async function readProvenCommits(
  options: Pick<LedgerOptions, 'stateDir' | 'now' | 'externalCheckpoint'>,
  { system, environment }: Scope,
): Promise<readonly string[] | undefined> {
  if (!existsSync(path.join(options.stateDir, 'ledger.sqlite'))) return undefined;
  try {
    const [{ openLedger }, { isProof, toProductionRuns }] = await Promise.all([
      import('../ledger/open-ledger.ts'),
      import('../record/production-runs.ts'),
    ]);
    const ledger = await openLedger({ ...options, create: false });
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
