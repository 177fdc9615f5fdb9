/** The append-only history: of a state folder on SQLite, or of a team on a PostgreSQL server. */
import { type LedgerOptions, ledgerPaths } from './ledger-options.ts';
import type { Ledger } from './schema.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import { toLedger } from './to-ledger.ts';

export { type LedgerOptions, ledgerPaths };

/**
 * Opens the history, or begins one where there never was one; one of an older schema is migrated.
 *
 * Rejects with InputError where there is none (`create: false`), where a newer gate10 wrote it or where its address is
 * wrong, with OwnFaultError where it is damaged, not readable, or gone although a checkpoint knows it: a lost history is
 * never replaced silently.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  if (options.store === undefined) return toLedger(openSqlite(options), options.now);
  const { openPostgres } = await import('./postgres/open-postgres.ts');
  return toLedger(await openPostgres({ ...options, store: options.store }), options.now);
}
