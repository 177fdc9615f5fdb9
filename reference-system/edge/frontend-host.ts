import { type IncomingMessage, request as requestPlain, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import { createLookup } from './dns-lookup.ts';
import { sendProblem } from './problem.ts';
import { isProxyRule, matchRedirect, type RedirectMatch, type RedirectRule } from './redirects.ts';
import { type StaticFile, type StaticFiles, securityHeaders, sendFile } from './static-files.ts';
import { forward, forwardedFor, forwardedHeaders } from './streaming-proxy.ts';

/** How the redirect table is broken. */
export type TableFault = 'proxy-rule-missing' | 'proxy-dead-host' | 'proxy-spa-fallback';

/** What a deployment puts onto the host. */
export type PublishedSite = { files: StaticFiles; rules: RedirectRule[] };

/** The static host with its redirect table. */
export type FrontendHost = {
  handle: (req: IncomingMessage, res: ServerResponse) => void;
  publish: (site: PublishedSite) => void;
  setTableFault: (fault: TableFault | undefined) => void;
  /** Sends what the table proxies to this http URL instead, or some of it (`share`); undefined: where the table says. */
  setUpstream: (other: { url: string; share: number } | undefined) => void;
  /** Changes path and query on their way to the upstream. */
  setRewrite: (rule: { pattern: string; to: string } | undefined) => void;
  /** How long an upstream may be silent before it is 504; undefined: as long as is healthy. */
  setUpstreamTimeout: (ms: number | undefined) => void;
  /** Drops idle upstream connections, so that a changed name or certificate is seen by the next request. */
  reconnect: () => void;
  stop: () => void;
};

/** `ports` are those of the rig: its hosts do not listen on 443. */
export type FrontendHostOptions = { resolver: string; caPem: string; ports: Map<string, number> };

const idleTimeoutMs = 30_000;
const notFoundPage: StaticFile = {
  body: Buffer.from('<!doctype html><html lang="en"><title>Page not found</title><h1>Page not found</h1></html>\n'),
  type: 'text/html; charset=utf-8',
  etag: '"not-found"',
  cacheControl: 'no-cache',
};

/**
 * Serves a build and proxies by its table: an existing file wins, then the first rule that matches, then 404.
 * Upstream names go through `resolver`, upstream certificates are verified against `caPem`.
 */
export function createFrontendHost(options: FrontendHostOptions): FrontendHost {
  const lookup = createLookup(options.resolver, { timeoutMs: 1000, tries: 2 });
  const createAgent = (): Agent =>
    new Agent({ keepAlive: true, maxSockets: 128, maxFreeSockets: 64, ca: options.caPem, lookup });
  let agent = createAgent();
  let site: PublishedSite = { files: new Map(), rules: [] };
  let fault: TableFault | undefined;
  let rules: RedirectRule[] = [];
  let other: { url: string; share: number } | undefined;
  let rewrite: { pattern: string; to: string } | undefined;
  let silenceMs = idleTimeoutMs;
  let turn = 0;
  /** Deterministic: a share of 0.5 is every second request. */
  const goesAstray = (): boolean => {
    if (other === undefined) return false;
    const before = Math.floor(turn * other.share);
    turn += 1;
    return Math.floor(turn * other.share) > before;
  };
  const applyFault = (): void => {
    rules = breakTable(site.rules, fault);
  };
  const proxy = (req: IncomingMessage, res: ServerResponse, match: RedirectMatch, query: string): void => {
    const target = splitTarget(match.target);
    const port = target.port ?? options.ports.get(target.host) ?? 443;
    const headers = forwardedHeaders(req, {
      host: `${target.host}:${port}`,
      'x-forwarded-for': forwardedFor(req),
      'x-forwarded-proto': 'https',
      'x-forwarded-host': req.headers.host ?? '',
    });
    const upstream =
      other !== undefined && goesAstray()
        ? { request: requestPlain, options: { host: '127.0.0.1', port: new URL(other.url).port } }
        : { request, options: { host: target.host, port, agent } };
    const meant = target.path + query;
    const path = rewrite === undefined ? meant : meant.replace(new RegExp(rewrite.pattern), rewrite.to);
    forward(req, res, { upstreams: [upstream], path, headers, idleTimeoutMs: silenceMs });
  };
  return {
    handle: (req, res) => {
      const { path, query } = splitUrl(req.url ?? '');
      if (path === undefined) return sendProblem(res, 400, 'Malformed request target', 'malformed-target');
      const file = site.files.get(path);
      if (file !== undefined && path !== '/index.html') return sendFile(req, res, file, 200);
      const match = path === '/' ? undefined : matchRedirect(rules, path);
      if (match !== undefined && isProxyRule(match.rule)) return proxy(req, res, match, query);
      serveLocally(req, res, site.files, match, path);
    },
    publish: (next) => {
      site = next;
      applyFault();
    },
    setTableFault: (next) => {
      fault = next;
      applyFault();
    },
    setUpstream: (next) => {
      other = next;
      turn = 0;
    },
    setRewrite: (rule) => {
      rewrite = rule;
    },
    setUpstreamTimeout: (ms) => {
      silenceMs = ms ?? idleTimeoutMs;
    },
    reconnect: () => {
      const old = agent;
      agent = createAgent();
      // Requests in flight keep their connection and close it when they are done.
      Object.assign(old, { keepAlive: false, maxFreeSockets: 0 });
      for (const sockets of Object.values(old.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    },
    stop: () => agent.destroy(),
  };
}

function serveLocally(
  req: IncomingMessage,
  res: ServerResponse,
  files: StaticFiles,
  match: RedirectMatch | undefined,
  path: string,
): void {
  const status = match?.rule.status ?? (path === '/' || path === '/index.html' ? 200 : 404);
  const missing = files.get('/404.html') ?? notFoundPage;
  const file = status === 200 ? files.get(match?.target ?? '/index.html') : undefined;
  if (file !== undefined) sendFile(req, res, file, 200);
  else if (match === undefined || status === 200 || status === 404) sendFile(req, res, missing, 404);
  else res.writeHead(status, { ...securityHeaders, location: match.target, 'content-length': 0 }).end();
}

/** The table as it is when somebody has broken it in one of the ways that happen. */
function breakTable(rules: RedirectRule[], fault: TableFault | undefined): RedirectRule[] {
  switch (fault) {
    case undefined:
      return rules;
    case 'proxy-spa-fallback':
      return rules.filter((rule) => !isProxyRule(rule));
    case 'proxy-rule-missing':
      return rules.map((rule) => (isProxyRule(rule) ? { ...rule, to: '/404.html', status: 404 } : rule));
    case 'proxy-dead-host':
      // A name in the zone that has no record: the provider's host is gone.
      return rules.map((rule) => (isProxyRule(rule) ? { ...rule, to: rule.to.replace('://api.', '://gone.') } : rule));
  }
}

function splitUrl(url: string): { path: string | undefined; query: string } {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = mark === -1 ? '' : url.slice(mark);
  // Dot segments would let a path match one rule here and mean another one upstream.
  const sound = path.startsWith('/') && !/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path);
  return { path: sound ? path : undefined, query };
}

function splitTarget(target: string): { host: string; port: number | undefined; path: string } {
  const rest = target.slice('https://'.length);
  const slash = rest.indexOf('/');
  const [host = '', port] = rest.slice(0, slash).split(':');
  return { host, port: port === undefined ? undefined : Number(port), path: rest.slice(slash) };
}
