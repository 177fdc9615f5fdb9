/** Remembers every Set-Cookie line that a client is given, so that cookies are judged wherever in a run they appear. */
import { type Exchange, headerValues } from '../http/exchange.ts';
import type { Client } from '../http/request.ts';

export interface SeenCookie {
  /** Of the answer that set it. */
  readonly url: string;
  /** The header line as it came; holds a secret. */
  readonly line: string;
}

export interface CookieWatch {
  readonly client: Client;
  readonly seen: () => readonly SeenCookie[];
}

const MAX_SEEN = 1000;

export function watchCookies(client: Client): CookieWatch {
  const seen: SeenCookie[] = [];
  const remember = (exchange: Exchange): Exchange => {
    if (exchange.ok && seen.length < MAX_SEEN) {
      seen.push(...headerValues(exchange, 'set-cookie').map((line) => ({ url: exchange.url, line })));
    }
    return exchange;
  };
  return {
    client: { send: async (input) => remember(await client.send(input)), close: () => client.close() },
    seen: () => seen,
  };
}
