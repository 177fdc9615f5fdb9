/** The check engine inside Playwright: 200 endpoints at 50 ms, healthy and broken, against stock Playwright. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Bar, pairedRatio, playwrightCli, root, run, startServer } from './measure.ts';
import { writeProject } from './project.ts';

const COUNT = 200;
const ROUNDS = 5;

const PRODUCTION_CONFIG = `import { defineGate10Config } from '${path.join(root, 'src/index.ts')}';\nexport default defineGate10Config({ outputDir: 'results' });\n`;
/** The engine alone in one project: global set-up starts it, one test shows its rows; the list reporter, as in the empty run. */
const ENGINE_CONFIG = `export default { testDir: '${path.join(root, 'tests/production')}', testMatch: 'endpoints.spec.ts', workers: 1, retries: 0,
  outputDir: 'results', globalSetup: '${path.join(root, 'tests/support/global-setup.ts')}', reporter: [['list']] };\n`;
/** The same three projects with nothing in them: what Playwright itself costs for settle, production and confirm. */
const SHAPE_CONFIG = `export default { testDir: '.', testMatch: 'empty.spec.ts', workers: 1, reporter: [['list']], projects: [
  { name: 'settle', teardown: 'confirm' }, { name: 'production', dependencies: ['settle'] }, { name: 'confirm' } ] };\n`;

export async function benchEngineInPlaywright(): Promise<Bar[]> {
  const server = await startServer(50);
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-bench-'));
  try {
    await writeProject(dir, server.url, COUNT, 64);
    await writeFile(path.join(dir, 'production.config.ts'), PRODUCTION_CONFIG);
    await writeFile(path.join(dir, 'engine.config.ts'), ENGINE_CONFIG);
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
    // Without gate10's reporter nothing is judged, and the exit guard says 3; the rows are shown all the same.
    const engine = (): Promise<number> => test('engine.config.ts', {}, [3]);
    const suite = (expects: number[]): Promise<number> =>
      test('production.config.ts', {}, expects, '--project=production');
    const empty = (): Promise<number> => test('stock.config.ts', { SPEC: 'empty.spec.ts' }, [0]);
    const stock = (): Promise<number> => test('stock.config.ts', { SPEC: 'request.spec.ts' }, [0]);
    const shape = (): Promise<number> => test('shape.config.ts', {}, [0], '--project=production');
    const broken = async (what: typeof suite): Promise<number> => {
      await server.setBroken(true);
      const wallMs = await what([1]);
      await server.setBroken(false);
      return wallMs;
    };
    const alone = await pairedRatio(() => engine(), empty, ROUNDS);
    const versusStock = await pairedRatio(stock, () => engine(), 2);
    const down = await pairedRatio(
      () => broken(engine),
      () => engine(),
      ROUNDS,
    );
    const whole = await pairedRatio(() => suite([0]), shape, ROUNDS);
    const wholeDown = await pairedRatio(
      () => broken(suite),
      () => suite([0]),
      ROUNDS,
    );
    const row = (what: string, found: typeof alone, bar: string, holds: Bar['holds']): Bar => ({
      what,
      measured: `${found.ratio.toFixed(2)} × (${found.aMs.toFixed(0)} / ${found.bMs.toFixed(0)} ms)`,
      bar,
      holds,
    });
    return [
      row(
        `check engine in Playwright, ${COUNT} endpoints at 50 ms ÷ one empty test`,
        alone,
        '≤ 1.15 ×',
        alone.ratio <= 1.15,
      ),
      row(
        'one stock test per endpoint (request fixture) ÷ check engine',
        versusStock,
        '≥ 10 ×',
        versusStock.ratio >= 10,
      ),
      row('check engine, all endpoints broken ÷ healthy, a row each', down, '≤ 1.25 ×', down.ratio <= 1.25),
      row('whole suite with verdict and seal ÷ its three projects, empty', whole, '', 'information'),
      row('whole suite, all endpoints broken ÷ healthy', wholeDown, '≤ 1.25 ×', wholeDown.ratio <= 1.25),
    ];
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
