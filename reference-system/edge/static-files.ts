import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { sendProblem } from './problem.ts';

/** One file of a static build, held in memory: builds are small and this host serves one at a time. */
export type StaticFile = { body: Buffer; type: string; etag: string; cacheControl: string };

/** Files by URL path (`/index.html`, `/assets/app-1a2b3c4d.js`). */
export type StaticFiles = Map<string, StaticFile>;

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
const immutable = 'public, max-age=31536000, immutable';

/** What every answer of the static host carries (OWASP secure headers; HSTS per RFC 6797). */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; base-uri 'self'; form-action 'self'; object-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
};

/**
 * Reads a build from disk and stamps its HTML with the commit that is being deployed, as a host's build step does.
 * Files under `/assets/` have a hash in their name and never change.
 */
export async function readStaticFiles(dir: string, commit: string): Promise<StaticFiles> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (file): Promise<[string, StaticFile]> => {
    const path = `/${relative(dir, file).split(sep).join('/')}`;
    const body = stamp(path, await readFile(file), commit);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const type = types[extname(file)] ?? 'application/octet-stream';
    return [path, { body, type, etag, cacheControl: path.startsWith('/assets/') ? immutable : 'no-cache' }];
  });
  return new Map(await Promise.all(read));
}

function stamp(path: string, body: Buffer, commit: string): Buffer {
  if (!path.endsWith('.html')) return body;
  return Buffer.from(body.toString('utf8').replaceAll('__BUILD_SHA__', () => commit));
}

/** Answers with a file: 304 when the client has it, 405 for methods that would change it. */
export function sendFile(req: IncomingMessage, res: ServerResponse, file: StaticFile, status: number): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('allow', 'GET, HEAD');
    sendProblem(res, 405, 'Method not allowed', 'method-not-allowed');
    return;
  }
  const headers = { ...securityHeaders, etag: file.etag, 'cache-control': file.cacheControl };
  if (status === 200 && req.headers['if-none-match']?.includes(file.etag) === true) {
    res.writeHead(304, headers).end();
    return;
  }
  res.writeHead(status, { ...headers, 'content-type': file.type, 'content-length': file.body.length });
  res.end(req.method === 'HEAD' ? undefined : file.body);
}
