import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, openAuthority } from '../../reference-system/edge/ca.ts';
import { type Site, startSite } from '../../reference-system/edge/site.ts';

const host = 'app.mosaic.test';
const dayMs = 86_400_000;
let dir: string;
let authority: Authority;
let site: Site;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gate10-ca-'));
  authority = await openAuthority(join(dir, 'ca'), () => new Date());
  site = await startSite({ host, authority, handle: (_req, res) => void res.end('here') });
});
afterAll(async () => {
  await site.stop();
  await rm(dir, { recursive: true });
});

describe('the certificate authority', () => {
  it('keeps its private keys to its owner', async () => {
    expect((await stat(join(dir, 'ca', 'signers.json'))).mode & 0o777).toBe(0o600);
  });
  it('is the same one when it is opened again, and signs what the first one trusts', async () => {
    const again = await openAuthority(join(dir, 'ca'), () => new Date());
    expect(again.rootPem).toBe(authority.rootPem);
    expect(await readFile(again.rootPath, 'utf8')).toBe(authority.rootPem);
    const other = await startSite({ host, authority: again, handle: (_req, res) => void res.end() });
    expect(await handshake(other.httpsPort, authority.rootPem)).toBe('trusted');
    await other.stop();
  });
  it('is made anew before it ends', async () => {
    const own = join(dir, 'old');
    const first = await openAuthority(own, () => new Date(Date.now() - 3640 * dayMs));
    const second = await openAuthority(own, () => new Date());
    expect(second.rootPem).not.toBe(first.rootPem);
  });
  it('is unknown to a client that does not trust it explicitly', async () => {
    const stranger = await openAuthority(join(dir, 'stranger'), () => new Date());
    expect(await handshake(site.httpsPort, stranger.rootPem)).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO/);
  });
});

describe('a certificate fault is what a verifying client sees', () => {
  it.each([
    ['valid', 'trusted'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['incomplete-chain', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['expires-soon', 'trusted'],
    ['tls1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
    ['wildcard-too-high', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['unknown-authority', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    ['wrong-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['expired-intermediate', 'CERT_HAS_EXPIRED'],
    ['not-for-servers', 'INVALID_PURPOSE'],
    // Node's clients take the common name where no name is given; browsers do not.
    ['ip-only', 'trusted'],
    ['no-names', 'trusted'],
    ['weak-key', 'UNSPECIFIED'],
    ['weak-signature', 'UNSPECIFIED'],
    ['tls1.0', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    ['valid', 'trusted'],
  ] as const)('%s → %s', async (variant, outcome) => {
    await site.setTls(variant);
    expect(await handshake(site.httpsPort, authority.rootPem)).toBe(outcome);
  });
  it('expires-soon ends within a week', async () => {
    await site.setTls('expires-soon');
    const socket = connect({ port: site.httpsPort, host: '127.0.0.1', servername: host, ca: authority.rootPem });
    const leftMs = await new Promise<number>((done, fail) => {
      socket
        .on('error', fail)
        .on('secureConnect', () => done(Date.parse(socket.getPeerCertificate().valid_to) - Date.now()));
    });
    socket.destroy();
    expect(leftMs).toBeGreaterThan(dayMs);
    expect(leftMs).toBeLessThan(7 * dayMs);
  });
});

describe('a second server', () => {
  it('has the same name and port at another address, until it is taken away', async () => {
    const ask = () => fetch(`http://127.0.0.1:${site.httpPort}/`, { redirect: 'manual' });
    const at = (address: string) =>
      new Promise<string>((done) => {
        const options = { port: site.httpsPort, host: address, servername: host, ca: authority.rootPem };
        const socket = connect(options, () => {
          socket.destroy();
          done('trusted');
        }).on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      });
    const second = { address: '127.0.0.2', handle: () => undefined };
    await site.setSecondServer({ ...second, certificate: 'valid' });
    expect(await at('127.0.0.2')).toBe('trusted');
    await site.setSecondServer({ ...second, certificate: 'expired' });
    expect(await at('127.0.0.2')).toBe('CERT_HAS_EXPIRED');
    await site.setSecondServer(undefined);
    expect(await at('127.0.0.2')).toBe('ECONNREFUSED');
    expect((await ask()).status).toBe(308);
  });
});

describe('plain HTTP', () => {
  it('answers as a fault says, and redirects again afterwards', async () => {
    const get = () => fetch(`http://127.0.0.1:${site.httpPort}/a`, { redirect: 'manual' });
    site.setPlainAnswer({ status: 302, location: '$url' });
    const moved = await get();
    expect([moved.status, moved.headers.get('location')]).toEqual([302, `https://${host}:${site.httpsPort}/a`]);
    site.setPlainAnswer({ status: 200 });
    expect([(await get()).status, (await get()).headers.get('location')]).toEqual([200, null]);
    site.setPlainAnswer(undefined);
    expect((await get()).status).toBe(308);
  });

  it('redirects to HTTPS with path and query, and serves when the redirect is missing', async () => {
    const get = () => fetch(`http://127.0.0.1:${site.httpPort}/a?b=c`, { redirect: 'manual' });
    const redirect = await get();
    expect([redirect.status, redirect.headers.get('location')]).toEqual([
      308,
      `https://${host}:${site.httpsPort}/a?b=c`,
    ]);
    site.setRedirecting(false);
    expect(await (await get()).text()).toBe('here');
    site.setRedirecting(true);
    expect((await get()).status).toBe(308);
  });
});

async function handshake(port: number, ca: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: host, ca });
  const outcome = await new Promise<string>((done) => {
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    socket.on('secureConnect', () => done('trusted'));
  });
  socket.destroy();
  return outcome;
}
