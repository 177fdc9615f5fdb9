/** The exports of a state folder hold every run, also when many processes end at once: they are derived, never read, changed and written back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/processes.ts';

describe('the exports', () => {
  it('of six processes that seal at once hold all six deployments, and no half-written file is left', async () => {
    const stateDir = temporaryFolder();
    const script = path.join(import.meta.dirname, 'support/seal-run.ts');
    const codes = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (number) => {
        const child = spawn(process.execPath, [script, stateDir, String(number)], { stdio: 'inherit' });
        return (await once(child, 'close'))[0];
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
    const lines = readFileSync(path.join(stateDir, 'deployment_history.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).run_ids.join())).toEqual([1, 2, 3, 4, 5, 6].map((n) => `run-${n}`));
    const metrics = JSON.parse(readFileSync(path.join(stateDir, 'dora_metrics.json'), 'utf8'));
    expect(metrics.deployment_frequency).toMatchObject({ total_deployments: 6 });
    expect(readdirSync(stateDir).filter((name) => /\.(tmp|new)$/.test(name))).toEqual([]);
  });
});
