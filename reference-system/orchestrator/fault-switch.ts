import type { DnsServer } from '../edge/dns.ts';
import type { FrontendHost } from '../edge/frontend-host.ts';
import type { Site, TlsVariant } from '../edge/site.ts';
import type { TcpGate } from '../edge/tcp-gate.ts';
import type { RunningProvider } from '../provider/start-provider.ts';
import type { RouteFault } from '../route-fault-schema.ts';
import { waitForDatabase } from './database-recovery.ts';
import { type Fault, type FaultOf, faultsOf } from './faults.ts';
import type { Replica } from './replica.ts';
import type { Storage } from './storage.ts';

/** Everything that can be broken. */
export type FaultParts = {
  dns: DnsServer;
  sites: Site[];
  frontend: FrontendHost;
  setFrontendRoutes: (faults: RouteFault[]) => void;
  databaseGate: TcpGate;
  provider: RunningProvider;
  storage: Storage;
  replicas: () => Replica[];
};

/**
 * Brings every part into the state that the set asks for: the parts that it does not name are healthy afterwards.
 * When it returns, the next request sees the faults.
 */
export async function applyFaults(parts: FaultParts, faults: Fault[]): Promise<void> {
  parts.dns.setFaults(faultsOf(faults, 'dns'));
  parts.setFrontendRoutes(
    faultsOf(faults, 'route')
      .filter((fault) => fault.at === 'frontend')
      .map(toRouteFault),
  );
  parts.frontend.setTableFault(faults.map((fault) => fault.kind).find(isTableFault));
  parts.provider.setFault(faultsOf(faults, 'provider')[0]);
  const databaseOpen = faultsOf(faults, 'database').length === 0;
  const reopened = databaseOpen && !parts.databaseGate.isOpen();
  const redirecting = faultsOf(faults, 'redirect-missing').length === 0;
  for (const site of parts.sites) site.setRedirecting(redirecting);
  await Promise.all([
    ...parts.sites.map((site) => site.setTls(tlsVariant(faults, site.host))),
    parts.databaseGate.setOpen(databaseOpen),
    parts.storage.setFault(faultsOf(faults, 'storage')[0]?.action),
    ...parts.replicas().map((replica) => applyToReplica(replica, faults)),
  ]);
  if (reopened) await Promise.all(parts.replicas().map(waitForDatabase));
  parts.frontend.reconnect();
}

async function applyToReplica(replica: Replica, faults: Fault[]): Promise<void> {
  const own = faultsOf(faults, 'replica').filter((fault) => fault.replica === replica.index);
  const crashing = own.find((fault) => fault.action === 'crash-loop');
  replica.setCrashLoop(undefined);
  await replica.setRunning(!own.some((fault) => fault.action === 'stop'));
  const routes = faultsOf(faults, 'route').filter((fault) => fault.at === 'backend');
  await replica.setFaults(
    routes.filter((fault) => fault.replica === undefined || fault.replica === replica.index).map(toRouteFault),
  );
  if (crashing !== undefined) replica.setCrashLoop(crashing.everyMs ?? defaultCrashEveryMs);
}

const defaultCrashEveryMs = 2000;

function tlsVariant(faults: Fault[], host: string): TlsVariant {
  return faultsOf(faults, 'certificate').find((fault) => fault.host === host)?.variant ?? 'valid';
}

function toRouteFault(fault: FaultOf<'route'>): RouteFault {
  const { match, rate, after, times, action } = fault;
  return { match, rate, after, times, action };
}

function isTableFault(kind: Fault['kind']) {
  return kind === 'proxy-rule-missing' || kind === 'proxy-dead-host' || kind === 'proxy-spa-fallback';
}
