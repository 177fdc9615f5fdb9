import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Authority } from '../../../../reference-system/edge/ca.ts';
import { launch } from './browser.ts';
import { createAuthority } from './certificates.ts';
import { type Site, startSite } from './site.ts';

const HOST = 'app.trust.test';
let stateDir: string;
let authority: Authority;
let browsers: Browser[] = [];
let sites: Site[] = [];

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-trust-'));
  authority = await createAuthority(stateDir);
});

afterEach(async () => {
  await Promise.all([...browsers.map((browser) => browser.close()), ...sites.map((site) => site.stop())]);
  browsers = [];
  sites = [];
});

afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

/** Opens `https://app.trust.test` with the certificate; gives the title, or the browser's error. */
async function open(certificate: { cert: string; key: string }, caPem?: string): Promise<string> {
  const site = await startSite({ '/': { body: '<title>peer of the trust test</title>' } }, certificate);
  sites.push(site);
  const trusted = caPem === undefined ? {} : { caPem };
  const browser = await launch({ stateDir, hosts: { [HOST]: ['127.0.0.1'] }, otherHosts: 'refuse', ...trusted });
  browsers.push(browser);
  const page = await browser.newPage();
  return page.goto(`https://${HOST}:${site.port}/`).then(
    () => page.title(),
    (error: Error) => /ERR_\w+/.exec(error.message)?.[0] ?? error.message,
  );
}

describe.runIf(process.platform === 'linux')('a declared private CA', () => {
  it('is trusted for a leaf that it signed', async () => {
    expect(await open(await authority.issue(HOST, 'valid'), authority.rootPem)).toBe('peer of the trust test');
  });

  it('is not trusted where it is not declared', async () => {
    expect(await open(await authority.issue(HOST, 'valid'))).toBe('ERR_CERT_AUTHORITY_INVALID');
  });

  it('does not vouch for an expired leaf', async () => {
    expect(await open(await authority.issue(HOST, 'expired'), authority.rootPem)).toBe('ERR_CERT_DATE_INVALID');
  });

  it('does not vouch for a leaf of another host', async () => {
    expect(await open(await authority.issue(HOST, 'wrong-host'), authority.rootPem)).toBe(
      'ERR_CERT_COMMON_NAME_INVALID',
    );
  });

  it('does not vouch for a leaf that signed itself', async () => {
    expect(await open(await authority.issue(HOST, 'self-signed'), authority.rootPem)).toBe(
      'ERR_CERT_AUTHORITY_INVALID',
    );
  });

  it('does not vouch for a leaf of another CA', async () => {
    const stranger = await createAuthority(stateDir);
    expect(await open(await stranger.issue(HOST, 'valid'), authority.rootPem)).toBe('ERR_CERT_AUTHORITY_INVALID');
  });

  it('is trusted by several browsers that start at once on a fresh folder', async () => {
    const other = await createAuthority(stateDir);
    const leaf = await other.issue(HOST, 'valid');
    const bundle = `${authority.rootPem}\n${other.rootPem}`;
    const titles = await Promise.all(Array.from({ length: 4 }, () => open(leaf, bundle)));
    expect(titles).toEqual(Array(4).fill('peer of the trust test'));
  });
});

describe('the browser’s names', () => {
  it('lead nowhere where DNS gave no address', async () => {
    const browser = await launch({ stateDir, hosts: { [HOST]: [] } });
    browsers.push(browser);
    const page = await browser.newPage();
    await expect(page.goto(`http://${HOST}/`)).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
  });

  it('lead nowhere for undeclared hosts where those are refused', async () => {
    const site = await startSite({ '/': { body: '<title>should not be seen</title>' } });
    sites.push(site);
    const browser = await launch({ stateDir, hosts: { [HOST]: ['127.0.0.1'] }, otherHosts: 'refuse' });
    browsers.push(browser);
    const page = await browser.newPage();
    await expect(page.goto(`http://localhost:${site.port}/`)).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
  });
});
