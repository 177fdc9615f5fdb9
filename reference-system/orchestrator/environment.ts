import type { Site } from '../edge/site.ts';
import type { Rollout } from './rollout.ts';

/** The parts whose addresses do not change while the system runs. */
export type EnvironmentBase = {
  app: Site;
  api: Site;
  dns: { address: string };
  secondDns: { address: string };
  ca: string;
  repository: string;
  databaseUrl: string;
  provider: { url: string; key: string };
};

/** The variables that the contracts of the embedded environment are filled in with. */
export function toEnvironment(base: EnvironmentBase, nonce: string, rollout: Rollout): Record<string, string> {
  const deployed = rollout.deployments().at(-1);
  if (deployed === undefined) throw new Error('Failed to describe the system: nothing is deployed.');
  const replicas = Object.fromEntries(
    rollout.replicas().map((replica) => [`REFERENCE_REPLICA_${replica.index}`, replica.url]),
  );
  return {
    REFERENCE_FRONT_DOOR: `https://${base.app.host}:${base.app.httpsPort}`,
    REFERENCE_FRONT_DOOR_HTTP: `http://${base.app.host}:${base.app.httpPort}`,
    REFERENCE_API: `https://${base.api.host}:${base.api.httpsPort}`,
    REFERENCE_API_HTTP: `http://${base.api.host}:${base.api.httpPort}`,
    ...replicas,
    REFERENCE_RESOLVER: base.dns.address,
    REFERENCE_RESOLVER_2: base.secondDns.address,
    REFERENCE_CA: base.ca,
    REFERENCE_REPOSITORY: base.repository,
    REFERENCE_COMMIT: deployed.commit,
    REFERENCE_VERSION: deployed.version,
    REFERENCE_PREVIOUS_COMMIT: deployed.previousCommit ?? '',
    REFERENCE_DEPLOYED_AT: deployed.deployedAt,
    REFERENCE_NONCE: nonce,
    REFERENCE_DATABASE_URL: base.databaseUrl,
    REFERENCE_PROVIDER_URL: base.provider.url,
    REFERENCE_PROVIDER_KEY: base.provider.key,
  };
}
