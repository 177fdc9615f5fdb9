/** The commit that was proven before, from the history of a state folder. Loads the ledger only where there is one. */
import type { LedgerOptions } from '../ledger/ledger-options.ts';
import { mayExist, openExisting } from '../ledger/open-existing.ts';
import type { Scope } from '../record/production-runs.ts';

/** Undefined where there is no history. Throws as `openLedger` does where the history cannot be read. */
export async function readProvenBefore(
  options: Pick<LedgerOptions, 'stateDir' | 'now' | 'store' | 'externalCheckpoint'>,
  scope: Scope,
  expectedCommit: string | undefined,
): Promise<string | undefined> {
  if (!mayExist(options)) return undefined;
  const [ledger, { provenBefore }] = await Promise.all([openExisting(options), import('../record/proven-before.ts')]);
  if (ledger === undefined) return undefined;
  try {
    return provenBefore(
      await ledger.rows({ environment: scope.environment, type: 'run.sealed', kind: 'production' }),
      scope,
      expectedCommit,
    );
  } finally {
    await ledger.close();
  }
}
