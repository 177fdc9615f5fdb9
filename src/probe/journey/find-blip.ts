/** A connection that broke once says nothing yet: what got no answer is asked again, over the wire, when the journey is over. */
import type { ProbeContext } from '../context.ts';

/** A request of the browser that ended without an answer. */
export interface LostRequest {
  readonly method: string;
  /** as it was sent; it is not kept */
  readonly url: string;
  /** the same without anything secret */
  readonly shown: string;
  /** the browser's own words */
  readonly failure: string;
}

const MAX_ASKED = 5;
/** Left by the page itself: no trouble of anybody's. */
export const CANCELLED = /ERR_ABORTED|NS_BINDING_ABORTED|cancelled/i;

/**
 * A sentence about the first lost request, where there is one and all of them get an answer now; undefined where nothing was
 * lost, or something is still not answered. Only looks: whatever the request was, it is asked with GET.
 */
export async function findBlip(
  lost: readonly LostRequest[],
  hosts: readonly string[],
  { client }: Pick<ProbeContext, 'client'>,
): Promise<string | undefined> {
  const own = lost.filter(({ url, failure }) => hosts.includes(new URL(url).host) && !CANCELLED.test(failure));
  const [first] = own;
  if (first === undefined) return undefined;
  const urls = [...new Set(own.map(({ url }) => url))].slice(0, MAX_ASKED);
  const exchanges = await Promise.all(urls.map((url) => client.send({ url, fresh: true })));
  if (!exchanges.every(({ ok }) => ok)) return undefined;
  return `${first.method} ${first.shown} got no answer (${first.failure})`;
}
