import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { judgePage, type PageExpectation, plannedFindings } from '../../../../src/probe/browser/judge-page.ts';
import { observePage } from '../../../../src/probe/browser/observe-page.ts';
import { type Finding, type PageObservation, pageObservationSchema } from '../../../../src/probe/browser/schema.ts';
import { launch } from './browser.ts';
import { type Pages, type Site, startSite } from './site.ts';

const COMMIT = '8f14e45fceea167a5a36dedd4bea2543d0a1b2c3';
const html = (body: string, head = '') =>
  `<!doctype html><html lang="en"><head><title>Shop</title><meta name="build-sha" content="${COMMIT}">${head}</head><body>${body}</body></html>`;
const ASSETS =
  '<link rel="icon" href="/pic.svg"><link rel="stylesheet" href="/app.css"><script type="module" src="/app.js"></script>';
const MAIN = '<main data-app-ready><h1>Good day</h1><img src="/pic.svg" alt="" width="9" height="9"></main>';
const GOOD: Pages = {
  '/': { body: html(MAIN, ASSETS) },
  '/app.js': { type: 'text/javascript', body: 'export {};' },
  '/app.css': { type: 'text/css', body: 'h1 { color: green }' },
  '/pic.svg': { type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>' },
};
const NO_ICON = '<link rel="icon" href="data:,">';
const EXPECTATION: PageExpectation = { status: 200, hosts: [], consoleBaseline: [], buildCommit: COMMIT };

let stateDir: string;
let browser: Browser;
let sites: Site[] = [];

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-page-'));
  browser = await launch({ stateDir, hosts: { 'dead.test': [], 'elsewhere.test': ['127.0.0.1'] } });
});
afterEach(async () => {
  await Promise.all(sites.map((site) => site.stop()));
  sites = [];
});
afterAll(async () => {
  await browser.close();
  rmSync(stateDir, { recursive: true, force: true });
});

async function site(pages: Pages): Promise<Site> {
  const started = await startSite(pages);
  sites.push(started);
  return started;
}

async function look(url: string, withinMs = 6000): Promise<PageObservation> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    return await observePage(page, url, {
      ready: 'main[data-app-ready]',
      withinMs,
      shows: ['Good day'],
      forbids: ['Domain for sale'],
      landmarks: [{ role: 'main' }, { role: 'heading', name: 'Good day' }],
      buildCommitSelector: 'meta[name="build-sha"]',
      monotonicMs: () => performance.now(),
    });
  } finally {
    await context.close();
  }
}

/** The findings that are not green, as `id: status`, and the whole list. */
async function judged(pages: Pages, expectation: Partial<PageExpectation> = {}, withinMs = 6000) {
  const { origin } = await site(pages);
  const findings = judgePage(await look(`${origin}/`, withinMs), { ...EXPECTATION, ...expectation });
  const red = findings.filter(({ status }) => status !== 'passed').map(({ id, status }) => `${id}: ${status}`);
  const message = (id: Finding['id']) => findings.find((finding) => finding.id === id)?.message;
  return { findings, red, message };
}

describe('a good page', () => {
  it('passes every judgement, in the planned order', async () => {
    const { findings, red } = await judged(GOOD);
    expect(red).toEqual([]);
    expect(findings.map(({ id, title }) => ({ id, title }))).toEqual(plannedFindings(EXPECTATION));
  });

  it('is observed as plain data that holds no secret', async () => {
    const { origin } = await site(GOOD);
    const seen = await look(`${origin}/?token=hunter2#part`);
    expect(pageObservationSchema.parse(JSON.parse(JSON.stringify(seen)))).toEqual(seen);
    expect(JSON.stringify(seen)).not.toContain('hunter2');
    expect(seen).toMatchObject({
      requestedUrl: `${origin}/?token=…`,
      status: 200,
      title: 'Shop',
      quiet: true,
      truncated: false,
    });
    expect(seen.readyMs).toBeGreaterThan(0);
    expect(seen.timings.loadMs).toBeGreaterThan(0);
    const kinds = seen.resources.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['document', 'stylesheet', 'script', 'image']));
  });

  it('is not judged by its build where the system declares no commit', () => {
    expect(plannedFindings({ buildCommit: null }).map(({ id }) => id)).not.toContain('build-commit');
  });
});

const withScript = (body: string): Pages => ({ ...GOOD, '/app.js': { type: 'text/javascript', body } });
const withBody = (body: string, head = ASSETS): Pages => ({ ...GOOD, '/': { body: html(body, head) } });
const policy = (value: string, name = 'content-security-policy'): Pages => ({
  ...withBody(`${MAIN}<script>document.title = 'inline'</script>`),
  '/': { body: html(`${MAIN}<script>document.title = 'inline'</script>`, ASSETS), headers: { [name]: value } },
});

describe('a broken page', () => {
  it.each<[string, Pages, Finding['id'], string]>([
    ['its document is an error', { ...GOOD, '/': { ...GOOD['/'], status: 503 } }, 'document', 'answered 503'],
    ['its document is not HTML', { '/': { type: 'application/json', body: '{}' } }, 'document', 'not HTML'],
    ['it stays blank', { ...GOOD, '/': { body: html('', ASSETS) } }, 'ready', 'did not render'],
    ['it lacks a promised text', withBody(MAIN.replace('Good day', 'Bad day')), 'content', 'no text "Good day"'],
    ['it lacks a landmark', withBody('<div data-app-ready>Good day</div>'), 'content', 'no main'],
    [
      'it shows a forbidden text',
      withBody(`${MAIN}<p>DOMAIN for\n sale</p>`),
      'content',
      'the forbidden text "Domain for sale"',
    ],
    ['a script is missing', { ...GOOD, '/app.js': { status: 404, type: 'text/plain' } }, 'assets', 'answered 404'],
    [
      'a script is answered by the fallback page',
      { ...GOOD, '/app.js': { body: html(MAIN) } },
      'assets',
      'is an HTML page: the file is missing',
    ],
    ['a script has no type', { ...GOOD, '/app.js': { type: '', body: 'export {};' } }, 'assets', 'has no content type'],
    [
      'a stylesheet has the wrong type',
      { ...GOOD, '/app.css': { type: 'text/plain', body: 'h1 {}' } },
      'assets',
      'has the wrong type text/plain',
    ],
    [
      'an image is JSON',
      { ...GOOD, '/pic.svg': { type: 'application/json', body: '{}' } },
      'assets',
      'has the wrong type application/json',
    ],
    ['a script throws', withScript('throw new TypeError("no such basket")'), 'exceptions', 'TypeError: no such basket'],
    [
      'a promise is rejected unheard',
      withScript('Promise.reject(new Error("lost order"))'),
      'exceptions',
      'lost order',
    ],
    [
      'it logs an error',
      withScript('console.error("cannot price https://x.test/?key=hunter2")'),
      'console',
      'cannot price https://x.test/?key=…',
    ],
    [
      'it asks a host that is not declared',
      withScript('new Image().src = location.origin.replace("127.0.0.1", "elsewhere.test") + "/pic.svg"'),
      'hosts',
      'is not declared',
    ],
    ['it breaks its policy', policy("default-src 'self'"), 'content-security-policy', 'script-src'],
    [
      'its build does not say its commit',
      { ...GOOD, '/': { body: html(MAIN, ASSETS).replace('build-sha', 'x') } },
      'build-commit',
      'does not say',
    ],
  ])('fails where %s', async (_name, pages, id, message) => {
    // Where the ready marker never shows, the look lasts until its deadline.
    const result = await judged(pages, {}, ['document', 'ready', 'content'].includes(id) ? 2000 : 6000);
    expect(result.red).toContain(`${id}: failed`);
    expect(result.message(id)).toContain(message);
  });

  it('passes where a promised text is rendered after the page is ready', async () => {
    const late = `setTimeout(() => { document.querySelector('h1').textContent = 'Good day'; }, 700);`;
    const { red } = await judged({
      ...withBody(MAIN.replace('Good day', 'Loading')),
      '/app.js': { type: 'text/javascript', body: late },
    });
    expect(red).toEqual([]);
  });

  it('fails in time where a script never ends', async () => {
    const { red } = await judged({ ...GOOD, '/app.js': { type: 'text/javascript', body: 'for (;;) {}' } }, {}, 1500);
    expect(red).toContain('ready: failed');
  });

  it('fails where the build is of another commit', async () => {
    const { red } = await judged(GOOD, { buildCommit: COMMIT.replace('8', '9') });
    expect(red).toEqual(['build-commit: failed']);
  });

  it.each([
    ['the build abbreviates its commit', COMMIT.slice(0, 7), COMMIT],
    ['the expected commit is abbreviated', COMMIT, COMMIT.slice(0, 12)],
  ])('passes where %s', async (_, said, expected) => {
    const page = html(MAIN, ASSETS).replace(COMMIT, said);
    expect((await judged({ ...GOOD, '/': { body: page } }, { buildCommit: expected })).red).toEqual([]);
  });

  it('fails where the build says fewer digits than a commit needs', async () => {
    const page = html(MAIN, ASSETS).replace(COMMIT, COMMIT.slice(0, 6));
    expect((await judged({ ...GOOD, '/': { body: page } })).red).toEqual(['build-commit: failed']);
  });

  it('warns where a policy that is only reported is broken', async () => {
    const { red, message } = await judged(policy("default-src 'self'", 'content-security-policy-report-only'));
    expect(red).toContain('content-security-policy: warned');
    expect(message('content-security-policy')).toContain('report only');
  });

  it('fails by its host where a declared host is dead', async () => {
    const { red, message } = await judged(withScript('new Image().src = "http://dead.test/pic.svg"'), {
      hosts: ['dead.test'],
    });
    expect(red).toContain('hosts: failed');
    expect(message('hosts')).toBe('dead.test: net::ERR_NAME_NOT_RESOLVED');
  });

  it('fails where an asset never comes', async () => {
    const { origin } = await site({
      ...GOOD,
      '/slow.js': { silent: true },
      '/': { body: html(`${MAIN}<script async src="/slow.js"></script>`) },
    });
    const seen = await look(`${origin}/`, 1200);
    expect(seen.quiet).toBe(false);
    expect(judgePage(seen, EXPECTATION).find(({ id }) => id === 'assets')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('had not arrived by the deadline'),
    });
  });

  it('is inconclusive in all but its document where nothing answers', async () => {
    const gone = await site(GOOD);
    await gone.stop();
    const findings = judgePage(await look(`${gone.origin}/`), EXPECTATION);
    expect(findings[0]).toMatchObject({
      id: 'document',
      status: 'failed',
      message: expect.stringContaining('net::ERR_CONNECTION_REFUSED'),
    });
    expect(new Set(findings.slice(1).map(({ status, reason }) => `${status} ${reason}`))).toEqual(
      new Set(['inconclusive not-run']),
    );
  });

  it('has nothing to load where it references no asset', async () => {
    const { red, findings } = await judged(withBody('<main data-app-ready><h1>Good day</h1></main>', NO_ICON));
    expect(red).toEqual([]);
    expect(findings.find(({ id }) => id === 'assets')).toMatchObject({ actual: 'it references none' });
  });

  it('fails by the assets that it references and never loads', async () => {
    const { origin } = await site(withBody(MAIN));
    const seen = await look(`${origin}/`);
    expect(seen.referenced).toBe(2);
    const documentOnly = seen.resources.filter(({ kind }) => kind === 'document');
    const findings = judgePage({ ...seen, resources: documentOnly }, EXPECTATION);
    expect(findings.find(({ id }) => id === 'assets')).toMatchObject({
      status: 'failed',
      message: 'the page references 2 scripts and stylesheets and loaded none',
    });
  });

  it('cannot be judged by its assets where the document could not be read', async () => {
    const { origin } = await site(withBody('<main data-app-ready><h1>Good day</h1></main>', NO_ICON));
    const seen = { ...(await look(`${origin}/`)), referenced: null };
    expect(judgePage(seen, EXPECTATION).find(({ id }) => id === 'assets')).toMatchObject({
      status: 'inconclusive',
      reason: 'insufficient',
    });
  });
});

describe('a page that is asked too often', () => {
  it('says nothing about itself: every judgement is insufficient', async () => {
    const { findings } = await judged({ '/': { status: 429, body: 'slow down', type: 'text/plain' } }, {}, 500);
    expect(new Set(findings.map(({ status, reason }) => `${status} ${reason}`))).toEqual(
      new Set(['inconclusive insufficient']),
    );
    expect(findings[0]?.message).toContain('answered 429');
  });

  it('cannot be blamed for what it lacks where its script was refused', async () => {
    const pages = { ...withBody('<main></main>'), '/app.js': { status: 429, type: 'text/plain' } };
    const { findings, red } = await judged(pages, {}, 1500);
    expect(red.filter((line) => line.endsWith('failed'))).toEqual([]);
    expect(findings.find(({ id }) => id === 'ready')).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
  });

  it('fails all the same by what has nothing to do with it', async () => {
    const pages = { ...GOOD, '/pic.svg': { status: 429, type: 'text/plain' } };
    const { red } = await judged({ ...pages, '/': { body: html('', ASSETS) } }, { buildCommit: '1'.repeat(40) }, 1500);
    expect(red).toEqual(expect.arrayContaining(['ready: failed', 'build-commit: failed']));
  });
});

describe('what is declared', () => {
  it('lets a known console error pass and no other', async () => {
    const pages = withScript('console.error("old wart"); console.error("new wart")');
    const { message, red } = await judged(pages, { consoleBaseline: ['old wart'] });
    expect(red).toEqual(['console: failed']);
    expect(message('console')).toMatch(/^new console errors: new wart/);
    expect((await judged(pages, { consoleBaseline: ['wart'] })).red).toEqual([]);
  });

  it('lets a declared host be asked', async () => {
    const pages = withScript('new Image().src = location.origin.replace("127.0.0.1", "elsewhere.test") + "/pic.svg"');
    expect((await judged(pages, { hosts: ['elsewhere.test'] })).red).toEqual([]);
  });

  it('makes a redirect to another host visible', async () => {
    const parking = await site({ '/': { body: html(MAIN, ASSETS) }, ...GOOD });
    const target = parking.origin.replace('127.0.0.1', 'elsewhere.test');
    const { red } = await judged({ '/': { status: 302, headers: { location: `${target}/` } } });
    expect(red).toContain('hosts: failed');
  });
});
