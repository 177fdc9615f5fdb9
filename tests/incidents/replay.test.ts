/** The seeds' incidents, replayed on the embedded system: each must turn the gate red and name the right layer. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../reference-system/attach.ts';
import { openStand, type Stand } from './stand.ts';

const notFound = { type: 'about:blank', title: 'Route not found', status: 404, code: 'route-not-found' };

const FAULTS: [incident: string, faults: Fault[], layer: string][] = [
  ['the proxy rule is missing', [{ kind: 'proxy-rule-missing' }], 'integration'],
  ['the proxy points at a dead host', [{ kind: 'proxy-dead-host' }], 'integration'],
  ['the SPA fallback answers the API', [{ kind: 'proxy-spa-fallback' }], 'integration'],
  [
    'a new endpoint answers 404',
    [
      {
        kind: 'route',
        at: 'backend',
        match: { path: '/reranker/health' },
        action: { status: 404, body: JSON.stringify(notFound), contentType: 'application/problem+json' },
      },
    ],
    'endpoints',
  ],
  [
    'health is 200 while a real route answers 500',
    [{ kind: 'route', at: 'backend', match: { path: '/jobs' }, action: { status: 500 } }],
    'endpoints',
  ],
];

let stand: Stand;
let proven: string;
/** Most of the incidents wait for a build that never comes, or for a page: no need to wait long. */
const IMPATIENT = { GATE10_READY_WITHIN: '3s', GATE10_ANSWER_WITHIN: '3s' };

beforeAll(async () => {
  stand = await openStand();
  proven = (await stand.control.state()).env['REFERENCE_COMMIT'] ?? '';
});
afterAll(async () => {
  await stand.stop();
});

async function history(): Promise<{ commit: string; success: boolean; failure_reason: string | null }[]> {
  const text = await readFile(path.join(stand.stateDir, 'deployment_history.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the seeds’ incidents', () => {
  it.each(FAULTS)('%s: failed, the layer named, the failure in the history', async (_, faults, layer) => {
    await stand.control.setFaults(faults);
    const proof = await stand.prove(IMPATIENT);
    await stand.control.clearFaults();
    expect(proof, proof.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(proof.failedLayers).toContain(layer);
    expect((await history()).some((line) => line.commit === proven && !line.success && line.failure_reason)).toBe(true);
  });

  it('are one incident, named after what was found first', async () => {
    const [name, ...others] = await readdir(path.join(stand.stateDir, 'incidents'));
    expect(others).toEqual([]);
    expect(name).toContain('-integration-');
  });

  it('the old commit is still running: failed, code authority named', async () => {
    await stand.control.deploy('A');
    const proof = await stand.prove({ ...IMPATIENT, GATE10_EXPECT_SHA: proven });
    await stand.control.deploy('B');
    expect(proof, proof.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(proof.failedLayers).toContain('code-authority');
  });

  it('one of two replicas runs the old commit: failed, runtime named', async () => {
    await stand.control.deploy('A', [2]);
    const proof = await stand.prove({ ...IMPATIENT, GATE10_EXPECT_SHA: proven });
    await stand.control.deploy('B');
    expect(proof, proof.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(proof.failedLayers).toEqual(expect.arrayContaining(['code-authority', 'runtime']));
  });

  it('are over when the healthy system is passed: the incident closes, time to restore counts', async () => {
    const proof = await stand.prove();
    expect(proof, proof.output).toMatchObject({ exitCode: 0, verdict: { verdict: 'passed' } });
    expect(await stand.gate10('verify', '--environment', 'embedded')).toMatchObject({ exitCode: 0 });
    expect(await stand.gate10('history', 'verify')).toMatchObject({ exitCode: 0 });
    expect(await stand.readJson('dora_metrics.json')).toMatchObject({
      change_failure_rate: { failures: expect.arrayContaining([expect.objectContaining({ commit: proven })]) },
      time_to_restore_service: { incidents: expect.any(Number), avg_minutes: expect.any(Number) },
    });
    const { time_to_restore_service: restore } = (await stand.readJson('dora_metrics.json')) as {
      time_to_restore_service: { incidents: number; avg_minutes: number };
    };
    expect(restore.incidents).toBeGreaterThan(0);
    expect(restore.avg_minutes).toBeGreaterThan(0);
    expect(await stand.readJson('readiness-scorecard.json')).toMatchObject({ overall_passed: true });
  });
});
