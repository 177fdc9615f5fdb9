import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFrontend } from '../../../../reference-system/frontend/build.ts';
import { judgePage } from '../../../../src/probe/browser/judge-page.ts';
import { observePage } from '../../../../src/probe/browser/observe-page.ts';
import { launch } from './browser.ts';
import { type Pages, type Site, startSite } from './site.ts';

const COMMIT = '8f14e45fceea167a5a36dedd4bea2543d0a1b2c3';
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const HEADERS = { 'content-security-policy': "default-src 'self'", 'x-content-type-options': 'nosniff' };
const PATHS = ['/', '/search', '/login', '/register', '/documents', '/coach', '/nowhere'];

let workDir: string;
let dir: string;
let browser: Browser;
let site: Site;

const files = () =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${path.relative(dir, path.join(entry.parentPath, entry.name))}`);

/** The build as its host serves it: assets as they are, the stamped document for every page, an empty list of jobs. */
function pagesOfBuild(): Pages {
  const document = readFileSync(path.join(dir, 'index.html'), 'utf8').replace('__BUILD_SHA__', COMMIT);
  const assets = files().map((file) => {
    const answer = { type: TYPES[path.extname(file)] ?? 'text/html', body: readFileSync(path.join(dir, file), 'utf8') };
    return [file, { ...answer, headers: HEADERS }] as const;
  });
  const jobs = { type: 'application/json', body: '{"items":[],"total":0,"page":1,"per_page":10}' };
  const documents = PATHS.map((page) => [page, { body: document, headers: HEADERS }] as const);
  return { ...Object.fromEntries(assets), ...Object.fromEntries(documents), '/jobs': jobs };
}

beforeAll(async () => {
  workDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-frontend-'));
  ({ dir } = await buildFrontend({ outDir: path.join(workDir, 'out'), cacheDir: path.join(workDir, 'cache') }));
  site = await startSite(pagesOfBuild());
  browser = await launch({ stateDir: workDir });
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  rmSync(workDir, { recursive: true, force: true });
});

describe('the build of the embedded frontend', () => {
  it('has a digest in the name of every asset, and the placeholder of the commit in its document', () => {
    const assets = files().filter((file) => file.startsWith('/assets/'));
    expect(assets.length).toBeGreaterThan(5);
    expect(assets.filter((file) => !/-[\w-]{8}\.(?:js|css|svg)$/.test(file))).toEqual([]);
    expect(readFileSync(path.join(dir, 'index.html'), 'utf8')).toContain(
      '<meta name="build-sha" content="__BUILD_SHA__"',
    );
  });

  it('is taken from its cache the second time, and replaces what is in the folder', async () => {
    const cacheDir = path.join(workDir, 'cache');
    const [cached = ''] = readdirSync(cacheDir);
    const again = path.join(workDir, 'again');
    await buildFrontend({ outDir: again, cacheDir });
    expect(readdirSync(cacheDir)).toEqual([cached]);
    rmSync(path.join(cacheDir, cached, 'favicon.svg'));
    await buildFrontend({ outDir: again, cacheDir });
    expect(readdirSync(again)).not.toContain('favicon.svg');
  });

  it('leaves NODE_ENV unset where it was, although Vite sets it', async () => {
    const before = process.env['NODE_ENV'];
    delete process.env['NODE_ENV'];
    await buildFrontend({ outDir: path.join(workDir, 'fresh'), cacheDir: path.join(workDir, 'fresh-cache') });
    const after = process.env['NODE_ENV'];
    if (before !== undefined) process.env['NODE_ENV'] = before;
    expect(after).toBeUndefined();
  });

  it.each(PATHS)('renders %s under a strict policy, without a complaint of the browser', async (page) => {
    const tab = await browser.newPage();
    const seen = await observePage(tab, `${site.origin}${page}`, {
      ready: 'main[data-app-ready]',
      withinMs: 10_000,
      landmarks: [{ role: 'banner' }, { role: 'navigation', name: 'Main' }, { role: 'main' }, { role: 'contentinfo' }],
      buildCommitSelector: 'meta[name="build-sha"]',
      monotonicMs: () => performance.now(),
    });
    await tab.close();
    const findings = judgePage(seen, { status: 200, hosts: [], consoleBaseline: [], buildCommit: COMMIT });
    expect(findings.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(seen.title).toContain('mosaic');
  });
});
