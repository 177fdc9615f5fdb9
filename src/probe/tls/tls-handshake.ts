/** TLS connections that carry no data: one verifies as every client does, one only reads what is presented. */
import { isIP, type LookupFunction } from 'node:net';
import tls from 'node:tls';
import type { TransportError } from '../http/exchange.ts';
import { type Phase, toTransportError } from '../http/transport-error.ts';

export type TlsVersion = tls.SecureVersion;

export interface HandshakeTarget {
  readonly host: string;
  readonly port: number;
  readonly lookup: LookupFunction;
  readonly timeoutMs: number;
}

/** What a server presented, whether it can be trusted or not. */
export interface Presented {
  readonly ok: true;
  /** "TLSv1.3" */
  readonly protocol: string;
  /** Why it cannot be trusted; undefined = chain, dates and name are right. */
  readonly distrust: string | undefined;
  readonly certificate: tls.PeerCertificate;
}

export type Handshake = Presented | { readonly ok: false; readonly error: TransportError };

export interface HandshakeOptions {
  /** PEM text of a CA to trust besides the public ones. */
  readonly ca: string | undefined;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
}

/** Connects with every check on: a certificate that cannot be trusted is an error. */
export function handshake(target: HandshakeTarget, options: HandshakeOptions): Promise<Handshake> {
  return connect(target, { secureContext: tls.createSecureContext(toContext(options)) });
}

/** Reads what a server presents in any version of TLS up to `maxVersion`; nothing but the certificate is read. */
export function readCertificate(
  target: HandshakeTarget,
  ca: string | undefined,
  maxVersion: TlsVersion = 'TLSv1.3',
): Promise<Handshake> {
  const context = toContext({ ca, minVersion: 'TLSv1', maxVersion });
  // A verifying connection is gone before an expired or foreign certificate can be named. This one is never used for data.
  return connect(target, { secureContext: tls.createSecureContext(context), rejectUnauthorized: false });
}

/** OpenSSL 3 speaks TLS 1.0 and 1.1 at security level 0 only; without it every server would seem to refuse them. */
function toContext({ ca, minVersion, maxVersion }: HandshakeOptions): tls.SecureContextOptions {
  const old = minVersion === 'TLSv1' || minVersion === 'TLSv1.1';
  return {
    minVersion,
    maxVersion,
    ...(ca === undefined ? {} : { ca: [...tls.getCACertificates('default'), ca] }),
    ...(old ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
  };
}

function connect(target: HandshakeTarget, options: tls.ConnectionOptions): Promise<Handshake> {
  const { host, port, lookup, timeoutMs } = target;
  const address = host.replace(/^\[|\]$/g, '');
  const where = `${host}:${port}`;
  return new Promise((resolve) => {
    let phase: Phase = isIP(address) === 0 ? 'resolving' : 'connecting';
    const servername = isIP(address) === 0 ? { servername: address } : {};
    const socket = tls.connect({ host: address, port, lookup, ...servername, ...options });
    const timer = setTimeout(
      () => fail({ kind: 'timeout', code: phase, message: `no TLS connection to ${where} within ${timeoutMs} ms` }),
      timeoutMs,
    );
    function end(result: Handshake): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    }
    function fail(error: TransportError): void {
      end({ ok: false, error });
    }
    socket.once('lookup', (error: Error | null) => {
      if (error === null) phase = 'connecting';
    });
    socket.once('connect', () => {
      phase = 'securing';
    });
    socket.on('error', (error) => fail(toTransportError(error, phase, where)));
    socket.once('close', () => fail({ kind: 'tls', code: 'CLOSED', message: `${where} closed the connection` }));
    socket.once('secureConnect', () => {
      const distrust = socket.authorized ? undefined : codeOf(socket.authorizationError);
      end({
        ok: true,
        protocol: socket.getProtocol() ?? 'unknown',
        distrust,
        certificate: socket.getPeerCertificate(),
      });
    });
  });
}

/** Node's types say Error; at run time it is the code alone, or an Error that has one. */
function codeOf(error: Error | string | null): string {
  if (error === null || typeof error === 'string') return error ?? 'UNKNOWN';
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
