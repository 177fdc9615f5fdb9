/**
 * A second visit with the same browser profile, where the first one left a service worker: from then on that worker, not the
 * server, decides what a user sees.
 */
import type { Page } from '@playwright/test';
import type { ObserveOptions } from './observe-page.ts';
import { readDocument, untilShown } from './read-document.ts';
import type { PageObservation } from './schema.ts';
import { textWithoutSecrets } from './without-secrets.ts';

export type ReturnVisit = NonNullable<PageObservation['returnVisit']>;

/** A worker that takes over at once is in charge by now; one that waits takes over with the next page. */
const ACTIVE = 'navigator.serviceWorker.ready.then(() => true)';

/** Looks again, in a new page of the same context; at most `withinMs` for each of its parts. */
export async function visitAgain(page: Page, url: string, options: ObserveOptions): Promise<ReturnVisit> {
  await page.waitForFunction(ACTIVE, undefined, { timeout: options.withinMs }).catch(() => undefined);
  const again = await page.context().newPage();
  try {
    const response = await again.goto(url, { waitUntil: 'commit', timeout: options.withinMs });
    const isReady = await again
      .locator(options.ready)
      .first()
      .waitFor({ state: 'visible', timeout: options.withinMs })
      .then(() => true)
      .catch(() => false);
    if (isReady) await untilShown(again, options.shows ?? [], options.withinMs);
    const { buildCommit, texts, forbidden } = await readDocument(again, options);
    return {
      fromWorker: response?.fromServiceWorker() ?? false,
      ready: isReady,
      buildCommit,
      texts,
      forbidden,
      error: null,
    };
  } catch (error) {
    const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const nothing = { ready: false, buildCommit: null, texts: [], forbidden: [] };
    return { fromWorker: false, ...nothing, error: textWithoutSecrets(text.replace(/^page\.goto: /, '')) };
  } finally {
    await again.close();
  }
}
