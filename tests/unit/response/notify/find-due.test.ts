import { describe, expect, test } from 'vitest';
import type { NotifyFile } from '../../../../src/contract/notify-schema.ts';
import type { NotificationSettled } from '../../../../src/ledger/response-events.ts';
import { findDue } from '../../../../src/response/notify/find-due.ts';
import type { Notification } from '../../../../src/response/notify/message.ts';
import { onCallAt } from '../../../../src/response/notify/on-call.ts';
import { notified } from '../../ledger/told-events.ts';
import { CLOSED, message } from './sample-message.ts';

const targets: NotifyFile['targets'] = {
  pager: { kind: 'pagerduty', routingKey: 'PAGERDUTY_ROUTING_KEY' },
  channel: { kind: 'slack', webhook: 'SLACK_WEBHOOK_URL' },
  mail: {
    ...{ kind: 'smtp', host: 'mail.example.com', port: 25, tls: 'starttls', from: 'gate10@example.com' },
    to: ['ann@example.com', 'ben@example.com'],
  },
};
type Route = NotifyFile['routes'][number];
const route = (change: Partial<Route>): Route => ({
  ...{ events: ['incident-opened', 'incident-closed', 'not-judged'], environments: ['production'], targets: ['pager'] },
  ...change,
});
const due = (
  notifications: readonly Notification[],
  routes: readonly Route[],
  settled: readonly NotificationSettled[] = [],
): string[] =>
  findDue(notifications, { targets, routes: [...routes] }, settled).map(({ notification, target, recipient }) =>
    [notification.event, target, recipient].filter(Boolean).join(' '),
  );
const { about, dedupKey } = message();
const opened = (change: Partial<NotificationSettled> = {}) =>
  notified(about, '2026-11-21T10:01:00.000Z', { dedupKey, severity: 'P0', target: 'pager', ...change });

describe('a route', () => {
  test.each<[string, Partial<Notification>, Partial<Route>, number]>([
    ['takes its events', {}, {}, 1],
    ['takes no others', { event: 'deployment' }, {}, 0],
    ['takes its severities', { severity: 'P1' }, { severities: ['P0', 'P1'] }, 1],
    ['takes no milder ones', { severity: 'P2' }, { severities: ['P0', 'P1'] }, 0],
    ['takes what nobody classified: it may be the worst', { severity: null }, { severities: ['P0'] }, 1],
    ['takes its environments only', { environment: 'staging' }, {}, 0],
    ['is no way for a test', { event: 'test' }, {}, 0],
  ])('%s', (_, change, narrowed, count) => {
    expect(due([message(change)], [route(narrowed)])).toHaveLength(count);
  });

  test('that names somebody whom another one named too sends once', () => {
    expect(due([message()], [route({}), route({ targets: ['channel', 'pager'] })])).toEqual([
      'incident-opened pager',
      'incident-opened channel',
    ]);
  });

  test('to a mail is a delivery to each receiver', () => {
    const mail = route({ targets: ['mail'] });
    expect(due([message()], [mail])).toEqual([
      'incident-opened mail ann@example.com',
      'incident-opened mail ben@example.com',
    ]);
    const arrived = opened({ target: 'mail', recipient: 'ann@example.com' });
    expect(due([message()], [mail], [arrived])).toEqual(['incident-opened mail ben@example.com']);
  });
});

describe('what was sent before', () => {
  test.each<[string, Partial<NotificationSettled>, number]>([
    ['is not sent again', {}, 0],
    ['is sent again where it did not arrive', { outcome: 'failed', why: 'it answers 500' }, 1],
    ['is sent to another target', { target: 'channel' }, 1],
    ['is sent of another layer or release', { dedupKey: 'mosaic/production/dns/b' }, 1],
    ['is sent of another incident with the same layer and release', { about: 'another' }, 1],
    ['is sent again where it got worse', { severity: 'P2' }, 1],
  ])('%s', (_, change, count) => {
    expect(due([message()], [route({})], [opened(change)])).toHaveLength(count);
  });
});

describe('that it is over', () => {
  test.each<[string, readonly NotificationSettled[], number]>([
    ['is told to those who heard that it opened', [opened()], 1],
    ['is told where another receiver heard of it', [opened({ target: 'channel' })], 1],
    ['is no news where nobody heard of it', [], 0],
    ['is no news where nothing arrived', [opened({ outcome: 'failed', why: 'x' })], 0],
    ['is told once', [opened(), opened({ event: 'incident-closed' })], 0],
  ])('%s', (_, settled, count) => {
    expect(due([CLOSED], [route({})], settled)).toHaveLength(count);
  });
});

test('that an incident is over is never told while another one is open under its key', () => {
  const again = message({ about: 'the next incident' });
  expect(due([CLOSED, again], [route({})], [opened()])).toEqual(['incident-opened pager']);
});

describe('who is on call', () => {
  const people = [{ name: 'Ann', contact: '+1 555 0100' }, { name: 'Ben' }, { name: 'Cid' }];
  test.each<[string, object, string, unknown]>([
    ['the first in the first week', {}, '2026-11-02T00:00:00Z', { primary: 'Ann (+1 555 0100)', backup: 'Ben' }],
    ['the same until its last moment', {}, '2026-11-08T23:59:59Z', { primary: 'Ann (+1 555 0100)', backup: 'Ben' }],
    ['the next a week later', {}, '2026-11-09T00:00:00Z', { primary: 'Ben', backup: 'Cid' }],
    ['the first again', {}, '2026-11-23T12:00:00Z', { primary: 'Ann (+1 555 0100)', backup: 'Ben' }],
    [
      'with backups of their own',
      { backups: [{ name: 'Dee' }] },
      '2026-11-09T00:00:00Z',
      { primary: 'Ben', backup: 'Dee' },
    ],
    ['nobody before it begins', {}, '2026-11-01T23:59:59Z', null],
  ])('%s', (_, change, now, expected) => {
    expect(onCallAt({ start: '2026-11-02', people, ...change }, new Date(now))).toEqual(expected);
  });
});
