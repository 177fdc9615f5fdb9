/** The gates that gate10 brings itself are ended in time, and are then not decided. */
import { expect, test } from 'vitest';
import { runProcess } from '../../../src/probe/run-process.ts';
import { type GatesInput, runGates } from '../../../src/release/pipeline/run-gates.ts';

function input(script: string, timeoutMs: number): GatesInput {
  return {
    mode: 'local',
    contract: { schema: 'gate10/gates/v1', gates: [], criticalFeatures: [], documentation: [] },
    projectDir: process.cwd(),
    environment: 'production',
    gate10: { argv: [process.execPath, '-e', script], timeoutMs },
    env: process.env,
    run: runProcess,
    onResult: () => undefined,
  };
}

test('one that hangs is ended, and not decided', async () => {
  const [result] = await runGates(input('setInterval(() => {}, 1e6)', 500));
  expect(result).toMatchObject({ name: 'secret-detection', verdict: 'inconclusive' });
  expect(result?.because).toContain('was ended after 0.5 s');
});

test('one that is quick enough says what it says', async () => {
  const [result] = await runGates(input('process.exit(1)', 20_000));
  expect(result).toMatchObject({ name: 'secret-detection', verdict: 'failed' });
});
