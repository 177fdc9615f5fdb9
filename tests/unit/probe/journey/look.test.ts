import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVitals } from '../../../../src/probe/journey/read-vitals.ts';
import { isFreeOfSecrets } from '../../../support/journey/keep-screenshot.ts';
import { lookForViolations } from '../../../support/journey/look-for-violations.ts';
import { untilSettled } from '../../../support/journey/until-settled.ts';
import { launch } from '../browser/browser.ts';
import { type Site, startSite } from '../browser/site.ts';

const page = (body: string) => ({
  body: `<!doctype html><html lang="en"><title>shop</title><main><h1>Shop</h1>${body}</main></html>`,
  // as strict as pages are: looking must not need an exception
  headers: { 'content-security-policy': "default-src 'none'" },
});

let dir: string;
let browser: Browser;
let site: Site;
let tab: Page;

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-look-'));
  site = await startSite({
    '/good': page('<label>Name <input></label>'),
    '/bad': page('<input><ol role="log"><li>said</li></ol>'),
    '/moving': {
      body: `<!doctype html><html lang="en"><title>shop</title><main aria-busy="true"><p id="state">loading</p><p id="fading">now</p></main>
        <style>@keyframes in { from { opacity: 0 } } #fading { animation: in 400ms } @keyframes turn { to { rotate: 1turn } } #state { animation: turn 1s infinite }</style>
        <script>setTimeout(() => { document.querySelector('main').removeAttribute('aria-busy'); document.querySelector('#state').textContent = 'done'; }, 200)</script></html>`,
    },
    '/busy': page('<div aria-busy="true">for ever</div>'),
    '/log-in': page('<label>Password <input type="password"></label>'),
    '/profile': page('<p>Your key is a standing secret.</p>'),
  });
  browser = await launch({ stateDir: dir });
  tab = await browser.newPage({ baseURL: site.origin });
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a look at a page', () => {
  it('finds what some people cannot use', async () => {
    await tab.goto('/bad');
    const { violations, error } = await lookForViolations(tab, '/bad');
    expect(error).toBeUndefined();
    expect(violations.map(({ rule, impact }) => `${rule} ${impact}`)).toEqual(
      expect.arrayContaining(['label critical', 'listitem serious']),
    );
    expect(violations.find(({ rule }) => rule === 'label')?.targets).toEqual(['input']);
  });

  it('finds nothing where there is nothing', async () => {
    await tab.goto('/good');
    expect(await lookForViolations(tab, '/good')).toEqual({ place: '/good', violations: [] });
  });

  it('reads the vitals of the document', async () => {
    await tab.goto('/good');
    const { ttfb, fcp, lcp, cls } = await readVitals(tab);
    expect([ttfb, fcp, lcp].every((value) => value !== null && value > 0 && value < 60_000)).toBe(true);
    expect(cls).toBe(0);
  });

  it('waits until a part that is busy is done, and a transition is over', async () => {
    await tab.goto('/moving');
    await untilSettled(tab, 5000);
    expect(await tab.locator('#state').textContent()).toBe('done');
    expect(await tab.evaluate<string>(`getComputedStyle(document.querySelector('#fading')).opacity`)).toBe('1');
    await tab.goto('/busy');
    const startMs = performance.now();
    await untilSettled(tab, 100);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  it('says why it could not be made, and never throws', async () => {
    const gone = await browser.newPage();
    await gone.close();
    expect(await lookForViolations(gone, '/')).toMatchObject({
      violations: [],
      error: expect.stringContaining('closed'),
    });
    expect(await readVitals(gone)).toEqual({ ttfb: null, fcp: null, lcp: null, cls: null, inp: null });
  });
});

describe('a picture is kept', () => {
  const redact = (text: string): string => text.replaceAll('a standing secret', '[redacted:KEY]');

  it('where nothing secret is on the screen', async () => {
    await tab.goto('/log-in');
    expect(await isFreeOfSecrets(tab, redact)).toBe(true);
  });

  it('not where a password is typed in, a secret is shown, or it cannot be known', async () => {
    await tab.getByLabel('Password').fill('x');
    expect(await isFreeOfSecrets(tab, redact)).toBe(false);
    await tab.goto('/profile');
    expect(await isFreeOfSecrets(tab, redact)).toBe(false);
    await tab.goto('/good');
    await tab.getByLabel('Name').fill('it is a standing secret');
    expect(await isFreeOfSecrets(tab, redact)).toBe(false);
    const gone = await browser.newPage();
    await gone.close();
    expect(await isFreeOfSecrets(gone, redact)).toBe(false);
  });
});
