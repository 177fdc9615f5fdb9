/** The history, where there is one: for those who have nothing to say where nothing was recorded. */
import { existsSync } from 'node:fs';
import { InputError } from '../errors.ts';
import { type LedgerOptions, ledgerPaths } from './ledger-options.ts';
import type { Ledger } from './schema.ts';

/** Undefined where there never was a history; rejects as `openLedger` does where it is lost or cannot be read. */
export async function openExisting(options: Omit<LedgerOptions, 'create'>): Promise<Ledger | undefined> {
  const { openLedger } = await import('./open-ledger.ts');
  try {
    return await openLedger({ ...options, create: false });
  } catch (error) {
    if (error instanceof InputError && error.problems.every(({ code }) => code === 'no-history')) return undefined;
    throw error;
  }
}

/** False where it is certain, without loading a database, that there is no history. A server has to be asked. */
export function mayExist({ stateDir, store }: Pick<LedgerOptions, 'stateDir' | 'store'>): boolean {
  return store !== undefined || existsSync(ledgerPaths(stateDir).database);
}
