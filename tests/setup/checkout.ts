/** A pretended checkout in a temp folder: the real set-up script, and programs on PATH that write down how they were called. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
const REVISION = '77';
const LOCKFILE = {
  lockfileVersion: 3,
  packages: { '': {}, 'node_modules/tool': { version: '1.0.0', integrity: 'sha512-a' } },
};

export interface Checkout {
  root: string;
  file: (relative: string) => string;
  write: (relative: string, content: string | object) => void;
  /** puts a program on PATH: JavaScript, run by this Node; `log` appends its arguments to the record */
  program: (relative: string, javascript: string) => void;
  /** npm as if it worked: leaves its note of what it installed */
  workingNpm: () => void;
  /** what was called, one line each */
  calls: () => string[];
  setup: (options?: { args?: string[]; env?: Record<string, string> }) => {
    code: number | null;
    said: string;
    durationMs: number;
  };
  remove: () => void;
}

const BROWSER = 'console.log("Chromium 156.0.1.2")';

/** A checkout whose dependencies are installed and stamped by nobody yet; a browser called `chromium` is on PATH. */
export function createCheckout(): Checkout {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate10-setup-')));
  const file = (relative: string) => path.join(root, relative);
  const write: Checkout['write'] = (relative, content) => {
    mkdirSync(path.dirname(file(relative)), { recursive: true });
    writeFileSync(file(relative), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const program: Checkout['program'] = (relative, javascript) => {
    const log = `require('node:fs').appendFileSync(${JSON.stringify(file('calls.log'))}, [${JSON.stringify(path.basename(relative))}, ...process.argv.slice(2)].join(' ') + '\\n');`;
    write(relative, `#!${process.execPath}\n${log}\n${javascript}\n`);
    chmodSync(file(relative), 0o755);
  };
  cpSync(scripts, file('scripts'), { recursive: true });
  write('package.json', {});
  write('package-lock.json', LOCKFILE);
  write('node_modules/.package-lock.json', LOCKFILE);
  write('node_modules/playwright-core/package.json', { version: '1.65.1' });
  write('node_modules/playwright-core/browsers.json', {
    browsers: [{ name: 'chromium-headless-shell', revision: REVISION }],
  });
  program('bin/npm', 'process.exit(1)');
  program('bin/chromium', BROWSER);
  return {
    root,
    file,
    write,
    program,
    workingNpm: () => {
      const note = JSON.stringify(file('node_modules/.package-lock.json'));
      program('bin/npm', `require('node:fs').copyFileSync(${JSON.stringify(file('package-lock.json'))}, ${note})`);
    },
    calls: () => (existsSync(file('calls.log')) ? readFileSync(file('calls.log'), 'utf8').trim().split('\n') : []),
    setup: ({ args = [], env = {} } = {}) => {
      const start = performance.now();
      const surroundings = { PATH: file('bin'), HOME: root, PLAYWRIGHT_BROWSERS_PATH: file('browsers'), ...env };
      const ended = spawnSync(process.execPath, [file('scripts/setup.mjs'), ...args], {
        cwd: os.tmpdir(),
        env: surroundings,
        encoding: 'utf8',
        timeout: 60_000,
      });
      return { code: ended.status, said: ended.stderr + ended.stdout, durationMs: performance.now() - start };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Program text that puts a complete download of Playwright's browser in place. */
export function downloadOf({ file }: Checkout): string {
  const dir = file(`browsers/chromium_headless_shell-${REVISION}`);
  const program = path.join(dir, 'chrome-headless-shell-linux64', 'chrome-headless-shell');
  return `const fs = require('node:fs');
fs.mkdirSync(${JSON.stringify(path.dirname(program))}, { recursive: true });
fs.writeFileSync(${JSON.stringify(program)}, ${JSON.stringify(`#!${process.execPath}\n${BROWSER}\n`)}, { mode: 0o755 });
fs.writeFileSync(${JSON.stringify(path.join(dir, 'INSTALLATION_COMPLETE'))}, '');`;
}
