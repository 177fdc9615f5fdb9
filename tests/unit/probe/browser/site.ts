/** A small site over real HTTP for a browser to look at. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status?: number;
  type?: string;
  body?: string;
  headers?: Record<string, string>;
  /** never answers */
  silent?: boolean;
}
export type Pages = Record<string, Answer>;

export interface Site {
  port: number;
  origin: string;
  stop: () => Promise<void>;
}

/** Serves the given paths; every other path is 404. With `tls`, over HTTPS. */
export async function startSite(pages: Pages, tls?: { cert: string; key: string }): Promise<Site> {
  const answer: http.RequestListener = (request, response) => {
    const page = pages[(request.url ?? '/').split('?')[0] ?? '/'] ?? {
      status: 404,
      type: 'text/plain',
      body: 'no such page',
    };
    if (page.silent) return;
    const type = page.type === '' ? {} : { 'content-type': page.type ?? 'text/html; charset=utf-8' };
    response.writeHead(page.status ?? 200, { ...type, ...page.headers });
    response.end(page.body ?? '');
  };
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port, origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, stop };
}
