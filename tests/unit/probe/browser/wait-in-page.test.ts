import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observePage } from '../../../../src/probe/browser/observe-page.ts';
import { waitInPage } from '../../../../src/probe/browser/wait-in-page.ts';
import { launch } from './browser.ts';
import { type Site, startSite } from './site.ts';

let dir: string;
let browser: Browser;
let site: Site;

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-wait-'));
  const script = "setTimeout(() => { document.querySelector('p').textContent = 'ready at last'; }, 300)";
  site = await startSite({
    '/': {
      body: '<!doctype html><title>slow</title><main><p>loading</p></main><script src="/late.js"></script>',
      headers: { 'content-security-policy': "default-src 'self'" },
    },
    '/late.js': { type: 'text/javascript', body: script },
    '/next': { body: '<!doctype html><title>next</title><main><p>next</p></main>' },
    '/favicon.ico': { status: 204 },
  });
  browser = await launch({ stateDir: dir });
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  rmSync(dir, { recursive: true, force: true });
});

const SHOWN = (text: string): string => `document.querySelector('p')?.textContent === ${JSON.stringify(text)}`;

describe('waiting in a page', () => {
  it('ends when the condition holds, or the time is over', async () => {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/`);
    expect(await waitInPage(page, SHOWN('ready at last'), 5000)).toBe(true);
    expect(await waitInPage(page, SHOWN('never'), 100)).toBe(false);
    await page.close();
    expect(await waitInPage(page, SHOWN('ready at last'), 5000)).toBe(false);
  });

  it('goes on in the document that comes next', async () => {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/`);
    const waiting = waitInPage(page, SHOWN('next'), 5000);
    await page.goto(`${site.origin}/next`);
    expect(await waiting).toBe(true);
    await page.close();
  });

  it('breaks no Content Security Policy of a page that takes a while to show what it promises', async () => {
    const page = await browser.newPage();
    const observation = await observePage(page, `${site.origin}/`, {
      ready: 'main',
      withinMs: 5000,
      shows: ['ready at last'],
      monotonicMs: () => performance.now(),
    });
    expect(observation.texts).toEqual([{ text: 'ready at last', seen: true }]);
    expect(observation).toMatchObject({ cspViolations: [], exceptions: [], console: [] });
    await page.close();
  });
});
