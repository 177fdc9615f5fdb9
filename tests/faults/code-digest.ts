/** SHA-256 over everything that decides a trial's outcome but its fault: another digest, another suite. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDERS = ['src', 'reporters', 'authority', 'contracts', 'tests/production', 'tests/support', 'reference-system'];

export function codeDigest(root: string): string {
  const digest = createHash('sha256');
  for (const file of listFiles(root)) digest.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  return digest.digest('hex');
}

function listFiles(root: string): string[] {
  const patterns = FOLDERS.map((folder) => `${folder}/**/*.{ts,mjs,js,yaml,sql,json}`);
  return globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' }).sort();
}
