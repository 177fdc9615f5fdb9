/** Sends the span of a decision to where OTEL_EXPORTER_OTLP_… names a receiver. Whatever comes of it, the decision stands. */
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { systemClock } from '../probe/clock.ts';
import { createClient } from '../probe/http/request.ts';
import { deliverTrace } from '../release/trace/deliver-trace.ts';
import type { TraceRequest } from '../release/trace/gate-span.ts';
import { type OtlpOptions, readOtlpOptions } from '../release/trace/otlp-options.ts';
import { plainLine } from '../run/plain-text.ts';
import type { CliContext } from './context.ts';

/** Never rejects. What went wrong is said on stderr, without a value of a header and without more of the address than its origin. */
export async function exportTrace(trace: TraceRequest, file: string, context: CliContext): Promise<void> {
  const options = readOtlpOptions(context.env);
  if (options === undefined) return;
  const say = (text: string): void => context.stderr(`${plainLine(text, 500)}\n`);
  if ('whyNot' in options) {
    say(`The span was not sent: ${options.whyNot}. It is kept: ${file}`);
    return;
  }
  for (const note of options.notes) say(`${note}.`);
  const why = await send(JSON.stringify(trace), options);
  if (why !== undefined)
    say(`The span was not delivered to ${new URL(options.url).origin}: ${why}. It is kept: ${file}`);
}

/** undefined = it was taken. */
async function send(body: string, options: OtlpOptions): Promise<string | undefined> {
  const { timeoutMs } = options;
  const clock = systemClock();
  const client = createClient({
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    ...{ clock, concurrency: 1, nonce: randomBytes(9).toString('base64url') },
    deadlines: { connect: timeoutMs, headers: timeoutMs, total: timeoutMs },
    maxBytes: 100_000,
  });
  try {
    const delivery = await deliverTrace(body, options, { client, clock, random: Math.random });
    return delivery.ok ? undefined : `${delivery.why} (attempts: ${delivery.attempts})`;
  } catch {
    // the message could hold what was sent
    return 'it could not be sent';
  } finally {
    client.close();
  }
}
