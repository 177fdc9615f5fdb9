import type { Exchange } from '../../../../src/probe/http/exchange.ts';

/** `kind/code` of what came instead of an answer. */
export function errorOf(exchange: Exchange): string {
  if (exchange.ok) throw new Error(`answered ${exchange.status}`);
  return `${exchange.error.kind}/${exchange.error.code}`;
}
