// Finds the browser that the suite looks with. Pure look-up: starts nothing, installs nothing; Node built-ins only.
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Browser
 * @property {string | null} executablePath null = Playwright's own, which Playwright finds by itself
 * @property {'override' | 'playwright' | 'system'} how
 * @property {string} checkPath the file that has to exist for this answer to hold
 *
 * @typedef {object} Surroundings
 * @property {string} root folder of the project, with `node_modules`
 * @property {Record<string, string | undefined>} env
 * @property {NodeJS.Platform} platform
 */

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

const MAC_APPS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const WINDOWS_APPS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Snap gives its browsers a HOME of its own, so a declared CA cannot be trusted there; Ubuntu's `chromium-browser` is only
 * a script that calls the snap.
 * @param {string} file
 */
function isSnap(file) {
  const target = realpathSync(file);
  if (target.startsWith('/snap/') || target === '/usr/bin/snap') return true;
  const start = readFileSync(target).subarray(0, 4096).toString('latin1');
  return start.startsWith('#!') && start.includes('/snap/bin/');
}

/** @param {Surroundings} surroundings */
function systemCandidates({ env, platform }) {
  if (platform === 'darwin')
    return ['/Applications', `${env['HOME'] ?? ''}/Applications`].flatMap((dir) =>
      MAC_APPS.map((app) => `${dir}/${app}`),
    );
  if (platform === 'win32') {
    const dirs = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']].filter(
      (dir) => dir !== undefined,
    );
    return dirs.flatMap((dir) => WINDOWS_APPS.map((app) => `${dir}\\${app}`));
  }
  const dirs = (env['PATH'] ?? '').split(path.delimiter).filter((dir) => path.isAbsolute(dir));
  return NAMES.flatMap((name) => dirs.map((dir) => path.join(dir, name)));
}

/** @param {Surroundings} surroundings */
function playwrightCache({ root, env, platform }) {
  const declared = env['PLAYWRIGHT_BROWSERS_PATH'];
  if (declared === '0') return path.join(root, 'node_modules', 'playwright-core', '.local-browsers');
  if (declared) return path.resolve(root, declared);
  const home = env['HOME'] || os.homedir();
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'ms-playwright');
  if (platform === 'win32')
    return path.join(env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'), 'ms-playwright');
  return path.join(env['XDG_CACHE_HOME'] || path.join(home, '.cache'), 'ms-playwright');
}

/**
 * The version of Playwright that is installed; null where there is none.
 * @param {string} root
 * @returns {string | null}
 */
export function playwrightVersion(root) {
  const file = path.join(root, 'node_modules', 'playwright-core', 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null;
}

/**
 * Playwright's own headless Chromium of the revision that the installed Playwright wants, if its download is complete.
 * @param {Surroundings} surroundings
 * @returns {Browser | null}
 */
export function findPlaywrightBrowser(surroundings) {
  const list = path.join(surroundings.root, 'node_modules', 'playwright-core', 'browsers.json');
  if (!existsSync(list)) return null;
  /** @type {{ name: string, revision: string }[]} */
  const browsers = JSON.parse(readFileSync(list, 'utf8')).browsers;
  const shell = browsers.find(({ name }) => name === 'chromium-headless-shell');
  if (!shell) return null;
  const marker = path.join(
    playwrightCache(surroundings),
    `chromium_headless_shell-${shell.revision}`,
    'INSTALLATION_COMPLETE',
  );
  return existsSync(marker) ? { executablePath: null, how: 'playwright', checkPath: marker } : null;
}

/**
 * The program inside Playwright's download; null where it is not as expected.
 * @param {string} marker
 * @returns {string | null}
 */
export function playwrightExecutable(marker) {
  const dir = path.dirname(marker);
  for (const folder of readdirSync(dir)) {
    const names = ['chrome-headless-shell', 'headless_shell', 'chrome-headless-shell.exe', 'headless_shell.exe'];
    const file = names.map((name) => path.join(dir, folder, name)).find(existsSync);
    if (file) return file;
  }
  return null;
}

/**
 * A Chromium, Chrome or Edge of the system.
 * @param {Surroundings} surroundings
 * @returns {Browser | null}
 */
export function findSystemBrowser(surroundings) {
  const found = systemCandidates(surroundings).find(
    (file) => isExecutable(file) && !(surroundings.platform === 'linux' && isSnap(file)),
  );
  return found === undefined ? null : { executablePath: found, how: 'system', checkPath: found };
}

/**
 * What `GATE10_BROWSER` names; null where it is not set. Throws where it names no program.
 * @param {Surroundings} surroundings
 * @returns {Browser | null}
 */
export function findOverride({ root, env }) {
  const declared = env['GATE10_BROWSER']?.trim();
  if (!declared) return null;
  const file = path.resolve(root, declared);
  if (!isExecutable(file))
    throw new Error(
      'GATE10_BROWSER names a file that is not there or cannot be run. Give the full path of a Chromium or Chrome, or unset it.',
    );
  return { executablePath: file, how: 'override', checkPath: file };
}

/**
 * What set-up wrote down, as long as it still holds: the file is there and Playwright is of the same version.
 * @param {string} root
 * @param {string} stateDir
 * @returns {Browser | null}
 */
export function readRecorded(root, stateDir) {
  const file = path.join(stateDir, 'browser.json');
  if (!existsSync(file)) return null;
  try {
    const recorded = JSON.parse(readFileSync(file, 'utf8'));
    const holds =
      recorded.playwright === playwrightVersion(root) &&
      typeof recorded.checkPath === 'string' &&
      existsSync(recorded.checkPath);
    return holds ? { executablePath: recorded.executablePath, how: recorded.how, checkPath: recorded.checkPath } : null;
  } catch {
    // Half a file is as good as none: it is looked up anew.
    return null;
  }
}

/**
 * Looks without regard to what was written down: override, Playwright's own, the system's.
 * @param {Surroundings} surroundings
 * @returns {Browser | null}
 */
export function lookUpBrowser(surroundings) {
  return findOverride(surroundings) ?? findPlaywrightBrowser(surroundings) ?? findSystemBrowser(surroundings);
}

/**
 * The browser to launch: `GATE10_BROWSER`, else what set-up wrote to `.gate10/browser.json`, else a fresh look.
 * Throws with what to do where there is none.
 * @param {Surroundings} surroundings
 * @returns {Browser}
 */
export function findBrowser(surroundings) {
  const stateDir = path.join(surroundings.root, '.gate10');
  const found = findOverride(surroundings) ?? readRecorded(surroundings.root, stateDir) ?? lookUpBrowser(surroundings);
  if (!found)
    throw new Error(
      'No browser was found. Run "node scripts/setup.mjs", or set GATE10_BROWSER to the path of a Chromium or Chrome.',
    );
  return found;
}
