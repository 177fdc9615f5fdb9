/** A HOME folder for the browser process in which a declared private CA is trusted, and nothing of the user's is read. */
import { createHash, type X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeNssDatabase } from './nss-database.ts';

/**
 * Makes the folder under `stateDir`, named by the digest of the authorities, or gives back the one that is there.
 * Chromium reads `$HOME/.pki/nssdb`, and since version 146 `$XDG_DATA_HOME/pki/nssdb` where the former is missing.
 */
export function trustHome(stateDir: string, authorities: readonly X509Certificate[]): string {
  const digest = createHash('sha256');
  for (const authority of authorities) digest.update(authority.raw);
  const parent = path.resolve(stateDir, 'browser-home');
  const home = path.join(parent, digest.digest('hex').slice(0, 16));
  if (existsSync(home)) return home;
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const fresh = mkdtempSync(path.join(parent, 'making-'));
  const database = path.join(fresh, '.pki', 'nssdb');
  mkdirSync(database, { recursive: true, mode: 0o700 });
  writeNssDatabase(database, authorities);
  try {
    renameSync(fresh, home);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another process was quicker: its folder holds the same authorities.
    if (!existsSync(home)) throw error;
  }
  return home;
}
