/** Reads the facts of a rendered document: what a user sees, and what the build says about itself. */
import type { Page } from '@playwright/test';
import type { ObserveOptions } from './observe-page.ts';
import type { PageObservation } from './schema.ts';
import { waitInPage } from './wait-in-page.ts';
import { textWithoutSecrets, urlWithoutSecrets } from './without-secrets.ts';

export type DocumentFacts = Pick<
  PageObservation,
  | 'title'
  | 'buildCommit'
  | 'visibleTextLength'
  | 'texts'
  | 'forbidden'
  | 'landmarks'
  | 'referenced'
  | 'serviceWorkers'
  | 'isolation'
  | 'timings'
>;

// Source text, because the types of the browser's globals are not part of this program.
const SERVICE_WORKERS = `navigator.serviceWorker
  ? navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.scope)).catch(() => [])
  : []`;
// Module-less browsers and styles that are switched off are somebody else's: this browser does not load them.
const REFERENCED = `[...document.querySelectorAll(
  'script[src]:not([nomodule]), link[rel~="stylesheet" i][href]:not([disabled])'
)].filter((node) => /^https?:/.test(node.src || node.href)).length`;
const TIMINGS = `(() => {
  const [entry] = performance.getEntriesByType('navigation');
  return { firstByteMs: entry ? entry.responseStart : null, loadMs: entry && entry.loadEventEnd > 0 ? entry.loadEventEnd : null };
})()`;

const SHOWN = `(wanted) => {
  const have = (document.title + '\\n' + (document.body ? document.body.innerText : '')).replace(/\\s+/g, ' ').toLowerCase();
  return wanted.every((text) => have.includes(text));
}`;

const folded = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase();

/** The facts where there is no document to read: nothing was seen, and nothing is known. */
export function unreadDocument({
  shows = [],
  forbids = [],
  landmarks = [],
  isolated = false,
}: ObserveOptions): DocumentFacts {
  return {
    title: null,
    buildCommit: null,
    visibleTextLength: null,
    texts: shows.map((text) => ({ text, seen: false })),
    forbidden: forbids.map((text) => ({ text, seen: false })),
    landmarks: landmarks.map((landmark) => ({ ...landmark, seen: false })),
    referenced: null,
    serviceWorkers: [],
    isolation: { wanted: isolated, seen: null },
    timings: { firstByteMs: null, loadMs: null },
  };
}

/** Waits until all texts are visible, at most `timeoutMs`; what is missing then is for `readDocument` to tell. */
export async function untilShown(page: Page, shows: readonly string[], timeoutMs: number): Promise<void> {
  if (shows.length === 0) return;
  // JSON is valid JavaScript.
  await waitInPage(page, `(${SHOWN})(${JSON.stringify(shows.map(folded))})`, timeoutMs);
}

/** Texts are compared without regard to case and white space, on what is visible. */
export async function readDocument(page: Page, options: ObserveOptions): Promise<DocumentFacts> {
  const { shows = [], forbids = [], landmarks = [], buildCommitSelector, isolated = false } = options;
  const title = await page.title();
  const visible = await page.locator('body').innerText({ timeout: options.withinMs });
  const haystack = folded(`${title}\n${visible}`);
  const commitElement = buildCommitSelector === undefined ? null : page.locator(buildCommitSelector).first();
  const hasCommit = commitElement !== null && (await commitElement.count()) > 0;
  const workers = await page.evaluate<string[]>(SERVICE_WORKERS);
  return {
    title: textWithoutSecrets(title),
    buildCommit: hasCommit ? ((await commitElement.getAttribute('content'))?.trim().slice(0, 100) ?? null) : null,
    visibleTextLength: visible.trim().length,
    texts: shows.map((text) => ({ text, seen: haystack.includes(folded(text)) })),
    forbidden: forbids.map((text) => ({ text, seen: haystack.includes(folded(text)) })),
    landmarks: await Promise.all(
      landmarks.map(async ({ role, name }) => {
        const found = page.getByRole(role, name === undefined ? {} : { name });
        return { role, ...(name === undefined ? {} : { name }), seen: await found.first().isVisible() };
      }),
    ),
    referenced: await page.evaluate<number>(REFERENCED),
    serviceWorkers: workers.map(urlWithoutSecrets),
    isolation: { wanted: isolated, seen: await page.evaluate<boolean>('globalThis.crossOriginIsolated === true') },
    timings: await page.evaluate<DocumentFacts['timings']>(TIMINGS),
  };
}
