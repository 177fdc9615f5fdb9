/** gate10's reporter on 10,000 results against no reporter at all. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Bar, pairedRatio, playwrightCli, root, run } from './measure.ts';

const TESTS = 10_000;
const ROUNDS = 3;
const SPEC = `import { test } from '@playwright/test';\nfor (let i = 0; i < ${TESTS}; i += 1) test('test ' + i, () => {});\n`;
const SILENT = 'export default class { printsToStdio() { return true; } }\n';

export async function benchReporterOverhead(): Promise<Bar[]> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-bench-'));
  try {
    await mkdir(dir, { recursive: true });
    await symlink(path.join(root, 'node_modules'), path.join(dir, 'node_modules'));
    await writeFile(path.join(dir, 'package.json'), '{"type":"module"}\n');
    await writeFile(path.join(dir, 'many.spec.ts'), SPEC);
    await writeFile(path.join(dir, 'silent.ts'), SILENT);
    const config = (reporters: string): string =>
      `export default { testDir: '.', workers: 1, outputDir: 'results', reporter: ${reporters} };\n`;
    await writeFile(path.join(dir, 'none.config.ts'), config("[['./silent.ts']]"));
    await writeFile(
      path.join(dir, 'gate10.config.ts'),
      config(`[['./silent.ts'], ['${path.join(root, 'reporters/playwright.ts')}']]`),
    );
    const time = async (name: string, expects: number[]): Promise<number> =>
      (
        await run({
          argv: [process.execPath, playwrightCli, 'test', '-c', name],
          cwd: dir,
          env: { GATE10_STATE_DIR: path.join(dir, 'state') },
          expects,
        })
      ).wallMs;
    // Without a plan the reporter cannot prove anything: 3 (or 70) is the right code, and it still reads every result.
    const { ratio, aMs, bMs } = await pairedRatio(
      () => time('gate10.config.ts', [1, 2, 3, 70]),
      () => time('none.config.ts', [0]),
      ROUNDS,
    );
    return [
      {
        what: `reporter, ${TESTS.toLocaleString('en')} results ÷ no reporter`,
        measured: `${ratio.toFixed(3)} × (${aMs.toFixed(0)} / ${bMs.toFixed(0)} ms)`,
        bar: '≤ 1.05 ×',
        holds: ratio <= 1.05,
      },
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
