import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadNotify } from '../../../src/contract/load-notify.ts';
import { InputError } from '../../../src/errors.ts';

function load(text?: string) {
  const dir = mkdtempSync(path.join(tmpdir(), 'gate10-notify-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const contracts = path.join(dir, 'contracts');
  mkdirSync(contracts);
  if (text !== undefined) writeFileSync(path.join(contracts, 'notify.yaml'), text);
  return loadNotify(contracts);
}

function refusal(text?: string): string {
  try {
    load(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('It was accepted.');
}

const HEAD = 'schema: gate10/notify/v1\n';
const ROUTE = 'routes:\n  - { events: [incident-opened], targets: [a] }\n';
const withTarget = (target: string, rest = ROUTE): string => `${HEAD}targets:\n  a: ${target}\n${rest}`;
const HOOK = '{ kind: webhook, url: https://hooks.example.com/x }';
const smtp = (change: Readonly<Record<string, string>>): string => {
  const all = { kind: 'smtp', host: 'mail.example.com', port: '587', tls: 'starttls', ...change };
  const mail = { from: 'gate10@example.com', to: '[team@example.com]', ...all };
  const given = Object.entries(mail).map(([key, value]) => `${key}: ${value}`);
  return `{ ${given.join(', ')} }`;
};

test('what the file leaves unsaid comes from the authority', () => {
  const { retry, routes, links, onCall } = load(withTarget(HOOK));
  expect(retry).toEqual({ times: 4, backoff: 1000, most: 20_000, deadline: 10_000, retryAfter: 60_000 });
  expect(routes[0]?.environments).toEqual(['production']);
  expect([links, onCall]).toEqual([{}, undefined]);
});

test('the file says what it wants', () => {
  const { retry } = load(`${withTarget(HOOK)}retry: { times: 2, backoff: 50ms }\n`);
  expect(retry).toMatchObject({ times: 2, backoff: 50, deadline: 10_000 });
});

test.each([
  '{ kind: alertmanager, url: "http://alertmanager.internal:9093/prefix" }',
  '{ kind: pagerduty, routingKey: PAGERDUTY_ROUTING_KEY, url: https://events.eu.pagerduty.com }',
  '{ kind: slack, webhook: SLACK_WEBHOOK_URL }',
  '{ kind: webhook, url: "http://127.0.0.1:8080/x?y=1", secret: HOOK_SECRET }',
  smtp({ user: 'gate10', password: 'SMTP_PASSWORD' }),
  smtp({ host: '127.0.0.1', tls: 'none', user: 'gate10', password: 'SMTP_PASSWORD' }),
])('the target %s is accepted', (target) => {
  expect(Object.keys(load(withTarget(target)).targets)).toEqual(['a']);
});

test('the file of this project can be loaded', () => {
  expect(Object.keys(loadNotify(path.resolve('contracts')).targets)).toEqual(['on-call', 'channel']);
});

test('the file in the documentation can be loaded', () => {
  const [, text] =
    /^```yaml\n(schema: gate10\/notify\/v1\n[\s\S]*?)^```$/m.exec(readFileSync('docs/incidents.md', 'utf8')) ?? [];
  expect(load(text).routes).toHaveLength(4);
});

describe('exit 2, with its line: ', () => {
  test.each<[string, string | undefined, RegExp]>([
    ['no file', undefined, /^contracts\/notify\.yaml: the file does not exist/],
    ['an empty file', '', /contracts\/notify\.yaml:1/],
    ['an unknown key', withTarget(HOOK, `${ROUTE}retrys: {}\n`), /notify\.yaml:6:1: retrys: .*Did you mean "retry"/],
    ['a doubled key', withTarget(`${HOOK}\n  a: ${HOOK}`), /notify\.yaml:4:\d+: .*"a" is there twice/],
    ['another schema', 'schema: gate10/notify/v2\ntargets: {}\nroutes: []\n', /notify\.yaml:1:/],
    ['an unknown kind', withTarget('{ kind: pigeon, url: https://x.example }'), /notify\.yaml:3:\d+: targets\.a/],
    ['a route to nobody', withTarget(HOOK, ROUTE.replace('[a]', '[b]')), /:5:\d+: routes\.0\.targets\.0: .*"b" is not/],
    ['a target that no route names', withTarget(HOOK, 'routes: []\n'), /:3:\d+: targets\.a: no route leads to/],
    [
      'an unknown event',
      withTarget(HOOK, ROUTE.replace('opened', 'open')),
      /:5:\d+: routes\.0\.events\.0: .*incident-op/,
    ],
    [
      'severity P9',
      withTarget(HOOK, ROUTE.replace('targets: [a]', 'targets: [a], severities: [P9]')),
      /P0, P1, P2, P3/,
    ],
    [
      'a name that leads elsewhere',
      `${HEAD}targets:\n  ../../x: ${HOOK}\n${ROUTE}`,
      /:3:\d+: targets\.\S+: the key has/,
    ],
    ['a prototype', `${HEAD}targets:\n  __proto__: ${HOOK}\n${ROUTE}`, /:3:\d+: the key "__proto__" is not allowed/],
    ['a user in an address', withTarget('{ kind: webhook, url: "https://me:pw@x.example" }'), /without user name/],
    ['javascript:', withTarget('{ kind: webhook, url: "javascript:alert(1)" }'), /:3:\d+: targets\.a\.url/],
    ['a file address', withTarget('{ kind: alertmanager, url: "file:///etc/passwd" }'), /targets\.a\.url/],
    [
      'a routing key in the clear',
      withTarget('{ kind: pagerduty, routingKey: AAA_B, url: "http://x.example" }'),
      /unenc/,
    ],
    ['a line break in a sender', withTarget(smtp({ from: '"a@b.example\\r\\nBcc: x@y.example"' })), /targets\.a\.from/],
    ['a line break in a receiver', withTarget(smtp({ to: '["a@b.example\\nBcc: x@y.example"]' })), /targets\.a\.to\.0/],
    ['a shell in a host', withTarget(smtp({ host: '"$(touch x)"' })), /targets\.a\.host: .*host name/],
    ['a receiver twice', withTarget(smtp({ to: '[a@b.example, a@b.example]' })), /targets\.a\.to\.1: .*twice/],
    ['a user without a password', withTarget(smtp({ user: 'me' })), /targets\.a\.user: a user without a password/],
    ['a password without a user', withTarget(smtp({ password: 'SMTP_PASSWORD' })), /targets\.a\.password/],
    ['a password unencrypted', withTarget(smtp({ user: 'me', password: 'A_B', tls: 'none' })), /sent unencrypted/],
    ['port 0', withTarget(smtp({ port: '0' })), /targets\.a\.port/],
    ['99 attempts', withTarget(HOOK, `${ROUTE}retry: { times: 99 }\n`), /retry\.times: .*at most 10/],
    ['an hour between attempts', withTarget(HOOK, `${ROUTE}retry: { most: 1h }\n`), /retry\.most: .*10 minutes/],
    [
      'the 30th of February',
      withTarget(HOOK, `${ROUTE}onCall: { start: 2026-02-30, people: [{ name: Ann }] }\n`),
      /onCall\.start/,
    ],
    ['a rotation of nobody', withTarget(HOOK, `${ROUTE}onCall: { start: 2026-02-02, people: [] }\n`), /onCall\.people/],
    ['a link that runs', withTarget(HOOK, `${ROUTE}links: { Runbook: "javascript:x" }\n`), /links\.Runbook/],
  ])('%s', (_, text, said) => {
    expect(refusal(text)).toMatch(said);
  });

  test('everything at once', () => {
    const said = refusal(withTarget(smtp({ user: 'me', to: '[a@b.example, a@b.example]' }), 'routes: []\n'));
    expect(said.split('\n')).toHaveLength(3);
  });
});

test.each([
  ['a routing key', '{ kind: pagerduty, routingKey: R03ABCDEFGHIJKLMNOPQRSTUVWXYZ012 }'],
  ['an address', '{ kind: slack, webhook: "https://hooks.example.com/services/T0/B0/s3cr3tvalue" }'],
  ['a password', smtp({ user: 'me', password: 'hunter2-and-more' })],
])('%s in place of the name of its variable is refused, and not shown', (_, target) => {
  const said = refusal(withTarget(target));
  expect(said).toContain('the name of an environment variable');
  expect(said).not.toMatch(/R03ABC|s3cr3t|hunter2/);
});
