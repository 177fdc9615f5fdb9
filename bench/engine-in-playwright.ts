/** The check engine inside Playwright: 200 endpoints at 50 ms, healthy and broken, against stock Playwright. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Bar, pairedRatio, playwrightCli, root, run, startServer } from './measure.ts';
import { writeProject } from './project.ts';

const COUNT = 200;
const ROUNDS = 5;

const PRODUCTION_CONFIG = `import { defineGate10Config } from '${path.join(root, 'src/index.ts')}';\nexport default defineGate10Config({ outputDir: 'results' });\n`;
/** The same three projects with nothing in them: what Playwright itself costs for settle, production and confirm. */
const SHAPE_CONFIG = `export default { testDir: '.', testMatch: 'empty.spec.ts', workers: 1, reporter: [['list']], projects: [
  { name: 'settle', teardown: 'confirm' }, { name: 'production', dependencies: ['settle'] }, { name: 'confirm' } ] };\n`;

export async function benchEngineInPlaywright(): Promise<Bar[]> {
  const server = await startServer(50);
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-bench-'));
  try {
    await writeProject(dir, server.url, COUNT, 64);
    await writeFile(path.join(dir, 'production.config.ts'), PRODUCTION_CONFIG);
    await writeFile(path.join(dir, 'shape.config.ts'), SHAPE_CONFIG);
    const env = {
      GATE10_CONTRACTS: path.join(dir, 'contracts'),
      GATE10_TARGET: 'bench',
      GATE10_STATE_DIR: path.join(dir, 'state'),
      TARGET: server.url,
      COUNT: String(COUNT),
    };
    const test = async (
      config: string,
      more: Record<string, string>,
      expects: number[],
      ...argv: string[]
    ): Promise<number> =>
      (
        await run({
          argv: [process.execPath, playwrightCli, 'test', '-c', config, ...argv],
          cwd: dir,
          env: { ...env, ...more },
          expects,
        })
      ).wallMs;
    const gate10 = (expects: number[]): Promise<number> =>
      test('production.config.ts', {}, expects, '--project=production');
    const shape = await pairedRatio(
      () => gate10([0]),
      () => test('shape.config.ts', {}, [0], '--project=production'),
      ROUNDS,
    );
    const empty = await pairedRatio(
      () => gate10([0]),
      () => test('stock.config.ts', { SPEC: 'empty.spec.ts' }, [0]),
      ROUNDS,
    );
    const stock = await pairedRatio(
      () => test('stock.config.ts', { SPEC: 'request.spec.ts' }, [0]),
      () => gate10([0]),
      2,
    );
    const broken = await pairedRatio(
      async () => {
        await server.setBroken(true);
        const wallMs = await gate10([1]);
        await server.setBroken(false);
        return wallMs;
      },
      () => gate10([0]),
      ROUNDS,
    );
    return [
      {
        what: `engine in Playwright, ${COUNT} endpoints at 50 ms ÷ the same projects, empty`,
        measured: `${shape.ratio.toFixed(2)} × (${shape.aMs.toFixed(0)} / ${shape.bMs.toFixed(0)} ms)`,
        bar: '≤ 1.15 ×',
        holds: shape.ratio <= 1.15,
      },
      {
        what: '  the same ÷ one empty test in one project',
        measured: `${empty.ratio.toFixed(2)} × (${empty.aMs.toFixed(0)} / ${empty.bMs.toFixed(0)} ms)`,
        bar: '',
        holds: 'information',
      },
      {
        what: 'one stock test per endpoint (request fixture) ÷ engine in Playwright',
        measured: `${stock.ratio.toFixed(1)} × (${stock.aMs.toFixed(0)} ms)`,
        bar: '≥ 10 ×',
        holds: stock.ratio >= 10,
      },
      {
        what: 'all endpoints broken ÷ healthy, a row per endpoint kept',
        measured: `${broken.ratio.toFixed(2)} × (${broken.aMs.toFixed(0)} ms)`,
        bar: '≤ 1.25 ×',
        holds: broken.ratio <= 1.25,
      },
    ];
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
