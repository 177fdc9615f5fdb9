import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserOptions, openBrowser } from '../../../../src/probe/browser/open-browser.ts';
import { launch, machine } from './browser.ts';
import { createAuthority } from './certificates.ts';
import { startSite } from './site.ts';

let stateDir: string;
let caPem: string;

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-open-'));
  caPem = (await createAuthority(stateDir)).rootPem;
});
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

const on = (platform: NodeJS.Platform, uid: number | null, more: Partial<BrowserOptions> = {}) =>
  openBrowser({ machine: { platform, uid, env: { HOME: '/home/user', LANG: 'C' } }, stateDir, ...more });

describe('openBrowser', () => {
  it('keeps the sandbox for everybody but root', () => {
    expect(on('linux', 1000).launchOptions.chromiumSandbox).toBe(true);
    expect(on('linux', 0).launchOptions.chromiumSandbox).toBe(false);
    expect(on('win32', null).launchOptions.chromiumSandbox).toBe(true);
  });

  it('never switches certificate checks off', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const { args = [] } = on(platform, 1000, { caPem }).launchOptions;
      expect(args).not.toContain('--ignore-certificate-errors');
    }
  });

  it('excepts the keys of the declared CA only where no trust store of its own is possible', () => {
    const exception = /^--ignore-certificate-errors-spki-list=[\w+/]{43}=$/;
    const without = on('darwin', 501);
    const withCa = on('darwin', 501, { caPem });
    const onLinux = on('linux', 1000, { caPem });
    expect(withCa.launchOptions.args?.filter((arg) => exception.test(arg))).toHaveLength(1);
    expect([without.trust, withCa.trust, onLinux.trust]).toEqual(['public', 'spki-exception', 'private-ca']);
    for (const { launchOptions } of [without, onLinux]) expect(launchOptions.args?.join(' ')).not.toContain('spki');
  });

  it('gives the browser a home of its own for a private CA, the same one each time', () => {
    const first = on('linux', 1000, { caPem }).launchOptions.env?.['HOME'];
    expect(first).toBe(on('linux', 1000, { caPem }).launchOptions.env?.['HOME']);
    expect(first?.startsWith(stateDir)).toBe(true);
    expect(readdirSync(path.join(stateDir, 'browser-home'))).toHaveLength(1);
    expect(on('linux', 1000).launchOptions.env?.['HOME']).toBe('/home/user');
  });

  it.each([
    [{ 'app.test': ['127.0.0.1', '127.0.0.2'] }, 'resolve', 'MAP app.test 127.0.0.1'],
    [{ 'app.test': ['::1'] }, 'resolve', 'MAP app.test [::1]'],
    [{ 'app.test': [] }, 'resolve', 'MAP app.test ~NOTFOUND'],
    [{ 'app.test': ['10.0.0.1'] }, 'refuse', 'MAP app.test 10.0.0.1, MAP * ~NOTFOUND'],
  ] as const)('maps %j, others %s, as "%s"', (hosts, otherHosts, rules) => {
    expect(on('linux', 1000, { hosts, otherHosts }).launchOptions.args).toContain(`--host-resolver-rules=${rules}`);
  });

  it('goes past whatever proxy the environment names, as the client of the other probes does', async () => {
    const site = await startSite({ '/': { body: '<!doctype html><title>straight</title>' } });
    const proxy = 'http://127.0.0.1:1';
    const browser = await launch(
      { stateDir, hosts: { 'app.test': ['127.0.0.1'] } },
      { ...machine.env, http_proxy: proxy, HTTP_PROXY: proxy, https_proxy: proxy, no_proxy: '' },
    );
    try {
      const page = await browser.newPage();
      await page.goto(`http://app.test:${site.port}/`);
      expect(await page.title()).toBe('straight');
    } finally {
      await browser.close();
      await site.stop();
    }
  });

  it('refuses a host name that would smuggle in another rule', () => {
    expect(() => on('linux', 1000, { hosts: { 'a, MAP * 10.0.0.1': ['127.0.0.1'] } })).toThrow('is not a host name');
  });

  it('refuses a CA that is no certificate', () => {
    expect(() => on('linux', 1000, { caPem: 'not a certificate' })).toThrow('holds no certificate');
  });
});
