import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server } from 'node:net';
import type { Authority, CertificateVariant, IssuedCertificate } from './ca.ts';

/** How a host's TLS is served: a certificate variant, or an old protocol with a good certificate. */
export type TlsVariant = CertificateVariant | 'tls1.1';

/** A public host: HTTPS, and plain HTTP that redirects to it. */
export type Site = {
  host: string;
  httpsPort: number;
  httpPort: number;
  setTls: (variant: TlsVariant) => Promise<void>;
  /** Without redirecting, plain HTTP serves the same content, as a host without the rule would. */
  setRedirecting: (redirecting: boolean) => void;
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
  const plain = createHttpServer((req, res) => {
    if (!redirecting) return handle(req, res);
    res.writeHead(308, { location: `https://${host}:${httpsPort}${req.url ?? '/'}`, 'content-length': 0 }).end();
  });
  const httpPort = await listen(plain);
  return {
    host,
    httpsPort,
    httpPort,
    setTls: async (variant) => {
      const certificate = await authority.issue(host, variant === 'tls1.1' ? 'valid' : variant);
      secure.setSecureContext(toTlsOptions(certificate, variant));
      secure.closeIdleConnections();
    },
    setRedirecting: (next) => {
      redirecting = next;
    },
    stop: async () => {
      await Promise.all([close(secure), close(plain)]);
    },
  };
}

function toTlsOptions(certificate: IssuedCertificate, variant: TlsVariant) {
  if (variant !== 'tls1.1') return { ...certificate, minVersion: 'TLSv1.2' as const };
  // OpenSSL 3 speaks TLS 1.1 on its lowest security level only.
  const old = { minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const, ciphers: 'DEFAULT@SECLEVEL=0' };
  return { ...certificate, ...old };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Failed to listen on 127.0.0.1: no TCP port.');
  return address.port;
}

async function close(server: Server & { closeAllConnections: () => void }): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  await closed;
}
