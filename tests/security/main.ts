/**
 * `npm run security`: `npm audit` over the lockfile, judged with whatever other reports are named
 * (`npm run security -- trivy.json codeql.sarif`), and the search for secrets. Exit codes as everywhere, the worst counts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { worstCode } from './worst-code.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.resolve(root, process.env['GATE10_STATE_DIR'] || '.gate10', 'reports');
const AUDIT_TIMEOUT_MS = 120_000;

/** Whatever npm prints is kept: that it could not ask is told by its report. Its exit code says less. */
function audit(): string {
  const file = path.join(folder, 'npm-audit.json');
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8', timeout: AUDIT_TIMEOUT_MS });
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, stdout ?? '');
  return path.relative(root, file);
}

function gate10(...args: string[]): number | null {
  return spawnSync(process.execPath, ['bin/gate10.js', ...args], { cwd: root, stdio: 'inherit' }).status;
}

const reports = [audit(), ...process.argv.slice(2)];
process.exitCode = worstCode([gate10('vulnerabilities', ...reports), gate10('secrets')]);
