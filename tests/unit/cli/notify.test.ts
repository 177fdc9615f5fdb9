/** `gate10 notify` against real receivers on loopback: delivered once, or the failure recorded and loud. */

import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/schema.ts';
import { COMMIT, sealed } from '../ledger/told-events.ts';
import type { Served } from '../probe/serve.ts';
import { startMailServer } from '../response/notify/mail-server.ts';
import { broken, contract, EVENTS, hook, ok, project, proven, receiver, type Said } from './notify-project.ts';

const KEY = 'R03ABCDEFGHIJKLMNOPQRSTUVWXYZ012';
const HOOK_PATH = '/services/T0AAA/B0BBB/s3cr3tv4lue';

describe('a receiver', () => {
  test('hears once what is due, and then that it is over', async () => {
    const server = await receiver(ok);
    const { notify, add, settled } = await project(contract({ a: hook(server) }), [broken()]);
    expect(await notify()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^delivered {2}incident-opened to a \(1 attempt\)/),
    });
    expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is due') });
    await add(proven);
    expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('incident-closed to a') });
    await notify();
    const bodies = server.bodies.map((body) => JSON.parse(body));
    expect(bodies.map(({ type }) => type)).toEqual(['gate10.incident-opened', 'gate10.incident-closed']);
    expect(bodies[0].data.dedupKey).toBe(`mosaic/production/tls/${COMMIT}`);
    expect(bodies[1].data.dedupKey).toBe(bodies[0].data.dedupKey);
    expect(await settled()).toMatchObject([
      { event: 'incident-opened', target: 'a', outcome: 'delivered', attempts: 1, severity: 'P0' },
      { event: 'incident-closed', target: 'a', outcome: 'delivered', attempts: 1 },
    ]);
  });

  test.each<[string, readonly (Said | undefined)[], number, number]>([
    ['is asked again after 500', [{ status: 500 }, ok], 0, 2],
    ['is asked again after 429, when it said', [{ status: 429, headers: { 'retry-after': '0' } }, ok], 0, 2],
    ['is asked again after 503', [{ status: 503 }, { status: 503 }, ok], 0, 3],
    ['is asked again after silence', [undefined, ok], 0, 2],
    ['that says 500 for ever is given up after all attempts', [{ status: 500 }], 3, 3],
    ['that never answers is given up after all attempts', [undefined], 3, 3],
    [
      'that wants us to wait for an hour is not waited for',
      [{ status: 429, headers: { 'retry-after': '3600' } }],
      3,
      1,
    ],
    ['that says 400 is not asked again', [{ status: 400, body: 'no such channel' }, ok], 3, 1],
    ['that says 404 is not asked again', [{ status: 404 }, ok], 3, 1],
    [
      'that sends us elsewhere is not followed',
      [{ status: 302, headers: { location: 'http://127.0.0.1:9/' } }, ok],
      3,
      1,
    ],
    ['that answers with a web page is not the receiver', [{ status: 200, body: '<!doctype html><p>Log in</p>' }], 3, 1],
  ])('%s', async (_, answers, code, attempts) => {
    const server = await receiver(...answers);
    const deadline = answers.includes(undefined) ? '500ms' : undefined;
    const { notify, settled } = await project(contract({ a: hook(server) }, EVENTS, deadline), [broken()]);
    const ran = await notify();
    expect([ran.code, server.bodies.length]).toEqual([code, attempts]);
    expect(await settled()).toMatchObject([{ outcome: code === 0 ? 'delivered' : 'failed', attempts, target: 'a' }]);
    if (code === 3) expect(ran.stderr).toMatch(/^1 of 1 notifications did NOT arrive: a\./);
  });

  test('that failed is told when it is there again, and the others are not told twice', async () => {
    const [bad, good] = [await receiver({ status: 500 }, { status: 500 }, { status: 500 }, ok), await receiver(ok)];
    const { notify, settled } = await project(contract({ bad: hook(bad), good: hook(good) }), [broken()]);
    expect((await notify()).code).toBe(3);
    expect((await notify()).code).toBe(0);
    expect([bad.bodies.length, good.bodies.length]).toEqual([4, 1]);
    expect((await settled()).map(({ target, outcome }) => `${target} ${outcome}`).sort()).toEqual([
      'bad delivered',
      'bad failed',
      'good delivered',
    ]);
  });

  test('that is not there is not waited for with every message', async () => {
    const server = await receiver(undefined);
    const runs = ['tls', 'dns', 'cors'].map((layer, index) =>
      broken({ runId: `r${index}`, endedAt: `2026-11-21T10:0${index}:00.000Z`, failedLayers: [layer] }),
    );
    const { notify, settled } = await project(contract({ a: hook(server) }, EVENTS, '100ms'), runs);
    expect((await notify()).code).toBe(3);
    expect((await settled()).map(({ attempts }) => attempts)).toEqual([3, 0, 0]);
  });
});

describe('each kind of receiver', () => {
  const success = (key: string): Said => ({
    status: 202,
    body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: key }),
  });
  const dedup = `mosaic/production/tls/${COMMIT}`;
  test.each<[string, (server: Served) => string, Said, string]>([
    ['Alertmanager', ({ url }) => `{ kind: alertmanager, url: "${url}" }`, { status: 200 }, '/api/v2/alerts'],
    [
      'PagerDuty',
      ({ url }) => `{ kind: pagerduty, routingKey: PAGER_KEY, url: "${url}" }`,
      success(dedup),
      '/v2/enqueue',
    ],
    ['Slack', () => '{ kind: slack, webhook: SLACK_HOOK }', { status: 200, body: 'ok' }, HOOK_PATH],
    ['a webhook', ({ url }) => `{ kind: webhook, url: "${url}/hook", secret: HOOK_SECRET }`, ok, '/hook'],
  ])('%s takes it', async (_, target, answer, place) => {
    const server = await receiver(answer);
    const env = { PAGER_KEY: KEY, SLACK_HOOK: server.url + HOOK_PATH, HOOK_SECRET: 'any-text-will-do' };
    const { notify } = await project(contract({ a: target(server) }), [broken()], env);
    expect(await notify()).toMatchObject({ code: 0 });
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${place}`]);
  });

  test('mails go to each receiver once', async () => {
    const server = await startMailServer();
    const target = `{ kind: smtp, host: 127.0.0.1, port: ${server.port}, tls: none, from: gate10@example.com, to: [ann@example.com, ben@example.com] }`;
    const { notify, settled } = await project(contract({ mail: target }), [broken()]);
    expect(await notify()).toMatchObject({ code: 0 });
    expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is due') });
    expect(server.received.map(({ to }) => to)).toEqual([['ann@example.com'], ['ben@example.com']]);
    expect((await settled()).map(({ recipient }) => recipient)).toEqual(['ann@example.com', 'ben@example.com']);
  });

  test('a deployment is a change event, and a run without a verdict an alert', async () => {
    const server = await receiver(
      { status: 202, body: '{"status":"success"}' },
      success(`mosaic/production/not-judged/${COMMIT}`),
    );
    const target = `{ kind: pagerduty, routingKey: PAGER_KEY, url: "${server.url}" }`;
    const blind = sealed('r9', '2026-11-21T11:00:00.000Z', {
      verdict: 'inconclusive',
      reason: 'blind',
      complete: false,
    });
    const { notify } = await project(contract({ a: target }, 'deployment, not-judged'), [blind], { PAGER_KEY: KEY });
    expect(await notify()).toMatchObject({ code: 0 });
    expect(server.seen.map(({ url }) => url)).toEqual(['/v2/change/enqueue', '/v2/enqueue']);
  });
});

describe('secrets', () => {
  const targets = (server: Served) =>
    contract({
      pager: `{ kind: pagerduty, routingKey: PAGER_KEY, url: "${server.url}" }`,
      slack: '{ kind: slack, webhook: SLACK_HOOK }',
    });

  test('are in no output, no record and no file, also where a receiver says them back', async () => {
    const server = await receiver({ status: 400, body: `no such key ${KEY} at ${HOOK_PATH}` });
    const env = { PAGER_KEY: KEY, SLACK_HOOK: server.url + HOOK_PATH };
    const { notify, settled } = await project(
      targets(server),
      [broken({ because: [`token ${KEY} was refused`] })],
      env,
    );
    const all = [await notify('--dry-run'), await notify(), await notify('--json')];
    expect(all.map(({ code }) => code)).toEqual([0, 3, 3]);
    const said = all.map(({ stdout, stderr }) => stdout + stderr).join('') + JSON.stringify(await settled());
    expect(said).toContain('[redacted:PAGER_KEY]');
    expect(said).not.toContain(KEY);
    expect(said).not.toContain('s3cr3tv4lue');
    expect(
      server.bodies.filter((body) => body.includes('was refused')).every((body) => !body.includes(`token ${KEY}`)),
    ).toBe(true);
  });

  test.each([
    ['is not set', {}],
    ['is empty', { PAGER_KEY: '' }],
    ['is a placeholder', { PAGER_KEY: 'changeme' }],
  ])('one that %s is wrong input with its line, and keeps nobody else from being told', async (_, env) => {
    const server = await receiver({ status: 200, body: 'ok' });
    const { notify, settled } = await project(targets(server), [broken()], { ...env, SLACK_HOOK: `${server.url}/x` });
    const ran = await notify();
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/contracts\/notify\.yaml:3:\d+: targets\.pager\.routingKey: the secret PAGER_KEY/),
    });
    expect((await settled()).map(({ target, outcome, attempts }) => [target, outcome, attempts]).sort()).toEqual([
      ['pager', 'failed', 0],
      ['slack', 'delivered', 1],
    ]);
  });

  test('a webhook of Slack that would be sent in the clear is refused', async () => {
    const server = await receiver(ok);
    const env = { PAGER_KEY: KEY, SLACK_HOOK: 'http://hooks.example.com/services/x' };
    const { notify } = await project(targets(server), [broken()], env);
    expect(await notify('--test', 'slack')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SLACK_HOOK is not the address'),
    });
  });
});

describe('gate10 notify', () => {
  test('says without a history that nothing is known, which is not nothing', async () => {
    const { notify, folder } = await project(contract({ a: '{ kind: webhook, url: "http://127.0.0.1:9/" }' }), []);
    expect(await notify()).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no history') });
    expect(readdirSync(folder)).toEqual(['contracts']);
  });

  test('tells of a run that was refused, though nothing else is known', async () => {
    const server = await receiver(ok);
    const refused: LedgerEvent = {
      type: 'run.refused',
      ...{ runId: 'r1', environment: 'production', kind: 'production', expected: {}, because: ['no such key'] },
      refusedAt: '2026-11-21T10:00:00.000Z',
    };
    const { notify, folder } = await project(contract({ a: hook(server) }, 'not-judged'), [refused]);
    // what refused the run must not silence us too
    writeFileSync(path.join(folder, 'contracts/system.yaml'), 'schema: [');
    expect(await notify()).toMatchObject({ code: 0 });
    expect(server.bodies.map((body) => JSON.parse(body).data.because[0])).toEqual([
      'Refused, its input was wrong: no such key',
    ]);
  });

  test('refuses without notify.yaml', async () => {
    const { notify } = await project(undefined, [broken()]);
    expect(await notify()).toMatchObject({ code: 2, stderr: expect.stringContaining('contracts/notify.yaml') });
  });

  test('sends and records nothing in a dry run', async () => {
    const server = await receiver(ok);
    const { notify, settled } = await project(contract({ a: hook(server) }), [broken()]);
    const ran = await notify('--dry-run', '--json');
    expect(JSON.parse(ran.stdout).planned).toMatchObject([
      { target: 'a', method: 'POST', body: { type: 'gate10.incident-opened' } },
    ]);
    expect([ran.code, server.bodies, await settled()]).toEqual([0, [], []]);
  });

  test('sends a test to one target, with a history or without', async () => {
    const server = await receiver(ok);
    const { notify, add, settled } = await project(contract({ a: hook(server) }), []);
    expect(await notify('--test', 'a')).toMatchObject({ code: 0 });
    await add(broken());
    expect(await notify('--test', 'a')).toMatchObject({ code: 0 });
    expect(server.bodies.map((body) => JSON.parse(body).type)).toEqual(['gate10.test', 'gate10.test']);
    expect(await settled()).toMatchObject([{ event: 'test', outcome: 'delivered' }]);
  });

  test('says a rollback that failed, and that it was said under this id before', async () => {
    const server = await receiver(ok);
    const { notify } = await project(contract({ a: hook(server) }, 'rollback-failed'), [broken()]);
    const said = [
      '--event',
      'rollback-failed',
      '--because',
      'the release before does not start',
      '--id',
      'job-7',
      '--severity',
      'P0',
    ];
    expect(await notify(...said)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('P0: mosaic in production: the rollback FAILED, aaaaaaaaaaaa'),
    });
    expect(await notify(...said)).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is due') });
    expect(JSON.parse(server.bodies[0] ?? '').data.because).toEqual(['the release before does not start']);
  });

  test.each<[string, string[], RegExp]>([
    ['an unknown event', ['--event', 'incident'], /--event: "incident" is not known \(expected incident-opened/],
    ['a rollback without a reason', ['--event', 'rollback-failed'], /--because: it is missing/],
    [
      'a reason for what the history says',
      ['--event', 'deployment', '--because', 'x'],
      /--because: it does not go here/,
    ],
    [
      'severity P9',
      ['--event', 'rollback-failed', '--because', 'x', '--severity', 'P9'],
      /--severity: "P9" is not known/,
    ],
    [
      'a shell in a commit',
      ['--event', 'rollback-done', '--because', 'x', '--commit', '$(touch x)'],
      /--commit: it is neither/,
    ],
    ['an id of two lines', ['--event', 'rollback-done', '--because', 'x', '--id', 'a\nb'], /--id: it is no id/],
    ['an unknown environment', ['--environment', 'prodution'], /nothing of the environment "prodution"/],
    ['an unknown system', ['--system', 'mosiac'], /--system: the history has no "mosiac".*expected mosaic/],
    ['a system that leads elsewhere', ['--system', '../../x'], /--system: "\.\.\/\.\.\/x" is no name/],
    ['a test of nobody', ['--test', '../../x'], /--test: there is no target "\.\.\/\.\.\/x" \(expected a\)/],
    ['an unknown option', ['--evnt', 'x'], /--event/],
  ])('refuses %s, and sends nothing', async (_, args, said) => {
    const server = await receiver(ok);
    const { notify, settled } = await project(contract({ a: hook(server) }), [broken()]);
    const ran = await notify(...args);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(said)]);
    expect([server.bodies, await settled()]).toEqual([[], []]);
  });
});
