/** `gate10 dora` as a person meets it: a state folder, perhaps a git repository, and the command. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { doraMetricsSchema } from '../../src/record/schema.ts';
import { temporaryFolder } from '../unit/ledger/sample-events.ts';
import { type ImportedHistory, importHistory } from '../unit/record/dora/import-history.ts';
import { incident, run, type ShortEvent, told, toRows } from '../unit/record/dora/oracle/short-history.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');
const JANUARY = ['--since', '2026-01'];

let repositories: ImportedHistory[] = [];
afterEach(() => {
  for (const each of repositories) each.remove();
  repositories = [];
});

/** A state folder with this history. */
async function stateOf(events: readonly ShortEvent[]): Promise<string> {
  const stateDir = temporaryFolder();
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const ledger = await openLedger({ stateDir, now: () => new Date('2026-01-31T12:00:00.000Z') });
  for (const { event, key } of toRows(events)) await ledger.append(event, key);
  await ledger.close();
  return stateDir;
}

function gate10(stateDir: string, args: readonly string[], cwd = stateDir) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'dora', ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GATE10_STATE_DIR: stateDir },
  });
  return { status, stdout, stderr };
}

/** One deployment a day at 10:00, proven, of commits made at 09:00; `ids` as commits. */
function daily(ids: readonly string[]): ShortEvent[] {
  return ids.map((commit, index) => {
    const day = index + 1;
    return run(commit, 'passed', `${day} 10:05`, { committed: `${day} 09:00`, deployed: `${day} 10:00` });
  });
}

function commits(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index).padStart(7, 'a'));
}

describe('gate10 dora', () => {
  it('says value, n, rating and its source, and what DORA warns of', async () => {
    const { status, stdout, stderr } = gate10(await stateOf(daily(commits(12))), [...JANUARY, '--no-git']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^mosaic in production, 2026-01-01 to 2026-01-31 \(31 days\)\nrated by dora-2024: .*dora\.dev/,
    );
    expect(stdout).toMatch(/Change lead time +P50 60 min, mean 60 min, P95 60 min; n = 12 deployed commits/);
    expect(stdout).toMatch(/Change fail rate +0 %; 0 of n = 12\n +meets Elite CFR/);
    expect(stdout).toMatch(/Failed deployment recovery time +unknown; n = 0\n +not rated: 0 closed incidents/);
    expect(stdout).toMatch(/Quick Check .*unknown/);
    expect(stdout).toMatch(/no goals[\s\S]*Do not blend/);
    expect(stdout).not.toMatch(/\u001b/);
  });

  it('counts every commit that was newly deployed where git has them', async () => {
    const repository = await importHistory(
      [0, 1, 2, 3].map((place) => ({
        parents: place === 0 ? [] : [place - 1],
        timeSeconds: Date.parse(`2026-01-0${place + 1}T09:00:00Z`) / 1000,
      })),
    );
    repositories.push(repository);
    const [a = '', , , d = ''] = repository.ids;
    const state = await stateOf([
      run(a, 'passed', '1 10:05', { committed: '1 09:00', deployed: '1 10:00' }),
      run(d, 'passed', '4 10:05', { committed: '4 09:00', deployed: '4 10:00' }),
    ]);
    const { reports } = JSON.parse(gate10(state, [...JANUARY, '--json', '--repository', repository.folder]).stdout);
    // a: 60; b, c, d: 2940, 1500, 60
    expect(reports[0].lead_time_for_changes).toMatchObject({
      method: 'commits',
      changes: 4,
      p50_minutes: 60,
      p95_minutes: 2940,
    });
    expect(() => doraMetricsSchema.parse(reports[0])).not.toThrow();
    const without = JSON.parse(gate10(state, [...JANUARY, '--json', '--no-git']).stdout);
    expect(without.reports[0].lead_time_for_changes).toMatchObject({ method: 'deployments', changes: 2 });
  });

  it('says one block for each system and environment, and never adds them up', async () => {
    const state = await stateOf([
      ...daily(commits(2)),
      told('bbbbbbb', '3 10:00', 'failed', { system: 'shop' }),
      told('bbbbbbb', '4 10:00', 'succeeded', { environment: 'staging' }),
    ]);
    const { stdout } = gate10(state, [...JANUARY, '--no-git']);
    expect(stdout.match(/^\w+ in \w+,/gm)).toEqual([
      'mosaic in production,',
      'mosaic in staging,',
      'shop in production,',
    ]);
    const { reports } = JSON.parse(gate10(state, [...JANUARY, '--no-git', '--json', '--service', 'shop']).stdout);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({
      system: 'shop',
      deployment_frequency: { total_deployments: 1, told_deployments: 1 },
    });
  });

  it('rates by the standard that is asked for', async () => {
    const state = await stateOf(daily(commits(12)));
    expect(gate10(state, [...JANUARY, '--no-git', '--standard', 'dora-2021']).stdout).toMatch(
      /between Elite \(<1 hour\)/,
    );
    expect(gate10(state, [...JANUARY, '--no-git', '--standard', 'seed-legacy']).stdout).toMatch(
      /seed-legacy: .*not DORA/,
    );
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'a service that it does not know, and says which it knows',
      ['--service', 'shopp'],
      /shopp.*expected mosaic in production/,
    ],
    ['an environment that it does not know', ['--environment', 'moon'], /moon.*expected mosaic in production/],
    ['a standard that there is not', ['--standard', '../policy'], /dora-2019, dora-2021, dora-2024, seed-legacy/],
    ['a time that is none', ['--since', 'soon'], /"soon" is no time.*30d/],
    ['a repository that is none', ['--repository', '/nowhere'], /no folder \/nowhere/],
    ['two formats at once', ['--json', '--format', 'prometheus'], /cannot be used with/],
  ])('refuses %s', async (_, args, said) => {
    const { status, stderr } = gate10(await stateOf(daily(commits(2))), args);
    expect({ status, said: said.test(stderr) }, stderr).toEqual({ status: 2, said: true });
  });

  it('ends with 3 where there is no history', () => {
    const { status, stderr } = gate10(temporaryFolder(), []);
    expect({ status, said: /no history in .*ledger\.sqlite/.test(stderr) }, stderr).toEqual({ status: 3, said: true });
  });

  it("writes the month's record for one system and environment, and only then", async () => {
    const state = await stateOf([...daily(commits(12)), incident('9 13:00', '9 14:00')]);
    const files = (): string[] => readdirSync(state).filter((name) => name.startsWith('dora'));
    gate10(state, [...JANUARY, '--no-git', '--service', 'mosaic']);
    gate10(state, [
      '--no-git',
      '--service',
      'mosaic',
      '--environment',
      'production',
      '--since',
      '2026-01-02',
      '--until',
      '2026-01-31',
    ]);
    expect(files()).toEqual([]);
    const { stdout } = gate10(state, [...JANUARY, '--no-git', '--service', 'mosaic', '--environment', 'production']);
    expect(stdout).toMatch(/Wrote dora_metrics\.2026-01\.json\.\n$/);
    expect(files()).toEqual(['dora_metrics.2026-01.json']);
    const metrics = doraMetricsSchema.parse(
      JSON.parse(readFileSync(path.join(state, 'dora_metrics.2026-01.json'), 'utf8')),
    );
    expect(metrics).toMatchObject({
      inputs: { rows: 13 },
      change_failure_rate: { total_deployments: 12, failed_deployments: 1 },
      aliases: { change_fail_rate: 'change_failure_rate' },
    });
    expect(metrics.generated_at).toMatch(/Z$/);
  });

  it('speaks to Prometheus', async () => {
    const { status, stdout } = gate10(await stateOf(daily(commits(12))), [
      ...JANUARY,
      '--no-git',
      '--format',
      'prometheus',
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^gate10_dora_deployments\{[^}]*system="mosaic"[^}]*\} 12$/m);
  });
});
