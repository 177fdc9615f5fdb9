import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { judgePage } from '../../../../src/probe/browser/judge-page.ts';
import { type ObserveOptions, observePage } from '../../../../src/probe/browser/observe-page.ts';
import type { Finding } from '../../../../src/probe/browser/schema.ts';
import { launch } from './browser.ts';
import { type Pages, type Site, startSite } from './site.ts';

const COMMIT = '8f14e45fceea167a5a36dedd4bea2543d0a1b2c3';
const OLD = '0123456789abcdef0123456789abcdef01234567';
const html = (body: string, commit = COMMIT) =>
  `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"><meta name="build-sha" content="${commit}"></head><body>${body}<script src="/app.js"></script></body></html>`;
const MAIN = '<main data-app-ready>Good day</main>';
const REGISTER = 'navigator.serviceWorker.register("/sw.js")';
const TAKE_OVER = 'oninstall = () => skipWaiting(); onactivate = (event) => event.waitUntil(clients.claim());';
/** A worker that answers every navigation with this page. */
const answering = (page: string) =>
  `${TAKE_OVER} onfetch = (event) => { if (event.request.mode === 'navigate') event.respondWith(new Response(${JSON.stringify(page)}, { headers: { 'content-type': 'text/html' } })); };`;

let stateDir: string;
let browser: Browser;
let site: Site | undefined;

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-return-'));
  browser = await launch({ stateDir });
});
afterEach(() => site?.stop());
afterAll(async () => {
  await browser.close();
  rmSync(stateDir, { recursive: true, force: true });
});

async function findings(pages: Pages, more: Partial<ObserveOptions> = {}): Promise<Map<Finding['id'], Finding>> {
  site = await startSite(pages);
  const context = await browser.newContext();
  try {
    const seen = await observePage(await context.newPage(), `${site.origin}/`, {
      ready: 'main[data-app-ready]',
      withinMs: 3000,
      shows: ['Good day'],
      forbids: ['Under maintenance'],
      buildCommitSelector: 'meta[name="build-sha"]',
      monotonicMs: () => performance.now(),
      ...more,
    });
    const judged = judgePage(seen, { status: 200, hosts: [], consoleBaseline: [], buildCommit: COMMIT });
    return new Map(judged.map((finding) => [finding.id, finding]));
  } finally {
    await context.close();
  }
}

const withWorker = (worker: string): Pages => ({
  '/': { body: html(MAIN) },
  '/app.js': { type: 'text/javascript', body: REGISTER },
  '/sw.js': { type: 'text/javascript', body: worker },
});

describe('those who come back', () => {
  it('see the same without a service worker', async () => {
    const seen = await findings({ '/': { body: html(MAIN) }, '/app.js': { type: 'text/javascript', body: '' } });
    expect(seen.get('return-visit')).toMatchObject({ status: 'passed', actual: 'no service worker' });
  });

  it.each([
    ['that leaves pages alone', TAKE_OVER],
    ['that answers with the same page', answering(html(MAIN))],
  ])('see the same with a worker %s', async (_, worker) => {
    const seen = await findings(withWorker(worker));
    expect(seen.get('return-visit')).toMatchObject({ status: 'passed', actual: 'the service worker shows the same' });
  });

  it.each([
    ['an old build', answering(html(MAIN, OLD)), new RegExp(`the build ${OLD}`)],
    ['a page without its content', answering(html('<main data-app-ready>…</main>')), /no text "Good day"/],
    ['a blank page', answering(html('')), /the application does not render/],
    ['a page of another time', answering(html(`${MAIN}Under maintenance`)), /the forbidden text/],
    ['nothing', `${TAKE_OVER} onfetch = (event) => event.respondWith(Response.error());`, /net::ERR_FAILED/],
  ])('may see %s', async (_, worker, message) => {
    const seen = await findings(withWorker(worker));
    expect(seen.get('return-visit')).toMatchObject({ status: 'failed' });
    expect(seen.get('return-visit')?.message).toMatch(message);
    expect(seen.get('content')?.status).toBe('passed');
  });
});

describe('a page that needs cross-origin isolation', () => {
  const APP = { '/app.js': { type: 'text/javascript', body: '' } };
  const headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

  it.each([
    ['has it', headers, true, 'passed'],
    ['has lost it', {}, true, 'failed'],
    ['does not ask for it', {}, false, 'passed'],
  ])('%s', async (_, sent, isolated, status) => {
    const seen = await findings({ '/': { body: html(MAIN), headers: sent }, ...APP }, { isolated });
    expect(seen.get('content')?.status).toBe(status);
  });
});

it.each([
  ['answered by a page', { body: '<!doctype html>' }, 'failed'],
  ['missing', { status: 404, type: 'text/plain' }, 'failed'],
  ['served without its own type', { type: 'application/octet-stream', body: '' }, 'passed'],
])('WebAssembly that is %s', async (_, wasm, status) => {
  const load = { type: 'text/javascript', body: 'fetch("/core.wasm").catch(() => 0)' };
  const seen = await findings({ '/': { body: html(MAIN) }, '/app.js': load, '/core.wasm': wasm });
  expect(seen.get('assets')?.status).toBe(status);
});
