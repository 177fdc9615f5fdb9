/** Launches the machine's browser the way the suite does. */
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser } from '../../../../scripts/find-browser.mjs';
import { type BrowserOptions, type Machine, openBrowser } from '../../../../src/probe/browser/open-browser.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

export const machine: Machine = { platform: process.platform, uid: process.getuid?.() ?? null, env: process.env };

export function launch(
  options: Omit<BrowserOptions, 'machine' | 'executablePath'>,
  env = machine.env,
): Promise<Browser> {
  const { executablePath } = findBrowser({ root, env: process.env, platform: process.platform });
  return chromium.launch(openBrowser({ machine: { ...machine, env }, executablePath, ...options }).launchOptions);
}
