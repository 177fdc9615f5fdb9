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
  if (state === 'pending' && !isModule(resource)) return `${name} had not arrived by the deadline`;
  // An answer says more than the browser's "aborted", which is all that a module script of the wrong status or type gets.
  if (status !== null && status >= 400) return `${name} answered ${status}`;
  if (contentType === 'text/html') {
    return `${name} is an HTML page: the file is missing and a fallback page was served in its place`;
  }
  // Fetched by a script, which may drop it, or compile what comes as another type in a way of its own.
  if (isModule(resource)) return null;
  if (state === 'failed') return `${name} failed: ${resource.failure ?? 'no reason given'}`;
  // Redirects are followed; each hop is a resource of its own.
  if (status !== null && status >= 300) return null;
  if (status === null || status < 200) return `${name} has no usable status (${status ?? 'none'})`;
  if (contentType === null) return `${name} has no content type`;
  const right = RIGHT_TYPES[resource.kind];
  return right?.test(contentType) ? null : `${name} has the wrong type ${contentType}`;
}

/** WebAssembly: of the resource types none is its own. */
function isModule({ kind, url }: Resource): boolean {
  return !ASSET_KINDS.includes(kind) && kind !== 'document' && /\.wasm(?:[?#]|$)/.test(url);
}

export function assetsOf(resources: readonly Resource[]): Resource[] {
  return resources.filter((resource) => ASSET_KINDS.includes(resource.kind) || isModule(resource));
}
