/** Waits until what is shown is what is meant to be seen: half of a fade-in has another contrast than the whole. */
import type { Page } from '@playwright/test';
import { waitInPage } from '../../../src/probe/browser/wait-in-page.ts';

// `aria-busy` says that a part is being changed, and that readers should wait (WAI-ARIA 1.2 §6.6); what never ends is no
// transition. Source text, because the types of the browser's globals are not part of this program.
const SETTLED = `document.querySelector('[aria-busy="true"]') === null && document.getAnimations().every(
  (one) => one.playState !== 'running' || one.effect?.getComputedTiming().endTime === Infinity
)`;

/** At most `timeoutMs`; what moves longer is looked at as it is. Never throws. */
export async function untilSettled(page: Page, timeoutMs: number): Promise<void> {
  await waitInPage(page, SETTLED, timeoutMs);
}
