/** `gate10 notify` and the rollbacks of the history: told by themselves, once, and ended. */
import { expect, test } from 'vitest';
import type { RollbackSettled } from '../../../src/ledger/rollback-events.ts';
import type { LedgerEvent } from '../../../src/ledger/schema.ts';
import { COMMIT, incident, sealed } from '../ledger/told-events.ts';
import { broken, contract, hook, ok, project, proven, receiver } from './notify-project.ts';

const rollback = (change: Partial<RollbackSettled> = {}): RollbackSettled => ({
  type: 'rollback.settled',
  ...{ rollbackId: 'rb-1', system: 'mosaic', environment: 'production', outcome: 'failed', reason: 'driver-failed' },
  ...{ because: 'the driver failed', failed: { commit: COMMIT, runId: 'r1' }, at: '2026-11-21T10:05:00.000Z' },
  ...change,
});
const ROLLBACKS = 'rollback-failed, rollback-done';
const SAID = ['--event', 'rollback-failed', '--because', 'look at job 7', '--id', 'rb-1'];

test.each<[string, string[][]]>([
  ['by itself', [[], []]],
  ['by itself and then by hand', [[], SAID]],
  ['by hand and then by itself', [SAID, []]],
  ['by hand, however bad and whoever says it again', [[...SAID, '--severity', 'P0'], SAID, []]],
])('tells a rollback of the history once: %s', async (_, calls) => {
  const server = await receiver(ok);
  const { notify, settled } = await project(contract({ a: hook(server) }, ROLLBACKS), [broken(), rollback()]);
  for (const args of calls) expect(await notify(...args)).toMatchObject({ code: 0 });
  expect(server.bodies.map((body) => JSON.parse(body).data)).toMatchObject([
    { about: 'rb-1', severity: 'P0', dedupKey: `mosaic/production/rollback/${COMMIT}` },
  ]);
  expect(await settled()).toMatchObject([{ event: 'rollback-failed', about: 'rb-1', outcome: 'delivered' }]);
});

test('ends what it told of a rollback when production is proven, once', async () => {
  const server = await receiver(ok);
  const { notify, add } = await project(contract({ a: hook(server) }, ROLLBACKS), [broken(), rollback()]);
  await notify();
  await add(proven);
  expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('Over: mosaic in production') });
  expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is due') });
  expect(server.bodies.map((body) => JSON.parse(body).data.endedAt)).toEqual([null, proven.endedAt]);
});

test.each<[string, readonly LedgerEvent[]]>([
  ['was refused', [rollback({ outcome: 'refused', reason: 'not-confirmed' })]],
  ['was decided in a dry run', []],
  ['is of another environment', [rollback({ environment: 'staging' })]],
])('tells nothing of a rollback that %s', async (_, events) => {
  const server = await receiver(ok);
  const { notify } = await project(contract({ a: hook(server) }, ROLLBACKS), [broken(), ...events]);
  expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is due') });
  expect(server.bodies).toEqual([]);
});

test('tells the rollbacks of each system in a history, and with --system of one', async () => {
  const server = await receiver(ok);
  const shop = { system: 'shop', failed: { commit: 'c'.repeat(40), runId: 's1' } };
  const events = [broken(), rollback(), rollback({ rollbackId: 'rb-2', outcome: 'restored', ...shop })];
  const { notify } = await project(contract({ a: hook(server) }, ROLLBACKS), events);
  await notify('--system', 'shop');
  await notify();
  expect(server.bodies.map((body) => JSON.parse(body)).map(({ type, data }) => `${type} ${data.system}`)).toEqual([
    ...['gate10.rollback-done shop', 'gate10.rollback-failed mosaic'],
  ]);
});

test.each<[string, string[], RegExp]>([
  ['another outcome', ['--event', 'rollback-done'], /--event: the history has this rollback.*expected rollback-failed/],
  ['another severity', ['--event', 'rollback-failed', '--severity', 'P3'], /--severity: .*expected P0/],
  ['another release', ['--event', 'rollback-failed', '--commit', 'b'.repeat(40)], /--commit: .*expected aaaaaaa/],
])('refuses to say %s of a rollback than the history', async (_, args, said) => {
  const server = await receiver(ok);
  const { notify } = await project(contract({ a: hook(server) }, ROLLBACKS), [broken(), rollback()]);
  expect(await notify(...args, '--because', 'x', '--id', 'rb-1')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(said),
  });
  expect(server.bodies).toEqual([]);
});

test('tells a change board of the incident and the rollback of the newest deployment, and takes nobody at his word', async () => {
  const server = await receiver(ok);
  const decided: LedgerEvent = {
    type: 'gate.decided',
    ...{ id: '../../etc', system: 'mosaic', environment: 'production', commit: COMMIT, verdict: 'passed', exitCode: 0 },
    ...{ release: 'v1\r\nBcc: spy@evil.example\u202e', at: '2026-11-21T09:00:00.000Z', shadow: false, because: [] },
    ...{ traceId: 't', inputsSha256: 'a'.repeat(64), decisionSha256: 'b'.repeat(64), thresholds: [] },
  };
  const shop = { system: 'shop', rollbackId: 'rb-2' };
  const events = [broken(), decided, rollback(), rollback(shop)];
  const { notify } = await project(contract({ a: hook(server) }, 'deployment'), events);
  expect(await notify('--system', 'mosaic')).toMatchObject({ code: 0 });
  expect(JSON.parse(server.bodies[0] ?? '').data.because.slice(-6)).toEqual([
    'Release: v1 Bcc: spy@evil.example, manifest not known',
    'Gate: passed (../../etc, 2026-11-21T09:00:00.000Z), number of warnings not known',
    'Approved by: not known (its id names no file)',
    'Waivers: not known (its id names no file)',
    expect.stringMatching(/^Incidents: 2026-11-21_production-tls-/),
    'Rollback: failed (driver-failed), from aaaaaaaaaaaa, 2026-11-21T10:05:00.000Z (rb-1)',
  ]);
});

const PROVEN_BEFORE = sealed('r0', '2026-11-01T09:00:00.000Z');

test.each<[string, readonly LedgerEvent[], RegExp]>([
  ['that its runs saw long after it was proven', [PROVEN_BEFORE, broken()], /^Incidents: 2026-11-21_production-tls-/],
  [
    'that people told of it',
    [PROVEN_BEFORE, incident('i', '2026-11-01T10:00:00.000Z', { commit: COMMIT })],
    /^Incidents: 2026-11-01_production-nobody-can-pay-/,
  ],
  ['of another release: none', [broken(), proven], /^Incidents: none$/],
])('tells a change board of an incident %s', async (_, events, said) => {
  const server = await receiver(ok);
  const { notify } = await project(contract({ a: hook(server) }, 'deployment'), events);
  await notify();
  expect(JSON.parse(server.bodies[0] ?? '').data.because.at(-1)).toMatch(said);
});
