import type { DatabaseFaults } from '../database/database-faults.ts';
import type { DnsServer } from '../edge/dns.ts';
import type { LoadBalancer } from '../edge/load-balancer.ts';
import type { TlsVariant } from '../edge/site.ts';
import type { RunningProvider } from '../provider/start-provider.ts';
import type { RouteFault } from '../route-fault-schema.ts';
import { waitForDatabase } from './database-recovery.ts';
import { applyEdgeFaults, type EdgeParts } from './edge-switch.ts';
import { type Fault, type FaultOf, faultsOf } from './faults.ts';
import type { Replica } from './replica.ts';
import type { Storage } from './storage.ts';

/** Everything that can be broken. */
export type FaultParts = EdgeParts & {
  dns: DnsServer;
  secondDns: DnsServer;
  balancer: LoadBalancer;
  setFrontendRoutes: (faults: RouteFault[]) => void;
  databaseFaults: DatabaseFaults;
  provider: RunningProvider;
  storage: Storage;
  replicas: () => Replica[];
  /** Folder with the code of release A under the name of the release that is deployed. */
  oldCode: () => Promise<string>;
};

/**
 * Brings every part into the state that the set asks for: the parts that it does not name are healthy afterwards.
 * When it returns, the next request sees the faults.
 */
export async function applyFaults(parts: FaultParts, faults: Fault[]): Promise<void> {
  parts.dns.setFaults(faultsOf(faults, 'dns').filter(({ resolver }) => resolver !== 2));
  parts.secondDns.setFaults(faultsOf(faults, 'dns').filter(({ resolver }) => resolver !== 1));
  parts.setFrontendRoutes(
    faultsOf(faults, 'route')
      .filter((fault) => fault.at === 'frontend')
      .map(toRouteFault),
  );
  parts.balancer.setReplicas(inRotation(parts.replicas(), faults).map(({ url }) => url));
  parts.frontend.setTableFault(faults.map((fault) => fault.kind).find(isTableFault));
  parts.provider.setFault(faultsOf(faults, 'provider')[0]);
  const redirecting = faultsOf(faults, 'redirect-missing').length === 0;
  for (const site of parts.sites) site.setRedirecting(redirecting);
  const [databaseIs] = await Promise.all([
    parts.databaseFaults.apply({
      faults: faultsOf(faults, 'database'),
      changes: faultsOf(faults, 'schema').map((fault) => fault.change),
    }),
    ...parts.sites.map((site) => site.setTls(tlsVariant(faults, site.host))),
    parts.storage.setFault(faultsOf(faults, 'storage')[0]?.action),
    ...parts.replicas().map((replica) => applyToReplica(parts, replica, faults)),
    applyEdgeFaults(parts, faults),
  ]);
  if (databaseIs !== 'as-before') {
    const isWhole = databaseIs === 'healed';
    await Promise.all(parts.replicas().map((replica) => waitForDatabase(replica, isWhole)));
  }
  parts.frontend.reconnect();
}

async function applyToReplica(parts: FaultParts, replica: Replica, faults: Fault[]): Promise<void> {
  const own = faultsOf(faults, 'replica').filter((fault) => fault.replica === replica.index);
  const crashing = own.find((fault) => fault.action === 'crash-loop');
  replica.setCrashLoop(undefined);
  const hits = (fault: { replica?: number | undefined }): boolean =>
    fault.replica === undefined || fault.replica === replica.index;
  const old = faultsOf(faults, 'old-code').some(hits) ? { RELEASE_DIR: await parts.oldCode() } : {};
  const changed = faultsOf(faults, 'environment').filter(hits);
  await replica.setVariables(Object.assign(old, ...changed.map((fault) => fault.set)));
  await replica.setRunning(!own.some((fault) => fault.action === 'stop'));
  const routes = faultsOf(faults, 'route').filter((fault) => fault.at === 'backend');
  await replica.setFaults(routes.filter(hits).map(toRouteFault));
  await replica.setBehaviours(
    faultsOf(faults, 'behaviour')
      .filter(hits)
      .map((fault) => fault.behaviour),
  );
  if (crashing !== undefined) replica.setCrashLoop(crashing.everyMs ?? defaultCrashEveryMs);
}

const defaultCrashEveryMs = 2000;

function inRotation(replicas: Replica[], faults: Fault[]): Replica[] {
  const out = faultsOf(faults, 'replica').filter(({ action }) => action === 'out-of-rotation');
  return replicas.filter(({ index }) => !out.some(({ replica }) => replica === index));
}

function tlsVariant(faults: Fault[], host: string): TlsVariant {
  return faultsOf(faults, 'certificate').find((fault) => fault.host === host)?.variant ?? 'valid';
}

function toRouteFault(fault: FaultOf<'route'>): RouteFault {
  const { match, rate, after, since, times, action } = fault;
  return { match, rate, after, since, times, action };
}

function isTableFault(kind: Fault['kind']) {
  return kind === 'proxy-rule-missing' || kind === 'proxy-dead-host' || kind === 'proxy-spa-fallback';
}
