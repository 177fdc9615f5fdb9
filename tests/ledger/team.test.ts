/** gate10 on the history of a team, as its users run it: two machines, one history, no file of SQLite. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/errors.ts';
import { ledgerPaths } from '../../src/ledger/ledger-options.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { rollBack } from '../../src/response/rollback/roll-back.ts';
import { sampleSystem } from '../cli/sample-system.ts';
import { openPlatform, portsOn } from '../unit/response/rollback/platform.ts';
import { A, B, failedRun, run } from '../unit/response/rollback/sample-rollbacks.ts';
import { temporaryFolder } from './support/processes.ts';
import { useServer } from './support/server.ts';

const server = useServer();
const SECRET = 's3cret-w0rd';
const ROOT = path.resolve(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

async function gate10(machine: string, env: Readonly<Record<string, string>>, ...parts: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/gate10.js'), ...parts], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', GATE10_TARGET: 'sample', GATE10_STATE_DIR: machine, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('two machines with one history', () => {
  it('record into it, read it, and leave no history of their own', async () => {
    const env = { GATE10_CONTRACTS: await sampleSystem(), GATE10_LEDGER: await server.fresh() };
    const machines = [temporaryFolder(), temporaryFolder()] as const;
    for (const machine of machines) {
      const { code, output } = await gate10(machine, env, 'check');
      expect(code, output).toBe(EXIT.proven);
      expect(existsSync(ledgerPaths(machine).database)).toBe(false);
      expect(existsSync(ledgerPaths(machine).serverCheckpoint)).toBe(true);
    }
    expect(await gate10(machines[0], env, 'history', 'verify')).toMatchObject({
      code: EXIT.proven,
      output: expect.stringContaining('4 rows'),
    });
    // only checked, never proven by a production run
    expect((await gate10(machines[1], env, 'verify', '--environment', 'sample')).code).toBe(EXIT.inconclusive);
    const ledger = await openLedger({ stateDir: machines[0], now: () => new Date(), store: env.GATE10_LEDGER });
    onTestFinished(() => ledger.close());
    expect((await ledger.rows()).map(({ event }) => event.type)).toEqual(
      [0, 1].flatMap(() => ['run.intended', 'run.sealed']),
    );
  });

  it('roll back once, where 20 gates see the same failure at the same time', async () => {
    const store = await server.fresh();
    const gates = await Promise.all(
      Array.from({ length: 20 }, () => openLedger({ stateDir: temporaryFolder(), now: () => new Date(), store })),
    );
    onTestFinished(async () => {
      for (const gate of gates) await gate.close();
    });
    await gates[0]?.append(run(A, 1), 'run-a');
    await gates[0]?.append(failedRun(B, 5), 'run-b');
    const platform = openPlatform(temporaryFolder());
    const reports = await Promise.all(
      gates.map((gate, index) => rollBack(portsOn(platform, gate, index + 1), { dryRun: false })),
    );
    expect(platform.switches()).toEqual([A]);
    expect(reports.filter(({ outcome }) => outcome === 'restored')).toHaveLength(1);
    expect(await gates[1]?.verify()).toEqual([]);
  });

  it('end with 70 where the server is gone, and with 2 where there is no such address; the password is never shown', async () => {
    const contracts = { GATE10_CONTRACTS: await sampleSystem() };
    const machine = path.join(temporaryFolder(), 'state');
    mkdirSync(machine);
    const gone = `postgresql://user:${SECRET}@127.0.0.1:9/db`;
    for (const command of [['check'], ['verify'], ['history', 'verify'], ['history', 'export']]) {
      const { code, output } = await gate10(machine, { ...contracts, GATE10_LEDGER: gone }, ...command);
      expect({ command, code }, output).toEqual({ command, code: EXIT.ownFault });
      expect(output).toMatch(/127\.0\.0\.1:9\/db.*ECONNREFUSED/);
      expect(output).not.toContain('s3cret');
      expect(output).not.toMatch(/^passed/m);
    }
    const wrong = await gate10(
      machine,
      { ...contracts, GATE10_LEDGER: `mysql://u:${SECRET}@h/d` },
      'history',
      'verify',
    );
    expect(wrong).toMatchObject({ code: EXIT.wrongInput, output: expect.stringContaining('GATE10_LEDGER is not') });
    expect(wrong.output).not.toContain('s3cret');
  });
});
