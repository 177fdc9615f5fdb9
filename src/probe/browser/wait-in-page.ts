/**
 * Waits for a condition inside of a page. Playwright's own `waitForFunction` evaluates text in the page again and again,
 * which a strict Content Security Policy forbids and reports: a healthy page would be blamed for being looked at.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from '@playwright/test';

const POLL_MS = 50;

/** `condition` = source text of an expression. False where it does not hold within `timeoutMs`, or the page is gone; never throws. */
export async function waitInPage(page: Page, condition: string, timeoutMs: number): Promise<boolean> {
  const stop = new AbortController();
  const over = wait(timeoutMs, 'over' as const, { signal: stop.signal }).catch(() => 'over' as const);
  // A closure of the page's own from here on: nothing is evaluated again.
  const look = `new Promise((resolve) => {
    const end = performance.now() + ${timeoutMs};
    const look = () => {
      if (${condition}) resolve(true);
      else if (performance.now() >= end) resolve(false);
      else setTimeout(look, ${POLL_MS});
    };
    look();
  })`;
  try {
    for (;;) {
      const seen = await Promise.race([page.evaluate<boolean>(look).catch(() => 'lost' as const), over]);
      if (seen === 'over') return false;
      if (seen !== 'lost') return seen;
      if (page.isClosed()) return false;
      // Another document came meanwhile: it is asked anew.
      if ((await Promise.race([wait(POLL_MS), over])) === 'over') return false;
    }
  } finally {
    stop.abort();
  }
}
