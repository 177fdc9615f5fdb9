/** The commit that was proven before, from the history of a state folder. Loads the ledger only where there is one. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LedgerOptions } from '../ledger/open-ledger.ts';
import type { Scope } from '../record/production-runs.ts';

/** Undefined where there is no history. Throws as `openLedger` does where the history cannot be read. */
export async function readProvenBefore(
  options: Pick<LedgerOptions, 'stateDir' | 'now' | 'externalCheckpoint'>,
  scope: Scope,
  expectedCommit: string | undefined,
): Promise<string | undefined> {
  if (!existsSync(path.join(options.stateDir, 'ledger.sqlite'))) return undefined;
  const [{ openLedger }, { provenBefore }] = await Promise.all([
    import('../ledger/open-ledger.ts'),
    import('../record/proven-before.ts'),
  ]);
  const ledger = await openLedger({ ...options, create: false });
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
