/** Mails to a real SMTP server: what counts as delivered, and what is worth a second try. */
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, test } from 'vitest';
import { toMail } from '../../../../src/response/notify/adapters/mail.ts';
import { attemptMail } from '../../../../src/response/notify/mail-attempt.ts';
import type { SmtpTarget } from '../../../../src/response/notify/prepare.ts';
import { closesAfterEach } from '../../probe/closes-after-each.ts';
import { serveBytes } from '../../probe/serve.ts';
import { answering, startMailServer } from './mail-server.ts';
import { message } from './sample-message.ts';

const open = closesAfterEach();
const PASSWORD = 'hunter2-hunter2';

async function attempt(port: number, change: Partial<SmtpTarget> = {}, notification = message()) {
  const target: SmtpTarget = {
    ...{ kind: 'smtp', host: '127.0.0.1', port, from: 'gate10@example.com', to: ['team@example.com'], tls: 'none' },
    ...change,
  };
  const mail = toMail(notification, { from: target.from, to: 'team@example.com', key: 'one' });
  const password = target.user === undefined ? undefined : PASSWORD;
  const redact = (text: string): string => text.replaceAll(PASSWORD, '[redacted]');
  return attemptMail({ by: 'smtp', target, password, mail }, { redact, deadlineMs: 20_000 });
}

describe('a mail', () => {
  test('arrives with its headers and its text', async () => {
    const server = await startMailServer();
    expect(await attempt(server.port)).toEqual({ ok: true });
    const [mail, ...others] = server.received;
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ from: 'gate10@example.com', to: ['team@example.com'] });
    expect(mail?.text).toMatch(/^Subject: \[gate10\] P0: mosaic in production: tls/m);
    expect(mail?.text).toMatch(/^Message-ID: <[0-9a-f]{40}@example\.com>\r$/m);
    expect(mail?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail?.text).toContain('tls: the certificate has expired');
    expect(mail?.text).toContain('On call: Ann (+1 555 0100), backup Ben');
    expect(mail?.text).not.toMatch(/text\/html/);
  });

  test('logs in where a user is declared', async () => {
    const server = await startMailServer({ allowInsecureAuth: true });
    expect(await attempt(server.port, { user: 'gate10' })).toEqual({ ok: true });
    expect(server.received[0]?.user).toBe(`gate10 ${PASSWORD}`);
  });

  test('cannot end itself early, nor name another receiver', async () => {
    const server = await startMailServer();
    const text = 'a\n.\nMAIL FROM:<spy@evil.example>\nRCPT TO:<spy@evil.example>';
    await attempt(server.port, {}, message({ summary: 'a\r\nBcc: spy@evil.example', because: [text] }));
    expect(server.received.map(({ to }) => to)).toEqual([['team@example.com']]);
    expect(server.received[0]?.text.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m);
  });
});

describe('it is not delivered', () => {
  const refuse = (code: number): SMTPServerOptions => ({
    onRcptTo: (_, __, callback) => callback(answering(code, 'no such user')),
  });
  test.each<[string, SMTPServerOptions, Partial<SmtpTarget>, boolean, RegExp]>([
    ['where the receiver is refused', refuse(550), {}, false, /no such user/],
    ['where the receiver is refused for now', refuse(451), {}, true, /no such user/],
    [
      'where the message is refused after it was taken',
      {
        onData: (stream, _, callback) => {
          stream.resume();
          stream.on('end', () => callback(answering(554, 'spam')));
        },
      },
      {},
      false,
      /spam/,
    ],
    [
      'where the login is refused',
      { allowInsecureAuth: true, onAuth: (_, __, callback) => callback(answering(535, 'no')) },
      { user: 'me' },
      false,
      /no/,
    ],
    [
      'where TLS is demanded and not there',
      { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] },
      { tls: 'starttls' },
      false,
      /./,
    ],
    ['where the certificate is not trusted', {}, { tls: 'starttls' }, false, /certificate/i],
    ['where TLS is expected from the first byte and not there', {}, { tls: 'implicit' }, false, /./],
  ])('%s', async (_, change, target, passing, why) => {
    const server = await startMailServer(change);
    const tried = await attempt(server.port, target);
    expect(tried).toEqual({ ok: false, why: expect.stringMatching(why), passing });
    expect(server.received).toEqual([]);
    expect(JSON.stringify(tried)).not.toContain(PASSWORD);
  });

  test('where nobody listens, which may pass', async () => {
    const gone = await serveBytes(() => undefined);
    await gone.close();
    expect(await attempt(gone.port)).toMatchObject({
      ok: false,
      passing: true,
      why: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test.each([
    ['says nothing', ''],
    ['never ends its greeting', '220-x\r\n'],
  ])('by its deadline where the server %s', async (_, greeting) => {
    const server = await startSilent(greeting);
    const begun = performance.now();
    const tried = await attemptMail(
      {
        by: 'smtp',
        target: {
          kind: 'smtp',
          host: '127.0.0.1',
          port: server,
          from: 'a@b.example',
          to: ['c@d.example'],
          tls: 'none',
        },
        password: undefined,
        mail: toMail(message(), { from: 'a@b.example', to: 'c@d.example', key: 'one' }),
      },
      { redact: (text) => text, deadlineMs: 200 },
    );
    expect(tried).toMatchObject({ ok: false, passing: true });
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

/** Sends a piece every 50 ms, so that no limit of silence is ever met. */
async function startSilent(piece: string): Promise<number> {
  const { createServer } = await import('node:net');
  const sockets = new Set<import('node:net').Socket>();
  const timers: NodeJS.Timeout[] = [];
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    if (piece !== '') timers.push(setInterval(() => socket.write(piece), 50));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as import('node:net').AddressInfo).port;
}
