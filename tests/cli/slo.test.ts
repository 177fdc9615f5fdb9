/** `gate10 slo` as its user runs it: over sealed runs, with what is wrong, and the rules that it writes. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { sealRun } from '../../src/record/seal.ts';
import type { SloReport } from '../../src/record/slo/slo-schema.ts';
import { judge } from '../../src/verdict/judge.ts';
import { sli } from '../unit/record/slo/sample-slo.ts';
import { healthyRecord } from '../unit/verdict/sample-record.ts';
import { gate10, objectivesOf, type Ran, ROOT, temporaryFolder } from './support/run-slo.ts';

describe('gate10 slo', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[], number, RegExp, Record<string, string>?]>([
    ['without objectives', {}, [], 2, /contracts\/objectives\.yaml: there are no objectives/],
    [
      'in an environment that is not there',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      ['--environment', 'live2'],
      2,
      /"live2" is not declared.*live/,
    ],
    [
      'with an environment that leads elsewhere',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      ['--environment', '../live'],
      2,
      /--environment: "\.\.\/live" is no name/,
    ],
    [
      'with a wrong objective',
      { 'contracts/objectives.yaml': objectivesOf('a', { target: 0 }) },
      [],
      2,
      /a target of 0 promises nothing/,
    ],
    [
      'without a Prometheus',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      [],
      3,
      /No Prometheus is named for live/,
    ],
    [
      'where no objective is about the environment',
      { 'contracts/objectives.yaml': objectivesOf('a', { annotations: { 'gate10.environments': 'staging' } }) },
      [],
      3,
      /a is about staging only[\s\S]*No objective is about live/,
    ],
    [
      'with an address that is none',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      [],
      2,
      /GATE10_PROMETHEUS_URL is not the address/,
      { GATE10_PROMETHEUS_URL: 'prometheus:9090' },
    ],
    [
      'with a token that is not set',
      { 'contracts/objectives.yaml': objectivesOf('a', { tokenSecret: 'TOKEN' }) },
      [],
      2,
      /the secret TOKEN is not set/,
      { GATE10_PROMETHEUS_URL: 'http://127.0.0.1:1' },
    ],
    [
      'with a token that would be read on the way',
      { 'contracts/objectives.yaml': objectivesOf('a', { tokenSecret: 'TOKEN' }) },
      [],
      2,
      /would be sent unencrypted/,
      { GATE10_PROMETHEUS_URL: 'http://prometheus.example', TOKEN: 'c29tZS10b2tlbg' },
    ],
    [
      'for a kind of change that there is not',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      ['--change', 'tiny'],
      2,
      /tiny.*Allowed choices/,
    ],
    [
      'for a period that is none',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      ['--since', 'soon'],
      2,
      /--since/,
    ],
  ])('%s', async (_, files, args, code, said, env) => {
    const ran = await gate10(files, args, env);
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([code, expect.stringMatching(said)]);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('gate10 slo over sealed runs', () => {
  const source = (type: string, spec: object) => ({ metricSource: { type, spec } });
  const slo = (name: string, part: object, total: object, target: number) => ({
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name },
    spec: {
      service: 'shop',
      indicator: { metadata: { name: 'sli' }, spec: { ratioMetric: { counter: true, ...part, total } } },
      budgetingMethod: 'Occurrences',
      objectives: [{ target }],
    },
  });
  const samples = (runs: string) => source('gate10-run', { sli: 'availability', runs });
  const looks = (which: string) => source('gate10-history', { looks: which });
  const text = JSON.stringify([
    slo('newest', { good: samples('newest') }, samples('newest'), 0.995),
    slo('month', { good: samples('window') }, samples('window'), 0.999),
    slo('looks', { bad: looks('failed') }, looks('judged'), 0.5),
  ]);

  /** Six runs in the last days, each of 600 samples; `misses` in the newest. */
  async function stateWith(misses: number): Promise<string> {
    const stateDir = temporaryFolder();
    const ledger = await openLedger({ stateDir, now: () => new Date() });
    try {
      for (const day of [6, 5, 4, 3, 2, 1]) {
        const at = new Date(Date.now() - day * 86_400_000).toISOString();
        const slis = [{ ...sli(), misses: day === 1 ? misses : 0 }];
        const place = { system: 'shop', environment: 'live', startedAt: at, settledAt: at, endedAt: at };
        const record = healthyRecord({ runId: `run-${day}`, slis, ...place });
        await sealRun({ stateDir, ledger, record, verdict: judge(record), now: () => new Date() });
      }
    } finally {
      await ledger.close();
    }
    return stateDir;
  }

  const run = (stateDir: string) =>
    gate10({ 'contracts/objectives.yaml': text }, ['--json'], { GATE10_STATE_DIR: stateDir });
  const statesOf = ({ stdout }: Ran) =>
    (JSON.parse(stdout) as SloReport).objectives.map(({ id, status, n, misses }) => [id, status, n, misses]);

  it('claims of many runs what one cannot show', async () => {
    const ran = await run(await stateWith(0));
    expect(statesOf(ran)).toEqual([
      ['newest', 'passed', 600, 0],
      ['month', 'passed', 3600, 0],
      ['looks', 'passed', 6, 0],
    ]);
    expect([
      ran.code,
      (JSON.parse(ran.stdout) as SloReport).inputs.filter(({ file }) => file.startsWith('runs/')).length,
    ]).toEqual([0, 6]);
  });

  it('fails where the samples refute it', async () => {
    const ran = await run(await stateWith(30));
    expect([ran.code, statesOf(ran)]).toEqual([
      1,
      [
        ['newest', 'failed', 600, 30],
        ['month', 'failed', 3600, 30],
        ['looks', 'passed', 6, 0],
      ],
    ]);
  });

  it('does not believe a record that was changed after it was sealed', async () => {
    const stateDir = await stateWith(30);
    const file = path.join(stateDir, 'runs/run-1/record.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"misses": 30', '"misses": 0'));
    const ran = await run(stateDir);
    expect([ran.code, statesOf(ran).map(([, status]) => status)]).toEqual([
      3,
      ['inconclusive', 'inconclusive', 'passed'],
    ]);
    expect(ran.stdout).toContain('is not the one that was sealed');
  });

  it('does not believe a history that was changed', async () => {
    const stateDir = await stateWith(0);
    const database = new DatabaseSync(path.join(stateDir, 'ledger.sqlite'));
    const tables = database.prepare("select name from sqlite_master where type = 'trigger'").all() as {
      name: string;
    }[];
    for (const { name } of tables) database.exec(`drop trigger ${name}`);
    expect(
      database.prepare('update events set event = replace(event, \'"passed"\', \'"warned"\') where seq = 3').run()
        .changes,
    ).toBe(1);
    database.close();
    const ran = await run(stateDir);
    expect([ran.code, ran.stdout]).toEqual([3, expect.stringContaining('The history was tampered with')]);
  });
});

describe('gate10 slo rules', () => {
  it('writes rules and tests, and sees when they are old', async () => {
    const files = { 'contracts/objectives.yaml': objectivesOf('a') };
    const written = await gate10(files, ['rules']);
    expect([written.code, written.stdout]).toEqual([
      0,
      expect.stringMatching(/Rules of 1 objectives: contracts\/monitoring\/slo-rules\.yaml/),
    ]);
    const copy = (name: string) => readFileSync(path.join(written.folder, 'contracts/monitoring', name), 'utf8');
    expect(copy('slo-rules.test.yaml')).toContain('rule_files:\n  - slo-rules.yaml');
    const missing = await gate10(files, ['rules', '--check']);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/slo-rules\.yaml is not what the objectives say/),
    ]);
  });

  it('refuses objectives that no Prometheus counts', async () => {
    const source = (looks: string) => ({ metricSource: { type: 'gate10-history', spec: { looks } } });
    const slo = JSON.parse(objectivesOf('a').slice(4));
    slo.spec.indicator.spec.ratioMetric = { counter: true, good: source('proven'), total: source('judged') };
    const ran = await gate10({ 'contracts/objectives.yaml': JSON.stringify(slo) }, ['rules']);
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/a: no rules[\s\S]*no objective has alert rules/),
    ]);
  });

  it('of the embedded system are as they are committed', async () => {
    const contracts = path.join(temporaryFolder(), 'contracts');
    cpSync(path.join(ROOT, 'contracts'), contracts, { recursive: true });
    const ran = await gate10({}, ['rules', '--check'], { GATE10_CONTRACTS: contracts });
    expect([ran.code, ran.stdout]).toEqual([0, 'The alert rules are what the objectives say.\n']);
  });
});
