/** Every P0 fault that the embedded system can have: exit 1, and the layer that it belongs to is named among the failed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type VerdictRecord, verdictRecordSchema } from '../../src/verdict/schema.ts';
import { openStand, type Proof, root, type Stand } from '../incidents/stand.ts';
import { P0_FAULTS } from './p0.ts';
import { P0_WATCHED_FAULTS } from './p0-watched.ts';

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

describe('gate10 check', () => {
  const named = P0_FAULTS.map((fault) => [`${fault.id} ${fault.variant}`, fault.layer, fault] as const);

  it.each(named)('%s: failed, and %s is named', async (_, layer, { faults = [], release, foreignCa }) => {
    const more: Record<string, string> = { GATE10_EXPECT_SHA: commit };
    if (foreignCa) more['REFERENCE_CA'] = foreignAuthority();
    if (release !== undefined) await stand.control.deploy(release);
    await stand.control.setFaults([...faults]);
    const checked = await check(more);
    if (release !== undefined) await stand.control.deploy('B');
    expect(checked, checked.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(failedLayers(checked), checked.output).toContain(layer);
  });

  it.each<[string, () => Record<string, string>, RegExp]>([
    ['L06-08 an own variable is empty', () => ({ REFERENCE_API: '' }), /REFERENCE_API is empty/],
    [
      'L11-06 certificate checks are off',
      () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
      /switches certificate checks off/,
    ],
    ['L09-06 the API contract has no operation', () => ({ GATE10_CONTRACTS: emptyApi() }), /declares no operation/],
  ])('%s: refused with exit 2 before anything is probed', async (_, more, message) => {
    const checked = await check(more());
    expect(checked.exitCode).toBe(2);
    expect(checked.output).toMatch(message);
  });
});

function foreignAuthority(): string {
  const file = path.join(stand.stateDir, '..', 'foreign.pem');
  writeFileSync(file, tls.rootCertificates[0] ?? '');
  return file;
}

/** The contracts of the embedded system, with an API contract that promises nothing. */
function emptyApi(): string {
  const dir = path.join(stand.stateDir, '..', 'contracts');
  cpSync(path.join(root, 'contracts'), dir, { recursive: true });
  const file = path.join(dir, 'system.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('  openapi: openapi/backend.yaml\n', ''));
  const api = 'openapi: 3.1.0\ninfo: { title: mosaic, version: 1.4.0 }\npaths: {}\n';
  writeFileSync(path.join(dir, 'openapi/backend.yaml'), api);
  return dir;
}

describe('the production suite', () => {
  const named = P0_WATCHED_FAULTS.map((fault) => [`${fault.id} ${fault.variant}`, fault.layer, fault] as const);
  const PAGES = ['tests/production/frontend.spec.ts'];

  it.each(named)('%s: failed, and %s is named', async (_, layer, { faults = [], whole }) => {
    await stand.control.setFaults([...faults]);
    const proof: Proof = await stand.prove(IMPATIENT, whole ? [] : PAGES);
    expect(proof, proof.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(proof.failedLayers, proof.output).toContain(layer);
  });
});

it('the system passes again once the last fault is gone', expectHealthy);
