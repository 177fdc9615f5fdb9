/** A notification, for the tests of everything that is done with one. */
import { loadNotifyDefaults } from '../../../../src/contract/load-notify.ts';
import type { Notification } from '../../../../src/response/notify/message.ts';

export const DEFAULTS = loadNotifyDefaults();
export const NOW = new Date('2026-11-21T12:00:00.000Z');
export const COMMIT = 'a'.repeat(40);

export function message(change: Partial<Notification> = {}): Notification {
  return {
    ...{ event: 'incident-opened', severity: 'P0', system: 'mosaic', environment: 'production', release: COMMIT },
    layers: ['tls', 'frontend'],
    summary: 'P0: mosaic in production: tls does not keep its promises',
    because: ['tls: the certificate has expired'],
    links: [{ text: 'Runbook', href: 'https://wiki.example.com/runbook?a=1&b=2' }],
    dedupKey: `mosaic/production/tls/${COMMIT}`,
    about: '2026-11-21_production-tls-aaaaaaa-01234567',
    startedAt: '2026-11-21T10:00:09.000Z',
    endedAt: null,
    onCall: { primary: 'Ann (+1 555 0100)', backup: 'Ben' },
    ...change,
  };
}

export const CLOSED = message({
  event: 'incident-closed',
  endedAt: '2026-11-21T11:00:00.000Z',
  summary: 'Over: mosaic',
});

/** What somebody may write into a subject of a commit, a title, an answer of the system. */
export const WICKED: readonly (readonly [string, string])[] = [
  ['a mention of everybody', '<!channel> <!here> <!subteam^S01> @everyone'],
  ['a mention and a link of Slack', '<@U0123> <https://evil.example|click>'],
  ['a header of a mail', 'x\r\nBcc: spy@evil.example\r\n\r\nnew body'],
  ['a dot that ends a mail', 'x\r\n.\r\nMAIL FROM:<spy@evil.example>'],
  ['Markdown', '# done\n- Status: closed\n[click](https://evil.example) ![x](https://evil.example/x.png)'],
  ['HTML', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['a shell', '$(touch /tmp/gate10-was-here) `id` ; rm -rf ~ | cat && echo'],
  ['a command to a runner', '::set-output name=x::y\n::error::no'],
  ['control and direction characters', 'a\u0000b\u001b[31mred\u202egnp.exe\u2028c'],
  ['half a character', 'x\ud800'],
  ['JSON', '","severity":"info","x":"'],
  ['a template', '{{ .Labels }} $HOME {{7*7}} %0a'],
  ['a very long text', 'x'.repeat(100_000)],
];
