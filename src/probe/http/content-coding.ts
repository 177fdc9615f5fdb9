/** Undoes content codings under a cap on the decoded size, so that a few kilobytes cannot become gigabytes. */
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { TransportError } from './exchange.ts';

/** What `accept-encoding` asks for: exactly the codings that `decodeBody` knows. */
export const ACCEPTED_CODINGS = 'gzip, br';

type Decode = (
  raw: Buffer,
  options: { maxOutputLength: number },
  done: (error: Error | null, body: Buffer) => void,
) => void;

/** Looked up when an answer is coded: loading the decoders takes a while. */
const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: (...args) => gunzip(...args),
  'x-gzip': (...args) => gunzip(...args),
  br: (...args) => brotliDecompress(...args),
  deflate: (...args) => inflate(...args),
};

export type Decoded = { readonly body: Buffer } | { readonly error: TransportError };

/** `coding` = the content-encoding header ("" or identity = none). Codings that were not asked for are an error. */
export async function decodeBody(raw: Buffer, coding: string, maxBytes: number): Promise<Decoded> {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity' || raw.length === 0) return { body: raw };
  const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (decode === undefined) {
    return { error: { kind: 'protocol', code: 'UNKNOWN_CODING', message: `the body is coded as "${name}"` } };
  }
  return new Promise((resolve) => {
    decode(raw, { maxOutputLength: maxBytes }, (error, body) => {
      resolve(error === null ? { body } : { error: toError(error, name, maxBytes) });
    });
  });
}

/** The error for a body over the cap; the same words whether it came plain or coded. */
export function tooLarge(maxBytes: number): TransportError {
  return { kind: 'too-large', code: 'TOO_LARGE', message: `the body is larger than ${maxBytes} bytes` };
}

function toError(error: NodeJS.ErrnoException, name: string, maxBytes: number): TransportError {
  if (error.code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes);
  const code = error.code ?? 'CODING';
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(error.message)) {
    return { kind: 'truncated', code, message: `the ${name} body ends too early` };
  }
  return { kind: 'protocol', code, message: `the body is not ${name}, though content-encoding says so` };
}
