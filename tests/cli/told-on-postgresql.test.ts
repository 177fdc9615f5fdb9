/** What was told goes into a team's history as into one's own: `GATE10_LEDGER` names a server. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { useServer } from '../ledger/support/server.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');
const sample = path.resolve(import.meta.dirname, '../corpora/import/github-deployments.json');
const SCOPE = ['--system', 'shop', '--environment', 'production'];
const server = useServer();

it('an import and a word by hand are kept once on a server, and leave no history beside it', async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gate10-told-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  copyFileSync(sample, path.join(cwd, 'deployments.json'));
  const env = { PATH: process.env['PATH'], GATE10_LEDGER: await server.fresh() };
  const gate10 = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8', env });
    expect(status, stderr).toBe(0);
    return stdout;
  };
  const imported = () => JSON.parse(gate10('import', 'github-deployments', 'deployments.json', ...SCOPE, '--json'));
  const said = () =>
    JSON.parse(gate10('record', 'incident', ...SCOPE, '--id', 'INC-1', '--title', 'checkout answers 500', '--json'));
  expect(imported()).toMatchObject({ recorded: 4, known: 0 });
  expect(said()).toMatchObject({ outcome: 'recorded', seq: 5 });
  expect(imported()).toMatchObject({ recorded: 0, known: 4 });
  expect(said()).toMatchObject({ outcome: 'known', seq: 5 });
  gate10('record', 'incident', ...SCOPE, '--id', 'INC-1', '--resolve');
  expect(gate10('history', 'export').split('\n').filter(Boolean)).toHaveLength(6);
  expect(gate10('history', 'verify')).toContain('6 rows');
  expect(existsSync(path.join(cwd, '.gate10/ledger.sqlite'))).toBe(false);
});
