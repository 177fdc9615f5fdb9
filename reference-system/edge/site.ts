import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server } from 'node:net';
import type { Authority, CertificateVariant, IssuedCertificate } from './ca.ts';

/** How a host's TLS is served: a certificate variant, or an old protocol with a good certificate. */
export type TlsVariant = CertificateVariant | 'tls1.0' | 'tls1.1';

/** What plain HTTP says instead of the permanent redirect; in `location`, `$url` is the https URL that was meant. */
export type PlainAnswer = { status: number; location?: string | undefined };

/** A server that should not be there any more: at another address, with the same name and port. */
export type SecondServer = { address: string; handle: Handle; certificate: CertificateVariant };

/** A public host: HTTPS, and plain HTTP that redirects to it. */
export type Site = {
  host: string;
  httpsPort: number;
  httpPort: number;
  setTls: (variant: TlsVariant) => Promise<void>;
  /** Without redirecting, plain HTTP serves the same content, as a host without the rule would. */
  setRedirecting: (redirecting: boolean) => void;
  /** undefined: redirects as it should. */
  setPlainAnswer: (answer: PlainAnswer | undefined) => void;
  /** Listens at another loopback address besides; undefined: nobody does. */
  setSecondServer: (second: SecondServer | undefined) => Promise<void>;
  stop: () => Promise<void>;
};

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/** Starts both listeners of `host` on loopback, each on a port of its own. */
export async function startSite(options: { host: string; authority: Authority; handle: Handle }): Promise<Site> {
  const { host, authority, handle } = options;
  const tls = toTlsOptions(await authority.issue(host, 'valid'), 'valid');
  // Longer than any client's keep-alive, so that the client is the one who closes.
  const secure = createHttpsServer({ ...tls, keepAliveTimeout: 75_000 }, handle);
  const httpsPort = await listen(secure);
  let redirecting = true;
  let plainAnswer: PlainAnswer | undefined;
  let second: (Server & { closeAllConnections: () => void }) | undefined;
  const plain = createHttpServer((req, res) => {
    if (!redirecting) return handle(req, res);
    const url = `https://${host}:${httpsPort}${req.url ?? '/'}`;
    const location = (plainAnswer === undefined ? '$url' : plainAnswer.location)?.replace('$url', () => url);
    const headers = { 'content-length': 0, ...(location === undefined ? {} : { location }) };
    res.writeHead(plainAnswer?.status ?? 308, headers).end();
  });
  const httpPort = await listen(plain);
  return {
    host,
    httpsPort,
    httpPort,
    setTls: async (variant) => {
      const certificate = await authority.issue(host, variant === 'tls1.0' || variant === 'tls1.1' ? 'valid' : variant);
      secure.setSecureContext(toTlsOptions(certificate, variant));
      secure.closeIdleConnections();
    },
    setRedirecting: (next) => {
      redirecting = next;
    },
    setPlainAnswer: (answer) => {
      plainAnswer = answer;
    },
    setSecondServer: async (next) => {
      const before = second;
      second = undefined;
      if (before !== undefined) await close(before);
      if (next === undefined) return;
      const options = toTlsOptions(await authority.issue(host, next.certificate), next.certificate);
      const server = createHttpsServer(options, next.handle);
      await listen(server, next.address, httpsPort);
      second = server;
    },
    stop: async () => {
      await Promise.all([secure, plain, ...(second === undefined ? [] : [second])].map(close));
    },
  };
}

/** OpenSSL 3 speaks old versions, and serves weak keys and signatures, on its lowest security level only. */
const weakCiphers = 'DEFAULT@SECLEVEL=0';

function toTlsOptions(certificate: IssuedCertificate, variant: TlsVariant) {
  switch (variant) {
    case 'tls1.0':
      return { ...certificate, minVersion: 'TLSv1' as const, maxVersion: 'TLSv1' as const, ciphers: weakCiphers };
    case 'tls1.1':
      return { ...certificate, minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const, ciphers: weakCiphers };
    case 'weak-key':
    case 'weak-signature':
      return { ...certificate, minVersion: 'TLSv1.2' as const, ciphers: weakCiphers };
    default:
      return { ...certificate, minVersion: 'TLSv1.2' as const };
  }
}

async function listen(server: Server, at = '127.0.0.1', port = 0): Promise<number> {
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, at, done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Failed to listen on 127.0.0.1: no TCP port.');
  return address.port;
}

async function close(server: Server & { closeAllConnections: () => void }): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  await closed;
}
