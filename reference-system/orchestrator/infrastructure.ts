import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createDatabaseFaults } from '../database/database-faults.ts';
import { createOtherDatabase } from '../database/other-database.ts';
import { startDatabase } from '../database/start-database.ts';
import { type Authority, openAuthority } from '../edge/ca.ts';
import { type OtherRecord, startDns } from '../edge/dns.ts';
import { createEdgeFaults } from '../edge/edge-faults.ts';
import { createFrontendHost } from '../edge/frontend-host.ts';
import { createLoadBalancer } from '../edge/load-balancer.ts';
import { startSite } from '../edge/site.ts';
import { startTcpGate } from '../edge/tcp-gate.ts';
import { startProvider } from '../provider/start-provider.ts';
import { createRouteFaults } from '../route-faults.ts';
import type { Cleanup } from './cleanup.ts';
import { createStorage } from './storage.ts';

export const zone = 'mosaic.test';
export const appHost = `app.${zone}`;
export const apiHost = `api.${zone}`;

const providerRequestsPerMinute = 1_000_000;

/** The API host and the front door, with names and certificates. Nothing is behind them before a deployment. */
export async function startEdge(stateDir: string, now: () => Date, cleanup: Cleanup) {
  const authority: Authority = await openAuthority(join(stateDir, 'ca'), now);
  const [dns, secondDns] = await Promise.all([startDns(createZone()), startDns(createZone())]);
  cleanup.add('the name servers', async () => {
    await Promise.all([dns.stop(), secondDns.stop()]);
  });
  const balancer = createLoadBalancer();
  cleanup.add('the load balancer', balancer.stop);
  const nowMs = (): number => performance.now();
  const edgeFaults = { app: createEdgeFaults(nowMs), api: createEdgeFaults(nowMs) };
  const api = await startSite({ host: apiHost, authority, handle: edgeFaults.api.wrap(balancer.handle) });
  cleanup.add('the API host', api.stop);
  const frontend = createFrontendHost({
    resolver: dns.address,
    caPem: authority.rootPem,
    ports: new Map([[apiHost, api.httpsPort]]),
  });
  cleanup.add('the front door proxy', frontend.stop);
  const routeFaults = createRouteFaults({ random: Math.random, nowMs });
  const app = await startSite({
    host: appHost,
    authority,
    handle: edgeFaults.app.wrap(routeFaults.wrap(frontend.handle)),
  });
  cleanup.add('the front door', app.stop);
  return { authority, dns, secondDns, balancer, api, frontend, routeFaults, edgeFaults, app };
}

/** Both name servers hold the same zone. */
function createZone() {
  const others: OtherRecord[] = [
    { type: 'CAA', data: { flags: 0, tag: 'issue', value: 'ca.mosaic.test' } },
    { type: 'TXT', data: 'v=spf1 -all' },
  ];
  const hosts = [appHost, apiHost];
  return {
    zone,
    records: new Map(hosts.map((host) => [host, ['127.0.0.1']])),
    others: new Map(hosts.map((host) => [host, others])),
  };
}

/** What the backend depends on: database (behind a gate that can be shut), AI provider, upload folder. */
export async function startDependencies(
  options: {
    stateDir: string;
    cacheDir: string;
    databaseUrl: string | undefined;
    isRoot: boolean;
    controlToken: string;
    migrations: string;
  },
  now: () => Date,
  cleanup: Cleanup,
) {
  const { stateDir, cacheDir, databaseUrl } = options;
  await mkdir(cacheDir, { recursive: true });
  const apiKey = randomBytes(24).toString('base64url');
  const [database, provider, storage] = await Promise.all([
    startDatabase({ stateDir, cacheDir, databaseUrl }),
    startProvider({
      apiKey,
      controlToken: options.controlToken,
      requestsPerMinute: providerRequestsPerMinute,
      nowMs: () => now().getTime(),
    }),
    createStorage(join(stateDir, 'uploads'), options.isRoot),
  ]);
  cleanup.add('the upload folder', () => storage.setFault(undefined));
  cleanup.add('the database', () => database.stop());
  cleanup.add('the AI provider', () => provider.stop());
  const address = new URL(database.url);
  const databaseGate = await startTcpGate({ host: address.hostname, port: Number(address.port || '5432') });
  cleanup.add('the database gate', databaseGate.stop);
  const other = createOtherDatabase({ stateDir, cacheDir, migrations: options.migrations });
  const databaseFaults = createDatabaseFaults({ gate: databaseGate, url: database.url, other });
  cleanup.add('the faults of the database', databaseFaults.stop);
  address.hostname = '127.0.0.1';
  address.port = String(databaseGate.port);
  return { databaseUrl: address.href, serverUrl: database.url, databaseFaults, provider, apiKey, storage };
}
