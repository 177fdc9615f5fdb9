/** Many processes that end at once leave the scorecard of the run that ended last, and one archive file each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './support/processes.ts';

it('of six processes that seal at once the latest run has the plain names', async () => {
  const stateDir = temporaryFolder();
  const script = path.join(import.meta.dirname, 'support/seal-scorecard.ts');
  const codes = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async (number) => {
      const child = spawn(process.execPath, [script, stateDir, String(number)], { stdio: 'inherit' });
      return (await once(child, 'close'))[0];
    }),
  );
  expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
  const read = (name: string) => JSON.parse(readFileSync(path.join(stateDir, name), 'utf8'));
  const latest = ['readiness-scorecard', 'readiness_scorecards/latest', 'readiness_report', 'readiness_metrics'];
  expect(latest.map((name) => read(`${name}.json`).run_id)).toEqual(latest.map(() => 'run-6'));
  expect(read('readiness-scorecard.intoto.json').subject[0].digest).toEqual({ gitCommit: '6'.repeat(40) });
  const archived = readdirSync(path.join(stateDir, 'readiness_scorecards')).filter((name) => name.startsWith('2026'));
  expect(archived).toHaveLength(6);
  expect(readdirSync(stateDir, { recursive: true }).filter((name) => /\.(tmp|new)$/.test(String(name)))).toEqual([]);
});
