/** Looks at one page as a user's browser does, and writes down what happened. Judges nothing. */
import type { Page, Response } from '@playwright/test';
import { readDocument, unreadDocument, untilShown } from './read-document.ts';
import { type ComplaintRecorder, recordComplaints } from './record-complaints.ts';
import { mediaTypeOf, recordTraffic, type TrafficRecorder } from './record-traffic.ts';
import { visitAgain } from './return-visit.ts';
import type { PageObservation } from './schema.ts';
import { textWithoutSecrets, urlWithoutSecrets } from './without-secrets.ts';

export interface ObserveOptions {
  /** CSS selector of what is visible once the page has rendered */
  ready: string;
  /** deadline for the whole look, from the start of the navigation */
  withinMs: number;
  /** texts that a user must see */
  shows?: readonly string[];
  /** texts of maintenance, parking and default pages */
  forbids?: readonly string[];
  landmarks?: readonly {
    role: 'banner' | 'main' | 'navigation' | 'contentinfo' | 'search' | 'heading';
    name?: string;
  }[];
  /** CSS selector of the meta element whose content is the commit of the build */
  buildCommitSelector?: string;
  /** whether it needs cross-origin isolation */
  isolated?: boolean;
  /** milliseconds of a monotonic clock */
  monotonicMs: () => number;
}

interface Visit {
  response: Response | null;
  error: string | null;
  readyMs: number | null;
}

/** `page.goto: net::ERR_X at https://…` → `net::ERR_X at https://…`, without secrets. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return textWithoutSecrets((text.split('\n')[0] ?? '').replace(/^page\.goto: /, ''));
}

async function visit(page: Page, url: string, options: ObserveOptions, traffic: TrafficRecorder): Promise<Visit> {
  const startMs = options.monotonicMs();
  const elapsedMs = () => options.monotonicMs() - startMs;
  // To Playwright, 0 means "no deadline".
  const remainingMs = () => Math.max(1, options.withinMs - elapsedMs());
  let response: Response | null;
  try {
    response = await page.goto(url, { waitUntil: 'commit', timeout: options.withinMs });
  } catch (error) {
    return { response: null, error: firstLine(error), readyMs: null };
  }
  const isReady = await page
    .locator(options.ready)
    .first()
    .waitFor({ state: 'visible', timeout: remainingMs() })
    .then(() => true)
    .catch(() => false);
  const readyMs = isReady ? elapsedMs() : null;
  await page.waitForLoadState('load', { timeout: remainingMs() }).catch(() => undefined);
  await inTime(traffic.whenQuiet(), remainingMs());
  // A page may be ready before what it shows has been fetched and rendered: it has until the deadline, as users have patience.
  if (isReady) await untilShown(page, options.shows ?? [], remainingMs());
  await inTime(traffic.whenQuiet(), remainingMs());
  return { response, error: null, readyMs };
}

/** A page whose script never ends answers no question, and Playwright itself waits for ever: undefined then. */
async function inTime<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value | undefined> {
  const timer = Promise.withResolvers<undefined>();
  const handle = setTimeout(() => timer.resolve(undefined), timeoutMs);
  try {
    return await Promise.race([promise, timer.promise]);
  } finally {
    clearTimeout(handle);
  }
}

function redirectsBefore(response: Response | null): string[] {
  const urls: string[] = [];
  for (let request = response?.request().redirectedFrom() ?? null; request; request = request.redirectedFrom()) {
    urls.unshift(urlWithoutSecrets(request.url()));
  }
  return urls;
}

async function toObservation(
  page: Page,
  url: string,
  options: ObserveOptions,
  made: Visit,
  complaints: ComplaintRecorder,
  traffic: TrafficRecorder,
): Promise<PageObservation> {
  const document =
    made.error !== null
      ? unreadDocument(options)
      : await inTime(
          readDocument(page, options).catch(() => undefined),
          options.withinMs,
        ).then((read) => read ?? unreadDocument(options));
  const hasWorker = made.error === null && document.serviceWorkers.length > 0;
  const { resources, truncated } = traffic.resources();
  const { truncated: complaintsTruncated, ...complained } = complaints.complaints();
  return {
    schema: 'gate10/page-observation/v1',
    requestedUrl: urlWithoutSecrets(url),
    requestedHost: new URL(url).host,
    finalUrl: made.response ? urlWithoutSecrets(page.url()) : null,
    redirects: redirectsBefore(made.response),
    status: made.response?.status() ?? null,
    contentType: mediaTypeOf(made.response?.headers()['content-type']),
    navigationError: made.error,
    readySelector: options.ready,
    readyMs: made.readyMs,
    withinMs: options.withinMs,
    quiet: traffic.isQuiet(),
    ...document,
    resources,
    ...complained,
    returnVisit: hasWorker ? await visitAgain(page, url, options) : null,
    truncated: truncated || complaintsTruncated,
  };
}

/**
 * Opens `url` in a fresh page and gives what was seen, as plain data. A page that does not load is an observation, not an
 * error; throws only where the browser itself is gone before the look.
 */
export async function observePage(page: Page, url: string, options: ObserveOptions): Promise<PageObservation> {
  const traffic = recordTraffic(page);
  const complaints = await recordComplaints(page);
  try {
    const made = await visit(page, url, options, traffic);
    return await toObservation(page, url, options, made, complaints, traffic);
  } finally {
    traffic.stop();
    await inTime(complaints.stop(), options.withinMs);
  }
}
