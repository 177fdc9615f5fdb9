/** Turns what Node reports into one of the closed kinds of transport errors, in words. */
import type { TransportError } from './exchange.ts';

/** How far a request had come. */
export type Phase = 'resolving' | 'connecting' | 'securing' | 'sent' | 'answering';

const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate chain is incomplete, or its authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate chain is incomplete, or its authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate chain is incomplete',
};

/** `host` is "name:port". */
export function toTransportError(error: unknown, phase: Phase, host: string): TransportError {
  const { code, detail } = toCodeAndDetail(error);
  switch (phase) {
    case 'resolving':
      return { kind: 'dns', code, message: `${host} could not be resolved (${detail})` };
    case 'connecting':
      return { kind: 'connect', code, message: connectWords(code, detail, host) };
    case 'securing':
      return { kind: 'tls', code, message: tlsWords(code, detail, host) };
    case 'sent':
    case 'answering':
      if (code.startsWith('HPE_')) return { kind: 'protocol', code, message: protocolWords(code, detail) };
      if (phase === 'answering') return truncated(code);
      return { kind: 'reset', code, message: `${host} closed the connection without an answer (${code})` };
    default:
      return phase satisfies never;
  }
}

export function truncated(code: string): TransportError {
  return { kind: 'truncated', code, message: 'the answer was cut off before its end' };
}

export function timedOut(deadline: 'connect' | 'headers' | 'total', limitMs: number): TransportError {
  const what = {
    connect: `no connection within ${limitMs} ms`,
    headers: `no answer within ${limitMs} ms`,
    total: `the answer was not complete within ${limitMs} ms`,
  }[deadline];
  return { kind: 'timeout', code: deadline, message: what };
}

function toCodeAndDetail(error: unknown): { code: string; detail: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return toCodeAndDetail(error.errors[0]);
  if (!(error instanceof Error)) return { code: 'UNKNOWN', detail: String(error) };
  const code = (error as NodeJS.ErrnoException).code ?? error.name;
  return { code, detail: error.message.replaceAll(/\s+/g, ' ').slice(0, 200) };
}

function connectWords(code: string, detail: string, host: string): string {
  if (code === 'ECONNREFUSED') return `${host} refuses connections`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `there is no route to ${host} (${code})`;
  return `no connection to ${host} (${detail})`;
}

function tlsWords(code: string, detail: string, host: string): string {
  const words = CERTIFICATE_WORDS[code];
  if (words !== undefined) return `the TLS connection to ${host} was refused: ${words} (${code})`;
  return `no TLS connection to ${host} (${detail})`;
}

function protocolWords(code: string, detail: string): string {
  if (code === 'HPE_HEADER_OVERFLOW') return 'the answer has more than 16 KiB of headers';
  return `the answer is not valid HTTP (${detail})`;
}
