import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import https, { type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type CertificateVariant, openAuthority } from '../../../../reference-system/edge/ca.ts';
import type { Clock } from '../../../../src/probe/clock.ts';
import { createClient } from '../../../../src/probe/http/request.ts';
import type { HostResolver } from '../../../../src/probe/http/resolver.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { planTls, probeTls } from '../../../../src/probe/tls/tls.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const HOST = 'app.test';
const DAY_MS = 86_400_000;
const dir = mkdtempSync(path.join(tmpdir(), 'gate10-tls-'));
const servers: http.Server[] = [];
let authority: Authority;

beforeAll(async () => {
  authority = await openAuthority(dir, () => new Date());
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(async () => {
  const closing = servers
    .splice(0)
    .map((server) => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  await Promise.all(closing);
});

async function listen(server: http.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function serveSecurely(variant: CertificateVariant, options: ServerOptions = {}): Promise<number> {
  const certificate = await authority.issue(HOST, variant);
  return listen(https.createServer({ ...certificate, ...options }, (_, response) => response.end('shop')));
}

async function servePlain(status: number, location?: string, skewMs = 0): Promise<number> {
  return listen(
    http.createServer((_, response) => {
      const date = new Date(Date.now() + skewMs).toUTCString();
      response.writeHead(status, { date, ...(location === undefined ? {} : { location }) }).end('shop');
    }),
  );
}

interface Setting {
  readonly port: number;
  readonly plainPort?: number;
  readonly tls?: Record<string, unknown>;
  readonly ca?: string | undefined;
  readonly clock?: Clock;
  readonly resolve?: HostResolver['resolve'];
}

async function rowsFor(setting: Setting): Promise<Record<string, Row>> {
  const url = `https://${HOST}:${setting.port}`;
  const http = setting.plainPort === undefined ? {} : { http: `http://${HOST}:${setting.plainPort}` };
  const services = { app: { url, ...http }, api: { url: 'http://127.0.0.1:1' } };
  const system = smallSystem({ services, ...(setting.tls && { tls: setting.tls }) });
  const clock = setting.clock ?? testClock();
  const resolve = setting.resolve ?? (() => Promise.resolve(['127.0.0.1']));
  const ca = 'ca' in setting ? setting.ca : authority.rootPem;
  const deadlines = { connect: 1000, headers: 2000, total: 3000 };
  const client = createClient({ resolve, clock, ca, concurrency: 8, deadlines, nonce: 'nonce' });
  const resolver = { resolve } as HostResolver;
  try {
    const rows = await probeTls({ system, client, resolver, clock, ca });
    expect(rows.map(({ id }) => id)).toEqual(planTls(system).map(({ id }) => id));
    return Object.fromEntries(rows.map((row) => [row.id.replace(`tls.${HOST}.`, ''), row]));
  } finally {
    client.close();
  }
}

function statuses(rows: Record<string, Row>): Record<string, string> {
  return Object.fromEntries(Object.entries(rows).map(([id, { status }]) => [id, status]));
}

const ALL_PASSED = { chain: 'passed', name: 'passed', expiry: 'passed', protocol: 'passed' };

describe('certificates', () => {
  it.each<[CertificateVariant, Record<string, string>, string, RegExp]>([
    ['valid', ALL_PASSED, 'chain', /^$/],
    ['expired', { ...ALL_PASSED, expiry: 'failed' }, 'expiry', /expired on \d{4}-\d\d-\d\dT/],
    ['expires-soon', { ...ALL_PASSED, expiry: 'failed' }, 'expiry', /at least 14 have to be left/],
    ['wrong-host', { ...ALL_PASSED, name: 'failed' }, 'name', /is for DNS:.*, not for app\.test/],
    ['self-signed', { ...ALL_PASSED, chain: 'failed' }, 'chain', /self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    ['incomplete-chain', { ...ALL_PASSED, chain: 'failed' }, 'chain', /incomplete.*UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ['wrong-intermediate', { ...ALL_PASSED, chain: 'failed' }, 'chain', /incomplete/],
    ['unknown-authority', { ...ALL_PASSED, chain: 'failed' }, 'chain', /not trusted/],
    ['not-for-servers', { ...ALL_PASSED, chain: 'failed' }, 'chain', /INVALID_PURPOSE/],
    ['not-yet-valid', { ...ALL_PASSED, expiry: 'failed' }, 'expiry', /is not valid before/],
    ['expired-intermediate', { ...ALL_PASSED, expiry: 'failed' }, 'expiry', /another certificate of the chain/],
    ['wildcard-too-high', { ...ALL_PASSED, name: 'failed' }, 'name', /is for DNS:\*/],
    ['ip-only', { ...ALL_PASSED, name: 'failed' }, 'name', /in its common name only/],
    ['no-names', { ...ALL_PASSED, name: 'failed' }, 'name', /in its common name only/],
  ])('%s is told from the others', async (variant, expected, row, message) => {
    const rows = await rowsFor({ port: await serveSecurely(variant) });
    expect(statuses(rows)).toEqual(expected);
    expect(rows[row]?.message ?? '').toMatch(message);
  });

  it.each<[CertificateVariant, RegExp]>([
    ['weak-key', /clients refuse the certificate \(EE certificate key too weak\)/],
    ['weak-signature', /clients refuse the certificate \(.*digest algorithm too weak\)/],
  ])('%s is refused', async (variant, message) => {
    const rows = await rowsFor({ port: await serveSecurely(variant, { ciphers: 'DEFAULT@SECLEVEL=0' }) });
    expect(statuses(rows)).toEqual({ ...ALL_PASSED, chain: 'failed' });
    expect(rows['chain']?.message).toMatch(message);
  });

  it('a private CA that is not declared is not trusted', async () => {
    const rows = await rowsFor({ port: await serveSecurely('valid'), ca: undefined });
    expect(statuses(rows)).toEqual({ ...ALL_PASSED, chain: 'failed' });
  });

  it('the declared number of days decides', async () => {
    const port = await serveSecurely('expires-soon');
    expect((await rowsFor({ port, tls: { minDaysLeft: 1 } }))['expiry']?.status).toBe('passed');
    expect((await rowsFor({ port: await serveSecurely('valid'), tls: { minDaysLeft: 400 } }))['expiry']?.status).toBe(
      'failed',
    );
  });
});

describe('versions', () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

  it('TLS 1.1 alone fails, and the certificate is judged all the same', async () => {
    const rows = await rowsFor({ port: await serveSecurely('valid', old) });
    expect(statuses(rows)).toEqual({ ...ALL_PASSED, protocol: 'failed' });
    expect(rows['protocol']?.message).toMatch(/speaks TLSv1\.1 at best/);
  });

  it('TLS 1.1 besides newer versions fails', async () => {
    const rows = await rowsFor({ port: await serveSecurely('valid', { ...old, maxVersion: 'TLSv1.3' }) });
    expect(statuses(rows)).toEqual({ ...ALL_PASSED, protocol: 'failed' });
    expect(rows['protocol']?.message).toMatch(/still accepts TLSv1\.1/);
  });

  it('ciphers that only weak clients accept fail', async () => {
    const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA@SECLEVEL=0' } as const;
    const rows = await rowsFor({ port: await serveSecurely('valid', weak) });
    expect(rows['protocol']).toMatchObject({ status: 'failed' });
  });

  it('TLS 1.2 fails where the contract asks for 1.3', async () => {
    const port = await serveSecurely('valid');
    expect((await rowsFor({ port, tls: { minVersion: 'TLSv1.3' } }))['protocol']?.message).toMatch(
      /still accepts TLSv1\.2/,
    );
    const newest = await serveSecurely('valid', { minVersion: 'TLSv1.3' });
    expect(statuses(await rowsFor({ port: newest, tls: { minVersion: 'TLSv1.3' } }))).toEqual(ALL_PASSED);
  });
});

describe('hosts that do not answer', () => {
  const FAILED = { chain: 'failed', name: 'failed', expiry: 'failed', protocol: 'failed' };

  it('a refused connection fails every row', async () => {
    const port = await serveSecurely('valid');
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const rows = await rowsFor({ port });
    expect(statuses(rows)).toEqual(FAILED);
    expect(rows['chain']?.message).toMatch(/refuses connections/);
  });

  it('a port without TLS fails every row', async () => {
    expect(statuses(await rowsFor({ port: await servePlain(200) }))).toEqual(FAILED);
  });

  it('a name that does not resolve is said to be a matter of DNS', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('NXDOMAIN'), { code: 'ENOTFOUND' }));
    const rows = await rowsFor({ port: 1, resolve });
    expect(statuses(rows)).toEqual(FAILED);
    expect(rows['chain']?.message).toMatch(/Look at the DNS/);
  });
});

describe('the clock', () => {
  const shifted = (ms: number): Clock => ({ ...testClock(), now: () => new Date(Date.now() + ms) });

  it.each([
    ['two years ahead', 730 * DAY_MS],
    ['two years behind', -730 * DAY_MS],
  ])('of this machine, %s, cannot judge dates', async (_, ms) => {
    const rows = await rowsFor({ port: await serveSecurely('valid'), clock: shifted(ms) });
    expect(rows['expiry']).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });

  it('of one host may be wrong while another one agrees', async () => {
    const plainPort = await servePlain(200, undefined, 730 * DAY_MS);
    const rows = await rowsFor({ port: await serveSecurely('valid'), plainPort });
    expect(rows['expiry']?.status).toBe('passed');
  });
});

describe('plain HTTP', () => {
  it.each<[string, number, string | undefined, string]>([
    ['a permanent redirect to https', 308, 'https', 'passed'],
    ['a 301 to https', 301, 'https', 'passed'],
    ['content', 200, undefined, 'failed'],
    ['a temporary redirect', 302, 'https', 'warned'],
    ['a temporary redirect that keeps the method', 307, 'https', 'warned'],
    ['a temporary redirect to another host', 302, 'https://evil.example/', 'failed'],
    ['a redirect to another host', 301, 'https://evil.example/', 'failed'],
    ['a redirect to itself', 301, '/login', 'failed'],
    ['a redirect to nowhere', 301, undefined, 'failed'],
  ])('that answers with %s', async (_, status, location, expected) => {
    const port = await serveSecurely('valid');
    const to = location === 'https' ? `https://${HOST}:${port}/` : location;
    const rows = await rowsFor({ port, plainPort: await servePlain(status, to) });
    expect(rows['https-redirect']?.status).toBe(expected);
  });
});
