/** SHA-256 over the code that observes and judges: with another digest, what was measured is of another suite. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDERS = ['src', 'reporters', 'authority', 'tests/production', 'tests/support'];

/** `root` = the folder that holds `src/`. Throws where there is no code to digest. */
export function toolDigest(root: string, folders: readonly string[] = FOLDERS): string {
  const patterns = folders.map((folder) => `${folder}/**/*.{ts,mjs,js,yaml,sql,json}`);
  const files = globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' }).sort();
  if (files.length === 0) throw new Error(`Failed to digest the code of gate10: there is none in ${root}.`);
  const digest = createHash('sha256');
  for (const file of files) digest.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  return digest.digest('hex');
}
