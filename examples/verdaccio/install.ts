/** Verdaccio from the example's lockfile, once. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const INSTALL_DEADLINE_MS = 180_000;

export async function install(): Promise<void> {
  if (existsSync(path.join(here, 'node_modules/verdaccio/package.json'))) return;
  process.stdout.write('installing Verdaccio from the example’s lockfile …\n');
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: here,
    timeout: INSTALL_DEADLINE_MS,
  });
}
