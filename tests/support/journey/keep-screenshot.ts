/** What a person sees when a journey breaks; kept only where nothing secret is on the screen. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page, TestInfo } from '@playwright/test';
import type { Redactor } from '../../../src/contract/redact.ts';
import { nameOf } from '../../../src/probe/journey/plan-journeys.ts';
import type { Walk } from './begin-walk.ts';

const LIMIT_MS = 3000;

// Source text, because the types of the browser's globals are not part of this program.
const SHOWN = `[...document.querySelectorAll('input, textarea')].map((field) => [field.type, field.value])
  .concat([['text', document.documentElement.innerText]])`;

/** The file, relative to the folder of the run; undefined where there is none. Never throws. */
export async function keepScreenshot(page: Page, walk: Walk, testInfo: TestInfo): Promise<string | undefined> {
  const runDir = process.env['GATE10_RUN_DIR'];
  if (runDir === undefined || !(await isFreeOfSecrets(page, walk.redact))) return undefined;
  const file = path.join('journeys', `${nameOf(walk.journey.id, walk.way).replace('@', '-')}.png`);
  try {
    mkdirSync(path.join(runDir, 'journeys'), { recursive: true });
    await page.screenshot({ path: path.join(runDir, file), timeout: LIMIT_MS, caret: 'initial' });
    await testInfo.attach('what a person sees', { path: path.join(runDir, file), contentType: 'image/png' });
    return file;
  } catch {
    return undefined;
  }
}

/** No password is typed in, and no secret stands anywhere: in a field, or in the text of the page or of one of its frames. */
export async function isFreeOfSecrets(page: Page, redact: Redactor): Promise<boolean> {
  try {
    for (const frame of page.frames()) {
      const shown = await frame.evaluate<[type: string, value: string][]>(SHOWN);
      if (shown.some(([type, value]) => (type === 'password' && value !== '') || redact(value) !== value)) return false;
    }
    return true;
  } catch {
    return false;
  }
}
