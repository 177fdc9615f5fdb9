/** Every P0 fault that the embedded system can have: exit 1, and the layer that it belongs to is named among the failed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type VerdictRecord, verdictRecordSchema } from '../../src/verdict/schema.ts';
import { openStand, type Proof, root, type Stand } from '../incidents/stand.ts';
import { expectedOf, listTrials } from './catalogue.ts';
import type { ContractPatch } from './fault.ts';
import { patchContracts } from './patch-contracts.ts';

/** Waiting longer shows nothing more: each of these faults is there from the first look. */
const IMPATIENT = { GATE10_READY_WITHIN: '3s', GATE10_ANSWER_WITHIN: '2s' };

let stand: Stand;
/** Release B, which every run expects. */
let commit: string;

beforeAll(async () => {
  stand = await openStand();
  commit = (await stand.control.state()).env['REFERENCE_COMMIT'] ?? '';
});
afterEach(async () => {
  await stand.control.clearFaults();
});
afterAll(async () => {
  await stand.stop();
});

interface Checked {
  readonly exitCode: number | null;
  readonly verdict: VerdictRecord | undefined;
  readonly output: string;
}

async function check(more: Readonly<Record<string, string>> = {}): Promise<Checked> {
  const args = ['check', '--environment', 'embedded', '--no-settle-wait', '--no-record', '--json'];
  const { env } = await stand.control.state();
  const child = spawn(process.execPath, [path.join(root, 'bin/gate10.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, GATE10_STATE_DIR: stand.stateDir, ...IMPATIENT, ...more },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const verdict = stdout === '' ? undefined : verdictRecordSchema.parse(JSON.parse(stdout).verdict);
  return { exitCode, verdict, output: stdout + stderr };
}

function failedLayers({ verdict }: Pick<Checked, 'verdict'>): string[] {
  return verdict?.layers.filter(({ status }) => status === 'failed').map(({ layer }) => layer) ?? [];
}

/** Healthy is green: else the reds below would say nothing. */
async function expectHealthy(): Promise<void> {
  const checked = await check();
  expect(checked, checked.output).toMatchObject({ exitCode: 0, verdict: { verdict: 'passed' } });
}

it('the system without a fault passes', expectHealthy);

const P0 = listTrials().filter(({ fault }) => fault.severity === 'P0');
const table = (trials: typeof P0) =>
  trials.map((each) => [each.name, each.trial.layer ?? each.fault.layer, each] as const);

describe('gate10 check', () => {
  const checked = P0.filter(({ trial }) => (trial.how ?? 'check') === 'check');
  const [failing, refused] = ['failed', 'refused'].map((word) => checked.filter((each) => expectedOf(each) === word));

  it.each(table(failing ?? []))('%s: failed, and %s is named', async (_, layer, { trial }) => {
    const more: Record<string, string> = { GATE10_EXPECT_SHA: commit };
    if (trial.foreignCa) more['REFERENCE_CA'] = foreignAuthority();
    if (trial.release !== undefined) await stand.control.deploy(trial.release);
    await stand.control.setFaults([...(trial.faults ?? [])]);
    const checked = await check(more);
    if (trial.release !== undefined) await stand.control.deploy('B');
    expect(checked, checked.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(failedLayers(checked), checked.output).toContain(layer);
  });

  it.each(table(refused ?? []))('%s: refused with exit 2 before anything is probed (%s)', async (_, __, { trial }) => {
    const checked = await check({ ...(trial.env as Record<string, string>), ...contracts(trial.contract) });
    expect(checked.exitCode).toBe(2);
    expect(checked.output).toMatch(trial.says ?? /^$/);
  });
});

function foreignAuthority(): string {
  const file = path.join(stand.stateDir, '..', 'foreign.pem');
  writeFileSync(file, tls.rootCertificates[0] ?? '');
  return file;
}

function contracts(patch: ContractPatch | undefined): Record<string, string> {
  if (patch === undefined) return {};
  const dir = mkdtempSync(path.join(stand.stateDir, '..', 'contracts-'));
  patchContracts(path.join(root, 'contracts'), dir, patch);
  return { GATE10_CONTRACTS: dir };
}

describe('the production suite', () => {
  const watched = P0.filter(({ trial }) => trial.how === 'pages' || trial.how === 'run');
  const PAGES = ['tests/production/frontend.spec.ts'];

  it.each(table(watched))('%s: failed, and %s is named', async (_, layer, { trial }) => {
    await stand.control.setFaults([...(trial.faults ?? [])]);
    const proof: Proof = await stand.prove(IMPATIENT, trial.how === 'run' ? [] : PAGES);
    expect(proof, proof.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(proof.failedLayers, proof.output).toContain(layer);
  });
});

it('the system passes again once the last fault is gone', expectHealthy);
