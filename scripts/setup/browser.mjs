// Sees to it that there is a browser, and writes down which.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {
  findOverride,
  findPlaywrightBrowser,
  findSystemBrowser,
  playwrightExecutable,
  playwrightVersion,
  readRecorded,
} from '../find-browser.mjs';
import { writeJson } from './dependencies.mjs';
import { runTool } from './run-tool.mjs';
import { SetupError, say } from './say.mjs';

/** `Chromium 156.0.8078.79 built on …`, `Google Chrome for Testing 159.0.1.2`, `Microsoft Edge 157.0.1.2`: other programs have versions too. */
const NAME_AND_VERSION = /(?:Chrom(?:e|ium)|Edge)\D*(\d+(?:\.\d+)+)/;
const START_TIMEOUT_MS = 20_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const PACKAGE_TIMEOUT_MS = 10 * 60_000;

/** @typedef {import('../find-browser.mjs').Browser} Browser */

/**
 * The version that a browser says; null where it does not start. On Windows `--version` would open a window, so the file counts.
 * @param {string} root
 * @param {Browser} browser
 * @returns {string | null}
 */
function versionOf(root, browser) {
  if (process.platform === 'win32') return 'unknown';
  const file = browser.executablePath ?? playwrightExecutable(browser.checkPath);
  if (file === null) return null;
  const { ok, stdout } = runTool(file, ['--version'], { root, timeoutMs: START_TIMEOUT_MS, quiet: true });
  return ok ? (NAME_AND_VERSION.exec(stdout)?.[1] ?? null) : null;
}

function isDebianRoot() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** @param {string} root */
function installPlaywrightBrowser(root) {
  const cli = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  if (!existsSync(cli)) return 'Playwright is not installed';
  say('no browser found: npx playwright install chromium');
  const env = {
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: process.env['PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT'] ?? '15000',
  };
  const args = [cli, 'install', ...(isDebianRoot() ? ['--with-deps'] : []), 'chromium'];
  return runTool(process.execPath, args, { root, timeoutMs: DOWNLOAD_TIMEOUT_MS, env }).trouble;
}

/** @param {string} root */
function installDebianBrowser(root) {
  say('Playwright could not bring one: apt-get install chromium');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const updated = runTool('apt-get', ['update'], { root, timeoutMs: PACKAGE_TIMEOUT_MS, env });
  const installed = runTool('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
    root,
    timeoutMs: PACKAGE_TIMEOUT_MS,
    env,
  });
  return installed.trouble || updated.trouble;
}

/** @param {string[]} tried */
function missing(tried) {
  return new SetupError(
    [
      'No browser can be started, and the frontend has to be seen in one. Tried:',
      ...tried.map((line) => `  - ${line}`),
      'Do one of these, then run this again:',
      '  - install Chromium or Chrome by the means of your system',
      '  - npx playwright install --with-deps chromium',
      '  - set GATE10_BROWSER to the path of a Chromium or Chrome',
    ].join('\n'),
  );
}

/**
 * @param {import('../find-browser.mjs').Surroundings} surroundings
 * @param {boolean} offline
 * @returns {{ browser: Browser, version: string }}
 */
function obtainBrowser(surroundings, offline) {
  const { root } = surroundings;
  /** @type {string[]} */
  const tried = [];
  const attempt = (/** @type {string} */ name, /** @type {() => Browser | null} */ find, trouble = 'not there') => {
    const browser = find();
    const version = browser && versionOf(root, browser);
    if (browser && version) return { browser, version };
    tried.push(`${name}: ${browser ? `${browser.executablePath ?? browser.checkPath} does not start` : trouble}`);
    return null;
  };
  const own = () => findPlaywrightBrowser(surroundings);
  const system = () => findSystemBrowser(surroundings);
  const there = attempt('Playwright’s own Chromium', own) ?? attempt('a Chromium or Chrome of the system', system);
  if (there) return there;
  if (offline) throw missing([...tried, 'a download: not with --offline']);
  const downloaded = attempt('npx playwright install chromium', own, installPlaywrightBrowser(root));
  if (downloaded) return downloaded;
  if (!isDebianRoot()) throw missing([...tried, 'apt-get install chromium: only as root on Debian or Ubuntu']);
  const packaged = attempt(
    'apt-get install chromium',
    system,
    installDebianBrowser(root) || 'no usable browser came of it',
  );
  if (packaged) return packaged;
  throw missing(tried);
}

/**
 * Does nothing while the browser that was written down is there and Playwright is the same. `GATE10_BROWSER` is checked, never written down.
 * @param {import('../find-browser.mjs').Surroundings} surroundings
 * @param {{ offline: boolean }} options
 */
export function ensureBrowser(surroundings, { offline }) {
  const { root } = surroundings;
  const stateDir = path.join(root, '.gate10');
  const override = findOverride(surroundings);
  if (override) {
    if (versionOf(root, override)) return;
    throw new SetupError(
      `GATE10_BROWSER names ${override.executablePath}, which does not start as a browser. Give the path of a Chromium or Chrome, or unset it.`,
    );
  }
  if (readRecorded(root, stateDir)) return;
  const { browser, version } = obtainBrowser(surroundings, offline);
  mkdirSync(stateDir, { recursive: true });
  writeJson(path.join(stateDir, 'browser.json'), { ...browser, version, playwright: playwrightVersion(root) });
  say(`browser: ${browser.executablePath ?? 'Playwright’s own'} (${version})`);
}
