import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type CertificateVariant, openAuthority } from '../../../../reference-system/edge/ca.ts';
import { type Client, createClient } from '../../../../src/probe/http/request.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson } from '../serve.ts';
import { testClock } from '../test-clock.ts';
import { errorOf } from './error-of.ts';

const open = closesAfterEach();

function keep<T extends { close(): unknown }>(item: T): T {
  open.push(item);
  return item;
}

function client(options: { ca?: string } = {}): Client {
  const deadlines = { connect: 2000, headers: 3000, total: 4000 };
  const resolve = async (): Promise<string[]> => ['127.0.0.1'];
  return keep(createClient({ resolve, clock: testClock(), concurrency: 4, deadlines, nonce: 'run-1', ...options }));
}

describe('TLS', () => {
  let folder: string;
  let authority: Authority;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'gate10-request-'));
    authority = await openAuthority(folder, () => new Date());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function secure(variant: CertificateVariant): Promise<string> {
    const issued = await authority.issue('app.test', variant);
    const server = https.createServer(issued, (_, response) => sendJson(response, 200, { ok: true }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    keep({ close: () => server.close() && server.closeAllConnections() });
    return `https://app.test:${(server.address() as AddressInfo).port}/`;
  }

  it('accepts a certificate of the declared authority for the right name', async () => {
    const answer = await client({ ca: authority.rootPem }).send({ url: await secure('valid') });
    expect(answer.ok && answer.json()).toEqual({ ok: true });
    expect(answer.ok && answer.timing.tlsMs).toBeGreaterThan(0);
  });

  it.each<[CertificateVariant, string]>([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['incomplete-chain', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('refuses a certificate that is %s, without a second try', async (variant, code) => {
    const answer = await client({ ca: authority.rootPem }).send({ url: await secure(variant) });
    expect([errorOf(answer), answer.attempts.length]).toEqual([`tls/${code}`, 1]);
  });

  it('refuses an authority that was not declared', async () => {
    expect(errorOf(await client().send({ url: await secure('valid') }))).toMatch(/^tls\//);
  });
});
