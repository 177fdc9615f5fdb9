/** Records every request of a page, and tells when those that make up the page have been answered. */
import type { Page, Request, Response } from '@playwright/test';
import type { Resource } from './schema.ts';
import { urlWithoutSecrets } from './without-secrets.ts';

/** The kinds without which a page looks or works wrong. */
export const ASSET_KINDS: readonly string[] = ['script', 'stylesheet', 'font', 'image'];
const LIMIT = 1000;

export interface TrafficRecorder {
  /** Resolves once no asset is under way; never rejects. */
  whenQuiet: () => Promise<void>;
  isQuiet: () => boolean;
  resources: () => { resources: Resource[]; truncated: boolean };
  stop: () => void;
}

export function mediaTypeOf(contentType: string | undefined): string | null {
  return contentType?.split(';')[0]?.trim().toLowerCase() || null;
}

/** Starts to listen; call before the navigation. */
export function recordTraffic(page: Page): TrafficRecorder {
  const seen = new Map<Request, Resource>();
  let truncated = false;
  let waiting: Array<() => void> = [];
  const isQuiet = () =>
    ![...seen.values()].some(({ state, kind }) => state === 'pending' && ASSET_KINDS.includes(kind));
  const settle = () => {
    if (!isQuiet()) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const onRequest = (request: Request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'http:' && protocol !== 'https:') return;
    truncated ||= seen.size >= LIMIT;
    if (seen.size >= LIMIT) return;
    seen.set(request, {
      url: urlWithoutSecrets(request.url()),
      host,
      method: request.method(),
      kind: request.resourceType(),
      state: 'pending',
      status: null,
      contentType: null,
      failure: null,
    });
  };
  const onResponse = (response: Response) => {
    const resource = seen.get(response.request());
    if (!resource) return;
    resource.status = response.status();
    resource.contentType = mediaTypeOf(response.headers()['content-type']);
  };
  const end = (state: 'loaded' | 'failed') => (request: Request) => {
    const resource = seen.get(request);
    if (!resource) return;
    resource.state = state;
    resource.failure = state === 'failed' ? (request.failure()?.errorText ?? 'failed without a reason') : null;
    settle();
  };
  const onFinished = end('loaded');
  const onFailed = end('failed');
  page
    .on('request', onRequest)
    .on('response', onResponse)
    .on('requestfinished', onFinished)
    .on('requestfailed', onFailed);
  return {
    isQuiet,
    whenQuiet: () => new Promise((resolve) => (isQuiet() ? resolve() : waiting.push(resolve))),
    resources: () => ({ resources: [...seen.values()].map((resource) => ({ ...resource })), truncated }),
    stop: () => {
      page.off('request', onRequest).off('response', onResponse);
      page.off('requestfinished', onFinished).off('requestfailed', onFailed);
    },
  };
}
