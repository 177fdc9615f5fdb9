import { type RequestListener, request } from 'node:http';
import type { EdgeFaults } from '../edge/edge-faults.ts';
import type { FrontendHost } from '../edge/frontend-host.ts';
import type { Site } from '../edge/site.ts';
import { forward, forwardedHeaders } from '../edge/streaming-proxy.ts';
import { type Fault, type FaultOf, faultsOf } from './faults.ts';
import type { OldRelease } from './old-release.ts';

/** The parts of the way to the backend that can be broken by themselves. */
export type EdgeParts = {
  sites: Site[];
  edgeFaults: { app: EdgeFaults; api: EdgeFaults };
  frontend: FrontendHost;
  oldRelease: OldRelease;
};

const idleTimeoutMs = 30_000;

/** Brings proxy, redirects and second servers into the state that the set asks for. */
export async function applyEdgeFaults(parts: EdgeParts, faults: Fault[]): Promise<void> {
  for (const at of ['app', 'api'] as const)
    parts.edgeFaults[at].replace(faultsOf(faults, 'edge').filter((fault) => fault.at === at));
  const [stale] = faultsOf(faults, 'stale-upstream');
  const url = stale === undefined ? undefined : await parts.oldRelease.start();
  parts.frontend.setUpstream(url === undefined ? undefined : { url, share: stale?.share ?? 1 });
  parts.frontend.setRewrite(faultsOf(faults, 'proxy-rewrite')[0]);
  parts.frontend.setUpstreamTimeout(faultsOf(faults, 'proxy-timeout')[0]?.ms);
  for (const site of parts.sites)
    site.setPlainAnswer(faultsOf(faults, 'plain-http').find(({ host }) => host === site.host));
  const seconds = faultsOf(faults, 'second-server');
  await Promise.all(
    parts.sites.map(async (site) => {
      const second = seconds.find(({ host }) => host === site.host);
      await site.setSecondServer(second === undefined ? undefined : await toServer(second, parts.oldRelease));
    }),
  );
  const needsOld = stale !== undefined || seconds.some(({ serves }) => serves === 'old-release');
  if (!needsOld) await parts.oldRelease.stop();
}

async function toServer(fault: FaultOf<'second-server'>, old: OldRelease) {
  const { address, certificate = 'valid' } = fault;
  if (fault.serves === 'page') {
    const body = '<!doctype html><html lang="en"><title>Parked</title><body>This domain is parked.</body></html>';
    const handle: RequestListener = (_, res) =>
      void res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);
    return { address, certificate, handle };
  }
  const { hostname, port } = new URL(await old.start());
  const upstreams = [{ request, options: { host: hostname, port } }];
  const handle: RequestListener = (req, res) =>
    forward(req, res, { upstreams, path: req.url ?? '/', headers: forwardedHeaders(req, {}), idleTimeoutMs });
  return { address, certificate, handle };
}
