/** `gate10 rollback` where only the production suite can see the failure: real processes, the real history. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import type { LedgerEvent } from '../../../src/ledger/schema.ts';
import { sealRun } from '../../../src/record/seal.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { type DeployedSample, deployedSample } from './deployed-sample.ts';
import { productionRecord } from './production-record.ts';

const CONFIRM_ONCE = { confirm: { times: 1, of: 1 } };

async function eventsOf({ folder }: DeployedSample): Promise<LedgerEvent[]> {
  const ledger = await openLedger({ stateDir: path.join(folder, '.gate10'), now: () => new Date() });
  const rows = await ledger.rows();
  expect(await ledger.verify()).toEqual([]);
  await ledger.close();
  return rows.map(({ event }) => event);
}

describe('a release whose pages stay blank, while all else is well', () => {
  it('is confirmed by the production suite and rolled back: one rollback, one incident, one deployment of it', async () => {
    const sample = await deployedSample({}, { seenBy: 'browser' });
    const { code, stdout, stderr } = await sample.gate10(['rollback', '--json']);
    expect({ code, stderr }, stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'restored', failed: { commit: sample.broken } });
    expect(stderr).toContain('run 2 of at most 3: failed: frontend: the page stays blank');
    expect(sample.switches()).toEqual([sample.good]);
    const events = await eventsOf(sample);
    expect(events.map((event) => ('verdict' in event ? `${event.type} ${event.verdict}` : event.type))).toEqual([
      ...['run.sealed passed', 'run.sealed failed', 'run.sealed failed', 'run.sealed failed'],
      ...['rollback.intended', 'rollback.driven', 'run.sealed passed', 'rollback.settled'],
    ]);
    const state = path.join(sample.folder, '.gate10');
    const deployments = readFileSync(path.join(state, 'deployment_history.jsonl'), 'utf8').trim().split('\n');
    expect(deployments.map((line) => JSON.parse(line)).map(({ commit, success }) => [commit, success])).toEqual([
      ...[
        [sample.good, true],
        [sample.broken, false],
      ],
      [sample.good, true],
    ]);
    const incidents = readdirSync(path.join(state, 'incidents'));
    expect(incidents).toHaveLength(1);
    expect(readFileSync(path.join(state, 'incidents', incidents[0] ?? ''), 'utf8')).toContain('- Status: closed');
    const again = await sample.gate10(['rollback']);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('NOTHING DUE (proven)') });
  });

  it('and that work when they are looked at again leave nothing due', async () => {
    const sample = await deployedSample({}, { seenBy: 'browser' });
    rmSync(path.join(sample.folder, 'blank'));
    const { code, stdout } = await sample.gate10(['rollback']);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('NOTHING DUE (proven)') });
    expect(sample.switches()).toEqual([]);
    expect((await eventsOf(sample)).map(({ type }) => type)).toEqual(['run.sealed', 'run.sealed', 'run.sealed']);
  });

  it('is decided in a dry run by the suite too, and not driven', async () => {
    const sample = await deployedSample(CONFIRM_ONCE, { seenBy: 'browser' });
    const { code, stdout } = await sample.gate10(['rollback', '--dry-run']);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('A ROLLBACK IS DUE (dry-run)') });
    expect(sample.switches()).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['leaves no record', 'exit 1', 'the suite left no record: '],
    ['says another exit code than its record', 'NODE SEAL URL; exit 0', 'its record says 1'],
    ['is killed', 'kill -9 $$', 'the suite left no record: '],
    [
      'expects another commit',
      'GATE10_EXPECT_SHA=0000000000000000000000000000000000000000 NODE SEAL URL',
      'are needed',
    ],
    ['seals a run that was begun before it', 'NODE SEAL URL old', 'the suite left no record: '],
    ['seals a check', 'NODE SEAL URL check', 'the suite left no record: '],
    ['seals a run of another system', 'NODE SEAL URL another-system', 'the suite left no record: '],
    ['seals a failure that its record does not have', 'NODE SEAL URL lying', 'REFUSED (tampered)'],
  ])('is not rolled back where the suite %s', async (_, script, said) => {
    const sample = await deployedSample(CONFIRM_ONCE, { seenBy: 'browser' });
    useSuite(sample, script);
    const { code, stdout } = await sample.gate10(['rollback']);
    expect({ code, stdout }).toMatchObject({ code: 3, stdout: expect.stringContaining(said) });
    expect(sample.switches()).toEqual([]);
  });

  it('is not rolled back by a run that was sealed before, whatever time its clock says', async () => {
    const sample = await deployedSample(CONFIRM_ONCE, { seenBy: 'browser' });
    const startedAt = new Date(Date.now() + 3_600_000).toISOString();
    await sealRecord(sample, { ...productionRecord(sample.broken, false, 'browser'), startedAt });
    useSuite(sample, 'exit 1');
    const { code, stdout } = await sample.gate10(['rollback']);
    expect({ code, stdout }).toMatchObject({ code: 3, stdout: expect.stringContaining('the suite left no record') });
  });
});

/** `NODE SEAL URL` stands for the sample's suite. */
function useSuite({ folder }: DeployedSample, script: string): void {
  const policy = path.join(folder, 'contracts', 'policy.yaml');
  const { rollback, ...rest } = JSON.parse(readFileSync(policy, 'utf8'));
  const [node, seal, url] = rollback.suite as string[];
  const line = script.replace('NODE SEAL URL', `'${node}' '${seal}' '${url}'`);
  writeFileSync(policy, JSON.stringify({ ...rest, rollback: { ...rollback, suite: ['/bin/sh', '-c', line] } }));
}

async function sealRecord({ folder }: DeployedSample, record: RunRecord): Promise<void> {
  const stateDir = path.join(folder, '.gate10');
  const now = () => new Date();
  const ledger = await openLedger({ stateDir, now });
  await sealRun({ stateDir, ledger, record, verdict: judge(record), now });
  await ledger.close();
}
