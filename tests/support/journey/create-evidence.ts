/** What is seen on the way: steps, requests, complaints; and, at each place, accessibility and web vitals. */
import { type Page, type TestInfo, test } from '@playwright/test';
import { recordComplaints } from '../../../src/probe/browser/record-complaints.ts';
import { recordTraffic } from '../../../src/probe/browser/record-traffic.ts';
import { textWithoutSecrets, urlWithoutSecrets } from '../../../src/probe/browser/without-secrets.ts';
import { readVitals } from '../../../src/probe/journey/read-vitals.ts';
import type { Look, Vitals } from '../../../src/probe/journey/schema.ts';
import type { JourneyEvidence } from '../journey.ts';
import type { Walk } from './begin-walk.ts';
import { hideSecrets } from './hide-secrets.ts';
import { keepScreenshot } from './keep-screenshot.ts';
import { lookForViolations } from './look-for-violations.ts';
import { untilSettled } from './until-settled.ts';

export async function createEvidence(
  page: Page,
  walk: Walk,
): Promise<JourneyEvidence & { end(testInfo: TestInfo): Promise<void> }> {
  const traffic = recordTraffic(page);
  page.on('requestfailed', (request) => {
    const [method, url, failure] = [request.method(), request.url(), request.failure()?.errorText ?? 'no reason given'];
    if (/^https?:/.test(url)) walk.lost.push({ method, url, shown: urlWithoutSecrets(url), failure });
  });
  const complaints = await recordComplaints(page);
  const looks: Look[] = [];
  const places = new Set<string>();
  const vitals = new Map<string, Vitals>();
  const steps: string[] = [];
  const notes: Record<string, string | number | boolean> = {};
  let broken: { readonly name: string; readonly error: unknown } | undefined;
  /** what has begun and not come to its end: where a journey is when its time is over */
  const underWay: string[] = [];
  const lookAt = async (place: string): Promise<void> => {
    places.add(place);
    vitals.set(placeOf(page), { place: placeOf(page), ...(await readVitals(page)) });
    if (walk.looksForBarriers) looks.push(await lookForViolations(page, place));
  };
  const lookOnce = async (): Promise<void> => {
    await untilSettled(page, walk.journey.patience);
    const place = placeOf(page);
    if (/^https?:/.test(page.url()) && !places.has(place)) await lookAt(place);
  };
  return {
    async step(name, body) {
      return test.step(name, async () => {
        underWay.push(name);
        const result = await (async () => body())().catch((error: unknown) => {
          // the innermost step that broke is the one to be named
          if (broken?.error !== error) broken = { name, error };
          underWay.pop();
          throw error;
        });
        underWay.pop();
        steps.push(name);
        await lookOnce();
        return result;
      });
    },
    async look(name) {
      await untilSettled(page, walk.journey.patience);
      await lookAt(name);
    },
    note(name, value) {
      notes[name] = typeof value === 'string' ? textWithoutSecrets(walk.redact(value)) : value;
    },
    async end(testInfo) {
      // before anything else: the runner writes down what broke while fixtures are still ending
      hideSecrets(testInfo, walk.redact);
      const broke = testInfo.errors.length > 0;
      const brokenStep = broke ? (underWay.at(-1) ?? broken?.name) : undefined;
      if (!broke) await lookOnce();
      const screenshot = broke ? await keepScreenshot(page, walk, testInfo) : undefined;
      traffic.stop();
      await complaints.stop();
      const { truncated: cutComplaints, ...complained } = complaints.complaints();
      const { resources, truncated } = traffic.resources();
      walk.seen = {
        url: urlWithoutSecrets(page.url()),
        steps,
        ...(brokenStep !== undefined && { brokenStep }),
        ...complained,
        resources,
        truncated: truncated || cutComplaints,
        looks,
        vitals: [...vitals.values()],
        notes,
        ...(screenshot !== undefined && { screenshot }),
      };
    },
  };
}

/** A page by its path: what is in the query is the same page with other data. */
function placeOf(page: Page): string {
  const url = page.url();
  return URL.canParse(url) ? new URL(url).pathname : url;
}
