/**
 * The check engine as a child process: its network time hides behind the start of the test runner.
 *
 * Takes GATE10_RUN_ID and GATE10_RUN_DIR; reads `plan.json` there and appends one line per event to `engine.ndjson`.
 * It ends with its parent, and on SIGTERM. Exit 0 = it said everything that it had to say.
 */
import { randomBytes } from 'node:crypto';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import type { EngineEvent, Plan } from '../probe/schema.ts';
import { contractsDir } from './context.ts';

enableCompileCache();

const runDir = process.env['GATE10_RUN_DIR'];
const runId = process.env['GATE10_RUN_ID'];
if (!runDir || !runId) {
  process.stderr.write('Failed to start the check engine: GATE10_RUN_DIR and GATE10_RUN_ID are needed.\n');
  process.exit(2);
}

const file = openSync(path.join(runDir, 'engine.ndjson'), 'a', 0o600);
const write = (event: EngineEvent): void => {
  // One write per line: a reader never sees half of two lines.
  writeSync(file, `${JSON.stringify(event)}\n`);
};

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('SIGINT', () => stop.abort());
// The runner is gone: nobody reads on.
process.once('disconnect', () => stop.abort());

try {
  await observe(runId, runDir);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  write({ type: 'end', at: new Date().toISOString(), rows: 0, error: message });
}
process.exit(0);

async function observe(id: string, dir: string): Promise<void> {
  const plan = JSON.parse(readFileSync(path.join(dir, 'plan.json'), 'utf8')) as Plan;
  const [{ loadSystem }, { systemClock }, { createTools }, { runEngine }] = await Promise.all([
    import('../contract/load-system.ts'),
    import('../probe/clock.ts'),
    import('../probe/tools.ts'),
    import('../probe/engine.ts'),
  ]);
  const folder = contractsDir({ cwd: process.cwd(), env: process.env });
  const system = loadSystem({ contractsDir: folder, environment: plan.environment, env: process.env });
  const clock = systemClock();
  const nonce = randomBytes(12).toString('hex');
  const tools = createTools(system, { clock, nonce, path: process.env['PATH'] });
  const run = { id, nonce };
  await runEngine({ system, plan, ...tools, clock, run, emit: write, signal: stop.signal });
}
