/** Core Web Vitals of the document that is shown (https://web.dev/articles/vitals), as far as the browser tells. */
import type { Page } from '@playwright/test';
import type { Vitals } from './schema.ts';

// Source text, because the types of the browser's globals are not part of this program. Buffered entries come in tasks of
// their own: those of the first paint are waited for, a moment at most, and the others come with them.
const READ = `new Promise((resolve) => {
  const found = { ttfb: null, fcp: null, lcp: null, cls: null, inp: null };
  const kinds = PerformanceObserver.supportedEntryTypes;
  const watch = (type, take, more) => {
    if (!kinds.includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  };
  const [navigation] = performance.getEntriesByType('navigation');
  found.ttfb = navigation ? navigation.responseStart : null;
  watch('paint', (entry) => { if (entry.name === 'first-contentful-paint') { found.fcp = entry.startTime; setTimeout(() => resolve(found), 0); } });
  watch('largest-contentful-paint', (entry) => { found.lcp = entry.startTime; });
  if (kinds.includes('layout-shift')) found.cls = 0;
  watch('layout-shift', (entry) => { if (!entry.hadRecentInput) found.cls += entry.value; });
  watch('event', (entry) => { if (entry.interactionId) found.inp = Math.max(found.inp ?? 0, entry.duration); }, { durationThreshold: 16 });
  setTimeout(() => resolve(found), 250);
})`;

const NONE: Omit<Vitals, 'place'> = { ttfb: null, fcp: null, lcp: null, cls: null, inp: null };

/** Nothing where the page is gone. */
export async function readVitals(page: Page): Promise<Omit<Vitals, 'place'>> {
  const found = await page.evaluate<Omit<Vitals, 'place'>>(READ).catch(() => NONE);
  const round = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);
  return {
    ttfb: round(found.ttfb),
    fcp: round(found.fcp),
    lcp: round(found.lcp),
    cls: round(found.cls),
    inp: round(found.inp),
  };
}
