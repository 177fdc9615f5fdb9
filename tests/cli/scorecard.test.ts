/** `gate10 scorecard` as a pipeline meets it: exit codes, files, the environment that is asked. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { sealRun } from '../../src/record/seal.ts';
import type { RunRecord } from '../../src/run/schema.ts';
import { judge } from '../../src/verdict/judge.ts';
import { temporaryFolder } from '../unit/ledger/sample-events.ts';
import { COMMIT, healthyRecord, row } from '../unit/verdict/sample-record.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');

function gate10(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'scorecard', ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status, stdout, stderr };
}

/** A run that ended a minute ago: the command has a clock of its own. */
function justNow(over: Partial<RunRecord> = {}): RunRecord {
  const at = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
  return healthyRecord({ startedAt: at(70), settledAt: at(69), endedAt: at(60), ...over });
}

const BROKEN: Partial<RunRecord> = {
  runId: 'run-broken',
  rows: [
    row('code-authority.served-commit', { layer: 'code-authority' }),
    row('runtime.health', { status: 'failed', severity: 'P0', message: '/health answers 500' }),
  ],
};

async function stateOf(...records: readonly RunRecord[]): Promise<string> {
  const cwd = temporaryFolder();
  const stateDir = path.join(cwd, '.gate10');
  const now = (): Date => new Date();
  const ledger = await openLedger({ stateDir, now });
  for (const record of records) await sealRun({ stateDir, ledger, record, verdict: judge(record), now });
  await ledger.close();
  return cwd;
}

function require(cwd: string, block: string): void {
  mkdirSync(path.join(cwd, 'contracts'), { recursive: true });
  writeFileSync(
    path.join(cwd, 'contracts/policy.yaml'),
    `schema: gate10/policy/v1\nscorecard: { required: [${block}] }\n`,
  );
}

describe('gate10 scorecard', () => {
  it('ends with 0 where all that is required is passed, on a screen without colours', async () => {
    const { status, stdout, stderr } = gate10(await stateOf(justNow()), []);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('READY  exit 0');
    expect(stdout).toContain('Releases, the newest first');
    expect(stdout).not.toContain('\u001b');
  });

  it('ends with 1 where production is broken', async () => {
    const { status, stdout } = gate10(await stateOf(justNow(BROKEN)), []);
    expect(status).toBe(1);
    expect(stdout).toContain('NOT READY  exit 1');
  });

  it('ends with 1 where the record was tampered with, and the files say so', async () => {
    const cwd = await stateOf(justNow());
    appendFileSync(path.join(cwd, '.gate10/runs/run-1/record.json'), ' ');
    expect(gate10(cwd, []).status).toBe(1);
    const card = JSON.parse(readFileSync(path.join(cwd, '.gate10/readiness-scorecard.json'), 'utf8'));
    expect(card).toMatchObject({ overall_passed: false, blocks: { production: { status: 'failed' } } });
  });

  it('ends with 3 where what is required is not known, and 1 where it is failed', async () => {
    const cwd = await stateOf(justNow());
    require(cwd, 'coverage');
    const unknown = gate10(cwd, []);
    expect(unknown.status).toBe(3);
    expect(unknown.stdout).toContain('coverage is required and unknown: nobody has looked yet');
    const file = { schema: 'gate10/coverage/v1', generated_at: new Date(Date.now() - 1000).toISOString(), inputs: [] };
    const text = JSON.stringify({ ...file, status: 'failed', because: ['78 %, below 80 %'], commit: COMMIT });
    writeFileSync(path.join(cwd, '.gate10/coverage.json'), text);
    const failed = gate10(cwd, []);
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain('coverage is required and failed: 78 %, below 80 %');
  });

  it('ends with 3 where the policy cannot be read: it is not known what is required', async () => {
    const cwd = await stateOf(justNow());
    require(cwd, 'covrage');
    const { status, stdout } = gate10(cwd, []);
    expect(status).toBe(3);
    expect(stdout).toMatch(/it is not known what is required: contracts\/policy\.yaml:2/);
  });

  it.each([
    [[], 'nothing was ever proven here'],
    [['--json'], '"overall_passed":false'],
  ])('ends with 3 where nothing was ever proven, and leaves nothing: %j', (args, said) => {
    const cwd = temporaryFolder();
    const { status, stdout } = gate10(cwd, args);
    expect({ status, said: stdout.includes(said) }, stdout).toEqual({ status: 3, said: true });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    [['--last', 'many'], /is not a number/],
    [['--out', 'nowhere/x.json'], /its folder is not there/],
    [['--out', '.'], /it is a folder/],
    [['--enviroment', 'x'], /Did you mean --environment/],
  ])('ends with 2 for %j', (args, said) => {
    const { status, stderr } = gate10(temporaryFolder(), args);
    expect({ status, said: said.test(stderr) }, stderr).toEqual({ status: 2, said: true });
  });

  it('answers as JSON what it writes, and to another place too', async () => {
    const cwd = await stateOf(justNow());
    const { stdout } = gate10(cwd, ['--json', '--out', 'out.json']);
    const card = JSON.parse(stdout);
    expect(card).toMatchObject({ schema: 'gate10/scorecard/v1', overall_passed: true, commit: COMMIT });
    expect(JSON.parse(readFileSync(path.join(cwd, 'out.json'), 'utf8'))).toEqual(card);
    expect(JSON.parse(readFileSync(path.join(cwd, '.gate10/readiness-scorecard.json'), 'utf8'))).toEqual(card);
  });

  it('writes nothing with --no-record', async () => {
    const cwd = await stateOf(justNow());
    for (const name of ['readiness-scorecard.json', 'readiness_scorecards']) {
      rmSync(path.join(cwd, '.gate10', name), { recursive: true });
    }
    expect(gate10(cwd, ['--no-record']).status).toBe(0);
    expect(existsSync(path.join(cwd, '.gate10/readiness-scorecard.json'))).toBe(false);
    expect(existsSync(path.join(cwd, '.gate10/readiness_scorecards'))).toBe(false);
  });
});

describe('the environment', () => {
  const both = () => stateOf(justNow(), justNow({ ...BROKEN, environment: 'staging' }));

  it.each<[string, string[], Record<string, string>, string]>([
    ['that is asked goes before all', ['--environment', 'embedded'], { READINESS_ENVIRONMENT: 'staging' }, 'embedded'],
    ['is else READINESS_ENVIRONMENT', [], { READINESS_ENVIRONMENT: 'staging', GATE10_TARGET: 'embedded' }, 'staging'],
    ['is else GATE10_TARGET', [], { GATE10_TARGET: 'staging' }, 'staging'],
    ['is else the embedded one', [], { READINESS_ENVIRONMENT: '' }, 'embedded'],
  ])('%s', async (_, args, env, environment) => {
    const { status, stdout } = gate10(await both(), [...args, '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({ environment, overall_passed: environment === 'embedded' });
    expect(status).toBe(environment === 'embedded' ? 0 : 1);
  });

  it('of nobody has no scorecard, and none is written for it', async () => {
    const cwd = await both();
    const { status, stdout } = gate10(cwd, ['--environment', 'nowhere']);
    expect({ status, stdout }).toEqual({
      status: 3,
      stdout: 'inconclusive: no complete run is recorded for nowhere\n',
    });
    expect(gate10(cwd, ['--environment', '../../x'])).toMatchObject({ status: 2, stdout: '' });
    expect(readdirSync(cwd)).toEqual(['.gate10']);
  });
});
