/**
 * `npm run coverage`: every test with coverage, of its own process and of those that it starts; judged by `gate10 coverage`
 * against `tests.coverage` of contracts/policy.yaml. What stands behind `--` goes to Vitest.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stampDir } from '../bin/built.js';
import { addHits, childHits, type Hits, withoutDebts } from './child-coverage.ts';

const root = path.resolve(import.meta.dirname, '..');
const report = path.join(root, 'coverage/coverage-final.json');

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const { status } = spawnSync(process.execPath, [path.join(root, program), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

async function addChildren(dir: string): Promise<void> {
  const known = JSON.parse(readFileSync(report, 'utf8')) as Record<string, Hits>;
  for (const hits of Object.values(known)) withoutDebts(hits);
  const children = await childHits(dir, root);
  for (const [file, hits] of children) {
    const before = known[file];
    if (before === undefined || !addHits(before, hits))
      process.stderr.write(`${path.relative(root, file)}: what processes ran of it cannot be added\n`);
  }
  writeFileSync(report, JSON.stringify(known));
  process.stdout.write(`${children.size} files of src/ were also run by processes of the tests\n`);
}

// a build would be run instead of the source
rmSync(stampDir(root), { recursive: true, force: true });
rmSync(report, { force: true });
const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-coverage-'));
try {
  const tested = run('node_modules/vitest/vitest.mjs', ['run', '--coverage', ...process.argv.slice(2)], {
    FOLLOW_PROCESSES_IN: dir,
  });
  if (!existsSync(report)) {
    process.stderr.write(`Vitest ended with ${tested} and wrote no ${path.relative(root, report)}: nothing to judge\n`);
    process.exitCode = tested || 1;
  } else {
    await addChildren(dir);
    const judged = run('bin/gate10.js', ['coverage', path.relative(root, report)]);
    process.exitCode = tested === 0 ? judged : tested;
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
