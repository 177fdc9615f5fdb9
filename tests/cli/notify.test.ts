/** `gate10 notify` as pipelines meet it: processes of their own, at the same time. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { sealed } from '../unit/ledger/told-events.ts';
import { createAuthority } from '../unit/probe/browser/certificates.ts';
import { serve } from '../unit/probe/serve.ts';
import { startMailServer } from '../unit/response/notify/mail-server.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');

it('three at once send once, and every one of them ends with 0', async () => {
  const server = await serve((request, response) => {
    // so slow that they would all send, if one did not wait for the other
    request.resume().on('end', () => setTimeout(() => response.writeHead(204).end(), 300));
  });
  onTestFinished(server.close);
  const cwd = folder();
  writeFileSync(
    path.join(cwd, 'contracts/notify.yaml'),
    `schema: gate10/notify/v1
targets: { hook: { kind: webhook, url: "${server.url}/hook" } }
routes: [{ events: [incident-opened], targets: [hook] }]
`,
  );
  const ledger = await openLedger({ stateDir: path.join(cwd, '.gate10'), now: () => new Date() });
  const failed = sealed('r1', new Date(Date.now() - 60_000).toISOString(), {
    ...{ verdict: 'failed', exitCode: 1, failedLayers: ['tls'], severity: 'P0' },
  });
  await ledger.append(failed, 'seal:r1');
  await ledger.close();

  const ended = await Promise.all([1, 2, 3].map(() => notify(cwd)));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(server.seen).toHaveLength(1);
});

describe('a mail server with TLS', () => {
  it.each([
    ['after STARTTLS', 'starttls', 'valid', 0, /^delivered {2}test to mail/],
    ['from the first byte', 'implicit', 'valid', 0, /^delivered {2}test to mail/],
    ['for another host', 'starttls', 'wrong-host', 3, /^FAILED {5}test to mail \(team@example\.com\) \(1 attempt\): /],
    ['that has expired', 'implicit', 'expired', 3, /\(1 attempt\): .*expired/],
  ] as const)('%s is believed as its certificate is right', async (_, tls, variant, code, said) => {
    const cwd = folder();
    const authority = await createAuthority(cwd);
    const server = await startMailServer({
      secure: tls === 'implicit',
      ...(await authority.issue('localhost', variant)),
    });
    writeFileSync(
      path.join(cwd, 'contracts/notify.yaml'),
      `schema: gate10/notify/v1
targets:
  mail: { kind: smtp, host: localhost, port: ${server.port}, tls: ${tls}, from: gate10@example.com, to: [team@example.com] }
routes: [{ events: [incident-opened], targets: [mail] }]
`,
    );
    const ran = await notify(cwd, ['--test', 'mail'], { NODE_EXTRA_CA_CERTS: authority.rootPath });
    expect(ran).toEqual({ code, stdout: expect.stringMatching(said) });
    expect(server.received.map(({ secure }) => secure)).toEqual(code === 0 ? [true] : []);
  });
});

function folder(): string {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gate10-notify-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(path.join(cwd, 'contracts'));
  return cwd;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

function notify(cwd: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, 'notify', '--environment', 'production', ...args], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout }));
  });
}
