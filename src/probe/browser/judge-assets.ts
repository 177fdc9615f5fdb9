/** Whether the parts of a page came, and came as what they are. */
import { ASSET_KINDS } from './record-traffic.ts';
import type { Resource } from './schema.ts';

/** WHATWG MIME Sniffing §4.6 for scripts, §4.7 for fonts (RFC 8081); browsers refuse other types under `nosniff`. */
const RIGHT_TYPES: Readonly<Record<string, RegExp>> = {
  script: /^(?:application|text)\/(?:x-)?(?:java|ecma)script$|^application\/json$|^application\/wasm$/,
  stylesheet: /^text\/css$/,
  font: /^font\/|^application\/(?:x-)?font-|^application\/vnd\.ms-fontobject$/,
  image: /^image\//,
};

/** Null where the asset is well; otherwise a sentence that names it. */
export function assetProblem(resource: Resource): string | null {
  const { state, status, contentType } = resource;
  const name = `${resource.kind} ${resource.url}`;
  if (state === 'pending') return `${name} had not arrived by the deadline`;
  // An answer says more than the browser's "aborted", which is all that a module script of the wrong status or type gets.
  if (status !== null && status >= 400) return `${name} answered ${status}`;
  if (contentType === 'text/html') {
    return `${name} is an HTML page: the file is missing and a fallback page was served in its place`;
  }
  if (state === 'failed') return `${name} failed: ${resource.failure ?? 'no reason given'}`;
  // Redirects are followed; each hop is a resource of its own.
  if (status !== null && status >= 300) return null;
  if (status === null || status < 200) return `${name} has no usable status (${status ?? 'none'})`;
  if (contentType === null) return `${name} has no content type`;
  const right = RIGHT_TYPES[resource.kind];
  return right?.test(contentType) ? null : `${name} has the wrong type ${contentType}`;
}

export function assetsOf(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ kind }) => ASSET_KINDS.includes(kind));
}
