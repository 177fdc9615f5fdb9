/** An authority of the test's own, the same kind as the embedded system's. */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { type Authority, openAuthority } from '../../../../reference-system/edge/ca.ts';

/** Makes a fresh authority under `dir`; two calls give two authorities that do not know each other. */
export async function createAuthority(dir: string): Promise<Authority> {
  return openAuthority(await mkdtemp(path.join(dir, 'authority-')), () => new Date());
}
