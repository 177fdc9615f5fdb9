/**
 * `npm run contract:coverage`: runs the integration tests with their traffic recorded, and says how much of the API contract they
 * have seen. The mutants are left out: they break the contract on purpose.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'gate10-observed-'));

function run(args: readonly string[]): number {
  const env = { ...process.env, GATE10_OBSERVED: folder };
  return spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 70;
}

try {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const tests = run([
    vitest,
    'run',
    '--project',
    'integration',
    '--exclude',
    '**/mutants/**',
    ...process.argv.slice(2),
  ]);
  const coverage = run([path.join(root, 'bin/gate10.js'), 'contract', 'coverage', folder]);
  process.exitCode = tests === 0 ? coverage : tests;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
