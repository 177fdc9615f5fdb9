import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Checkout, createCheckout, downloadOf } from './checkout.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = createCheckout();
});
afterEach(() => checkout.remove());

const json = (relative: string) => JSON.parse(readFileSync(checkout.file(relative), 'utf8'));
const STAMP = 'node_modules/.gate10-setup.json';
const PLATFORM = `${process.platform}-${process.arch}`;

// The programs on PATH are scripts with a first line that only POSIX systems read.
describe.skipIf(process.platform === 'win32')('set-up, dependencies', () => {
  it('does nothing, says nothing and calls nothing within a second when all is there', () => {
    expect(checkout.setup()).toMatchObject({ code: 0 });
    rmSync(checkout.file('calls.log'));
    const runs = [checkout.setup(), checkout.setup(), checkout.setup()];
    expect(runs.map(({ code, said }) => ({ code, said }))).toEqual(Array(3).fill({ code: 0, said: '' }));
    expect(checkout.calls()).toEqual([]);
    expect(Math.min(...runs.map(({ durationMs }) => durationMs))).toBeLessThan(1000);
  });

  it('takes what npm installed by the lockfile as it is', () => {
    expect(checkout.setup().code).toBe(0);
    expect(checkout.calls()).toEqual(['chromium --version']);
    expect(json(STAMP)).toMatchObject({ platform: PLATFORM, lock: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it.each<[string, (checkout: Checkout) => void]>([
    [
      'is of another version',
      ({ write }) =>
        write('node_modules/.package-lock.json', { packages: { 'node_modules/tool': { version: '0.9.0' } } }),
    ],
    [
      'is of another integrity',
      ({ write }) =>
        write('node_modules/.package-lock.json', {
          packages: { 'node_modules/tool': { version: '1.0.0', integrity: 'sha512-b' } },
        }),
    ],
    ['lacks a package', ({ write }) => write('node_modules/.package-lock.json', { packages: {} })],
    ['was broken off', ({ file }) => rmSync(file('node_modules/.package-lock.json'))],
    ['was made on another platform', ({ write }) => write(STAMP, { lock: 'any', platform: 'plan9-mips' })],
  ])('reinstalls where what is installed %s', (_name, spoil) => {
    spoil(checkout);
    checkout.workingNpm();
    expect(checkout.setup().code).toBe(0);
    expect(checkout.calls()).toContain('npm ci --no-audit --no-fund');
    expect(json(STAMP).platform).toBe(PLATFORM);
  });

  it('reinstalls where the lockfile has changed since the stamp, once', () => {
    checkout.setup();
    checkout.write('package-lock.json', { packages: { '': {}, 'node_modules/tool': { version: '2.0.0' } } });
    checkout.workingNpm();
    checkout.setup();
    checkout.setup();
    expect(checkout.calls().filter((call) => call.startsWith('npm'))).toEqual(['npm ci --no-audit --no-fund']);
  });

  it('fails with what to do, and leaves no stamp, where npm fails', () => {
    rmSync(checkout.file('node_modules/.package-lock.json'));
    const { code, said } = checkout.setup();
    expect(code).toBe(1);
    expect(said).toContain('"npm ci" failed (exit 1)');
    expect(existsSync(checkout.file(STAMP))).toBe(false);
    expect(existsSync(checkout.file('.gate10/setup.lock'))).toBe(false);
  });

  it('takes over the lock of a set-up that is gone', () => {
    checkout.write('.gate10/setup.lock', '999999999');
    expect(checkout.setup().code).toBe(0);
    expect(existsSync(checkout.file('.gate10/setup.lock'))).toBe(false);
  });

  it('asks npm to work offline with --offline, and refuses an argument that it does not know', () => {
    rmSync(checkout.file('node_modules/.package-lock.json'));
    checkout.workingNpm();
    expect(checkout.setup({ args: ['--offline'] }).code).toBe(0);
    expect(checkout.calls()).toContain('npm ci --no-audit --no-fund --offline');
    expect(checkout.setup({ args: ['--ofline'] })).toMatchObject({
      code: 1,
      said: expect.stringContaining('Unknown argument --ofline'),
    });
  });
});

describe.skipIf(process.platform === 'win32')('set-up, the project’s own Node', () => {
  const LOCK = { packages: { '': {}, 'node_modules/node': { version: '24.99.0' } } };
  const nodeOf = (version: string) =>
    `const fs = require('node:fs'); fs.mkdirSync(${JSON.stringify(checkout.file('node_modules/node/bin'))}, { recursive: true }); fs.writeFileSync(${JSON.stringify(checkout.file('node_modules/node/bin/node'))}, '#!/bin/sh\\necho ${version}\\n', { mode: 0o755 });`;
  beforeEach(() => {
    checkout.write('package-lock.json', LOCK);
    checkout.write('node_modules/.package-lock.json', LOCK);
  });

  it('is brought by "npm rebuild node" where its install script did not run', () => {
    checkout.program('bin/npm', nodeOf('v24.99.0'));
    expect(checkout.setup().code).toBe(0);
    expect(checkout.calls()[0]).toBe('npm rebuild node');
  });

  it('is brought by its own installer where npm may not run it', () => {
    checkout.write('node_modules/node/installArchSpecificPackage.js', nodeOf('v24.99.0'));
    expect(checkout.setup().code).toBe(0);
  });

  it('has to be of the locked version, or set-up fails with what to do', () => {
    checkout.program('bin/npm', nodeOf('v18.0.0'));
    expect(checkout.setup()).toMatchObject({
      code: 1,
      said: expect.stringContaining('Node 24.99.0 could not be put into node_modules. Run "npm rebuild node"'),
    });
    expect(existsSync(checkout.file(STAMP))).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('set-up, browser', () => {
  const CLI = 'node_modules/@playwright/test/cli.js';
  const withoutSystemBrowser = () => rmSync(checkout.file('bin/chromium'));

  it('writes down the browser of the system', () => {
    checkout.setup();
    expect(json('.gate10/browser.json')).toMatchObject({
      executablePath: checkout.file('bin/chromium'),
      how: 'system',
      version: '156.0.1.2',
      playwright: '1.65.1',
    });
  });

  it('prefers Playwright’s own', () => {
    checkout.program(CLI, downloadOf(checkout));
    withoutSystemBrowser();
    checkout.setup();
    checkout.program('bin/chromium', 'console.log("Chromium 1.0")');
    rmSync(checkout.file('.gate10/browser.json'));
    checkout.setup();
    expect(json('.gate10/browser.json')).toMatchObject({
      executablePath: null,
      how: 'playwright',
      version: '156.0.1.2',
    });
  });

  it('lets Playwright download one where there is none', () => {
    withoutSystemBrowser();
    checkout.program(CLI, downloadOf(checkout));
    expect(checkout.setup().code).toBe(0);
    expect(checkout.calls().filter((call) => call.startsWith('cli.js'))).toEqual([
      expect.stringMatching(/^cli\.js install (--with-deps )?chromium$/),
    ]);
    expect(json('.gate10/browser.json').how).toBe('playwright');
  });

  it('fails with what to do where no browser can be had', () => {
    withoutSystemBrowser();
    checkout.program(CLI, 'process.exit(1)');
    const { code, said } = checkout.setup();
    expect(code).toBe(1);
    for (const part of [
      'No browser can be started',
      'install Chromium or Chrome',
      'npx playwright install --with-deps chromium',
      'set GATE10_BROWSER',
    ])
      expect(said).toContain(part);
    expect(existsSync(checkout.file('.gate10/browser.json'))).toBe(false);
  });

  it('downloads nothing with --offline', () => {
    withoutSystemBrowser();
    checkout.program(CLI, downloadOf(checkout));
    expect(checkout.setup({ args: ['--offline'] }).code).toBe(1);
    expect(checkout.calls()).toEqual([]);
  });

  it('looks anew where the written one is gone, or Playwright is of another version', () => {
    checkout.setup();
    checkout.program('bin/google-chrome', 'console.log("Google Chrome 157.0.0.1")');
    withoutSystemBrowser();
    checkout.setup();
    expect(json('.gate10/browser.json')).toMatchObject({
      executablePath: checkout.file('bin/google-chrome'),
      version: '157.0.0.1',
    });
    checkout.write('node_modules/playwright-core/package.json', { version: '1.66.0' });
    checkout.setup();
    expect(json('.gate10/browser.json').playwright).toBe('1.66.0');
  });

  it.each([
    [
      'is a snap, which reads no CA of ours',
      '#!/bin/sh\nexec /snap/bin/chromium "$@"\n',
      'a Chromium or Chrome of the system: not there',
    ],
    ['does not start', '#!/bin/sh\nexit 127\n', 'does not start'],
  ])('passes by a browser that %s', (_name, script, message) => {
    checkout.write('bin/chromium', script);
    expect(checkout.setup({ args: ['--offline'] })).toMatchObject({ code: 1, said: expect.stringContaining(message) });
  });

  it.each([
    ['names nothing', '/nowhere/chromium', 'not there or cannot be run'],
    ['names what is no browser', '/bin/true', 'does not start as a browser'],
  ])('fails where GATE10_BROWSER %s', (_name, file, message) => {
    expect(checkout.setup({ env: { GATE10_BROWSER: file } })).toMatchObject({
      code: 1,
      said: expect.stringContaining(message),
    });
  });

  it('takes the browser that GATE10_BROWSER names, and writes nothing down', () => {
    checkout.program('elsewhere/chrome', 'console.log("Chromium 2.0")');
    expect(checkout.setup({ env: { GATE10_BROWSER: checkout.file('elsewhere/chrome') } }).code).toBe(0);
    expect(existsSync(checkout.file('.gate10/browser.json'))).toBe(false);
  });
});
