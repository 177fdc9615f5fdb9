/**
 * `journey('search jobs', async ({ page, evidence, expect, given }) => …)`: what a person does, in a real browser, through
 * the front door. A Playwright test of its own kind, so that everything which works in a test works here.
 *
 * It belongs to the entry under `journeys` in `contracts/system.yaml` whose id is its title (lower case, dashes): layer,
 * severity, what it is given, how it is undone. Its rows are planned before the run and come into the record as all others.
 * With `{ tag: '@smoke' }` (and `smoke: true` in the contract) it is also part of the project "production".
 */
import type { Expect } from '@playwright/test';
import { test } from './fixture.ts';
import type { Walk } from './journey/begin-walk.ts';

export interface JourneyEvidence {
  /** One thing that a person does; its name is what a failure says. What is shown at its end is looked at. */
  step<T>(name: string, body: () => T | Promise<T>): Promise<T>;
  /** Looks at what is shown now (accessibility, web vitals) under a name, e.g. an open dialog. */
  look(name: string): Promise<void>;
  /** A small fact for the record; never a secret. */
  note(name: string, value: string | number | boolean): void;
}

interface JourneyFixtures {
  readonly evidence: JourneyEvidence;
  /** the values of `given` in the contract, filled in */
  readonly given: Readonly<Record<string, string>>;
  /** Playwright's, which waits as long as the contract says that a person does (`patience`) */
  readonly expect: Expect;
  readonly walk: Walk;
}

export const journey = test.extend<JourneyFixtures>({
  walk: [
    async ({ run, observatory, visitor }, use, testInfo) => {
      const { beginWalk } = await import('./journey/begin-walk.ts');
      const walk = await beginWalk({ testInfo, run, observatory });
      await visitor.browser().catch((error: unknown) => walk.noBrowser(error));
      await use(walk);
      const { endWalk } = await import('./journey/end-walk.ts');
      await endWalk(walk, { testInfo, run, observatory });
    },
    { auto: true, title: 'the journey', timeout: 0 },
  ],
  baseURL: async ({ walk }, use) => use(walk.url),
  page: async ({ page, walk }, use) => {
    page.setDefaultTimeout(walk.journey.patience);
    await use(page);
  },
  evidence: [
    async ({ page, walk }, use, testInfo) => {
      const { createEvidence } = await import('./journey/create-evidence.ts');
      // of the test itself: the fixture around it has a time of its own
      testInfo.setTimeout(walk.journey.within);
      const evidence = await createEvidence(page, walk);
      walk.hasBegun = true;
      await use(evidence);
      await evidence.end(testInfo);
    },
    { auto: true, title: 'what is seen on the way' },
  ],
  given: async ({ walk }, use) => use(walk.given),
  expect: async ({ walk }, use) => {
    const { expect } = await import('@playwright/test');
    await use(expect.configure({ timeout: walk.journey.patience }));
  },
});
