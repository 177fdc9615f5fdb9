/**
 * What one request came to: an answer, or the transport error that stood in its way.
 *
 * An answer is only ever whole: a body that was cut off, too large or not decodable is an error, never a short body.
 */
import type { z } from 'zod';
import type { attemptSchema } from '../schema.ts';

export type Attempt = z.output<typeof attemptSchema>;

export type TransportErrorKind =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'truncated'
  | 'too-large'
  | 'protocol';

export interface TransportError {
  readonly kind: TransportErrorKind;
  /** Node's or OpenSSL's code (ECONNREFUSED, CERT_HAS_EXPIRED), or the deadline that passed (connect, headers, total). */
  readonly code: string;
  /** A sentence without its full stop, in words that a person understands. */
  readonly message: string;
}

/** Milliseconds of each part; the first three are 0 on a reused connection. */
export interface Timing {
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly firstByteMs: number;
  readonly totalMs: number;
}

export interface Answer {
  readonly ok: true;
  readonly url: string;
  readonly method: string;
  readonly status: number;
  /** By lower-case name; repeated headers are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Every header line as it came: name, value, name, value … */
  readonly rawHeaders: readonly string[];
  /** Media type in lower case without parameters; "" where there is none. */
  readonly contentType: string;
  /** Decoded body. */
  readonly body: Buffer;
  /** The body as UTF-8; invalid bytes become U+FFFD. */
  text(): string;
  /** The body as JSON, strictly (RFC 8259). Throws SyntaxError that names what came instead. */
  json(): unknown;
  readonly timing: Timing;
  readonly remoteAddress: string;
  /** Whether a kept-alive connection carried it. */
  readonly reused: boolean;
  /** Nothing but the end of the connection ends the body (no length, not chunked): a cut cannot be noticed. */
  readonly closeDelimited: boolean;
  readonly attempts: readonly Attempt[];
}

export interface NoAnswer {
  readonly ok: false;
  readonly url: string;
  readonly method: string;
  readonly error: TransportError;
  readonly attempts: readonly Attempt[];
}

export type Exchange = Answer | NoAnswer;

/** All values of a header, one entry per line that came (set-cookie, duplicated access-control-allow-origin). */
export function headerValues(answer: Pick<Answer, 'rawHeaders'>, name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    if (answer.rawHeaders[index]?.toLowerCase() === wanted) values.push(answer.rawHeaders[index + 1] ?? '');
  }
  return values;
}

/** Milliseconds from the first attempt's start to the last one's end. */
export function durationOf(exchange: Exchange): number {
  return exchange.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
}
