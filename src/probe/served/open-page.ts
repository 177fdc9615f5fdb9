/** A page as any visitor gets it, over redirects of its own host. */
import type { ProbeContext } from '../context.ts';
import type { Exchange } from '../http/exchange.ts';

const MAX_REDIRECTS = 5;

/** The last answer: a redirect itself where it leads to another host, or on for ever. */
export async function openPage({ client }: Pick<ProbeContext, 'client'>, url: string): Promise<Exchange> {
  const headers = { accept: 'text/html' };
  let exchange = await client.send({ url, headers });
  for (let hop = 0; hop < MAX_REDIRECTS && exchange.ok; hop += 1) {
    const location = exchange.status >= 300 && exchange.status < 400 ? exchange.headers['location'] : undefined;
    if (location === undefined || !URL.canParse(location, exchange.url)) break;
    const to = new URL(location, exchange.url);
    if (to.host !== new URL(url).host) break;
    exchange = await client.send({ url: to.href, headers });
  }
  return exchange;
}
