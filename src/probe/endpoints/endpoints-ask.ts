/** Asks what cannot change anything, so a second try after a transport error is allowed whatever the method is. */
import { type ProbeContext, urlAt } from '../context.ts';
import type { Exchange, TransportErrorKind } from '../http/exchange.ts';
import type { SendInput } from '../http/request.ts';

const RETRIED: ReadonlySet<TransportErrorKind> = new Set(['connect', 'reset', 'truncated']);

/** URLs of a path where users ask, and at each replica of the service that has an address: one bad replica of two hides. */
export function everyUrl(system: ProbeContext['system'], at: string, service: string, pathAndQuery: string): string[] {
  const { replicas = [] } = system.environment.services[service] ?? {};
  return [urlAt(system, at, pathAndQuery), ...replicas.map((url) => `${url.replace(/\/+$/, '')}${pathAndQuery}`)];
}

/** One retry, recorded in `attempts` (the client itself retries idempotent methods only). */
export async function askHarmless({ client }: Pick<ProbeContext, 'client'>, input: SendInput): Promise<Exchange> {
  const first = await client.send(input);
  if (first.ok || first.attempts.length > 1 || !RETRIED.has(first.error.kind)) return first;
  const second = await client.send({ ...input, retry: false });
  return { ...second, attempts: [...first.attempts, ...second.attempts] };
}
