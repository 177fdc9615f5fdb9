/** Asks what cannot change anything, so a second try after a transport error is allowed whatever the method is. */
import type { ProbeContext } from './context.ts';
import type { Exchange, TransportErrorKind } from './exchange.ts';
import type { SendInput } from './request.ts';

const RETRIED: ReadonlySet<TransportErrorKind> = new Set(['connect', 'reset', 'truncated']);

/** One retry, recorded in `attempts` (the client itself retries idempotent methods only). */
export async function askHarmless({ client }: Pick<ProbeContext, 'client'>, input: SendInput): Promise<Exchange> {
  const first = await client.send(input);
  if (first.ok || first.attempts.length > 1 || !RETRIED.has(first.error.kind)) return first;
  const second = await client.send({ ...input, retry: false });
  return { ...second, attempts: [...first.attempts, ...second.attempts] };
}
