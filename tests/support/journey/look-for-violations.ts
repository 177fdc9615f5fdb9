/** Accessibility of what is shown now, by axe-core. Judges nothing. */
import type { Page } from '@playwright/test';
import type { Look } from '../../../src/probe/journey/schema.ts';

const MAX_TARGETS = 20;
/** A document that was looked at before has it still; it takes a while to be read again. */
const IS_THERE = 'typeof window.axe?.run === "function" && window.frames.length === 0';
const NOTHING = 'undefined';

/** What cannot be looked at is said in `error`; never throws. */
export async function lookForViolations(page: Page, place: string): Promise<Look> {
  try {
    const { AxeBuilder } = await import('@axe-core/playwright');
    // In the page itself: the other mode opens a second one for every look.
    const options = { page, ...((await page.evaluate<boolean>(IS_THERE)) && { axeSource: NOTHING }) };
    const axe = new AxeBuilder(options).options({ resultTypes: ['violations'] }).setLegacyMode();
    const { violations } = await axe.analyze();
    return {
      place,
      violations: violations.map(({ id, impact, help, nodes }) => ({
        rule: id,
        impact: impact ?? 'minor',
        help,
        targets: nodes.slice(0, MAX_TARGETS).map(({ target }) => target.join(' ')),
      })),
    };
  } catch (error) {
    return {
      place,
      violations: [],
      error: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    };
  }
}
