/** One attempt over HTTP: it arrived where the answer says so in the words of the receiver's API, and nowhere else. */
import type { Clock } from '../../probe/clock.ts';
import { readRetryAfter } from '../../probe/flow/pace.ts';
import type { Answer } from '../../probe/http/exchange.ts';
import { isPassing } from '../../probe/http/passing-trouble.ts';
import type { Client } from '../../probe/http/request.ts';
import { plainLine } from '../../run/plain-text.ts';
import type { HttpForm } from './adapters/http-form.ts';
import type { Tried } from './send.ts';

export interface HttpTools {
  readonly client: Client;
  readonly clock: Pick<Clock, 'now'>;
  readonly redact: (text: string) => string;
  /** of one attempt, milliseconds */
  readonly deadlineMs: number;
}

const MAX_SAID = 200;

/** Never rejects. */
export async function attemptHttp(toForm: (now: Date) => HttpForm, tools: HttpTools): Promise<Tried> {
  const { client, clock, redact, deadlineMs } = tools;
  const { url, headers, body, whyNot } = toForm(clock.now());
  const deadlines = { connect: deadlineMs, headers: deadlineMs, total: deadlineMs };
  // its own second try and patience are off: attempts are counted and recorded here
  const exchange = await client.send({
    ...{ url, method: 'POST', headers, body, deadlines },
    ...{ retry: false, patient: false, fresh: true },
  });
  if (!exchange.ok) return { ok: false, why: redact(exchange.error.message), passing: isPassing(exchange.error.kind) };
  const why = whyNot(exchange);
  if (why === undefined) return { ok: true };
  const { status } = exchange;
  const isLimited = status === 429 || status === 503;
  return {
    ok: false,
    why: redact(`${why}${said(exchange)}`),
    // RFC 9110 §15.5: another 4xx is about the request, and the next one would be the same
    passing: status === 429 || status >= 500,
    retryAfterMs: isLimited ? readRetryAfter(exchange.headers['retry-after'], clock) : undefined,
  };
}

/** The beginning of what a receiver says about a refusal: it is what helps. */
function said(answer: Answer): string {
  const text = plainLine(answer.text().slice(0, 10 * MAX_SAID), MAX_SAID);
  return text === '' ? '' : `: ${text}`;
}
