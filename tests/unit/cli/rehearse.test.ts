/** `gate10 rehearse`: there and back between two real releases; and what of it a gate is told later. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { deployedSample } from './deployed-sample.ts';
import { folderOf, runIn } from './run-command.ts';

const CONTRACTS = { 'contracts/system.yaml': '{"schema":"gate10/system/v1","system":"mosaic"}' };

async function recorded(outcome: 'passed' | 'failed', at: string, environment = 'staging'): Promise<string> {
  const folder = folderOf(CONTRACTS);
  const ledger = await openLedger({ stateDir: path.join(folder, '.gate10'), now: () => new Date() });
  await ledger.append(
    {
      type: 'rehearsal.recorded',
      ...{ rehearsalId: 'r-1', system: 'mosaic', environment, from: 'b', to: 'a', driver: 'command', outcome },
      ...{ because: 'there and back', at, durations: { thereMs: 1, backMs: 1 } },
    },
    'r-1',
  );
  await ledger.close();
  return folder;
}

describe('gate10 rehearse --check', () => {
  it.each([
    ['one that passed last week', 'passed', '2026-11-14T12:00:00Z', 'staging', 0, /PASSED/],
    ['one that failed', 'failed', '2026-11-20T12:00:00Z', 'staging', 1, /FAILED/],
    ['one of 31 days ago', 'passed', '2026-10-21T11:00:00Z', 'staging', 3, /at most 30 days/],
    ['one from the future', 'passed', '2026-12-01T12:00:00Z', 'staging', 3, /INCONCLUSIVE/],
    ['one where none counts', 'passed', '2026-11-20T12:00:00Z', 'moon', 3, /ever rehearsed/],
  ] as const)('of %s ends with its code', async (_, outcome, at, environment, code, words) => {
    const folder = await recorded(outcome, at, environment);
    const said = await runIn(folder, 'rehearse', '--check');
    expect(said.code).toBe(code);
    expect(said.stdout).toMatch(words);
    expect(JSON.parse((await runIn(folder, 'rehearse', '--check', '--json')).stdout)).toMatchObject({ exitCode: code });
  });

  it('knows of none where nothing was recorded', async () => {
    const { code, stdout } = await runIn(folderOf(CONTRACTS), 'rehearse', '--check');
    expect({ code, isSaid: stdout.includes('ever rehearsed') }).toEqual({ code: 3, isSaid: true });
  });
});

describe('gate10 rehearse', () => {
  it('takes nothing out of service where that was not allowed', async () => {
    const { code, stderr } = await runIn(folderOf(CONTRACTS), 'rehearse', '--environment', 'production');
    expect(code).toBe(2);
    expect(stderr).toContain('a rollback is not rehearsed in "production"');
  });

  it('has nowhere to go back to where only one release was proven', async () => {
    const sample = await deployedSample();
    writeFileSync(path.join(sample.folder, 'switches'), `${sample.good}\n`);
    await sample.sealProduction(sample.good, true);
    const { code, stdout } = await sample.gate10(['rehearse']);
    expect({ code, isSaid: stdout.startsWith('REFUSED') }).toEqual({ code: 3, isSaid: true });
    expect(readFileSync(path.join(sample.folder, 'switches'), 'utf8')).toBe(`${sample.good}\n`);
  });
});
