/** A contract in memory: every declared number is there, small enough for tests. */
import { type EnvironmentContract, type ResolvedSystem, systemSchema } from '../../../src/contract/schema.ts';

export interface SmallSystem {
  readonly services?: EnvironmentContract['services'];
  readonly expect?: Record<string, unknown>;
  readonly dns?: Record<string, unknown>;
  readonly tls?: Record<string, unknown>;
  readonly settle?: Record<string, unknown>;
  readonly sampling?: Record<string, unknown>;
  readonly deadlines?: Record<string, unknown>;
  readonly identity?: Record<string, unknown>;
  readonly code?: Record<string, unknown>;
  readonly slis?: Record<string, unknown>;
  readonly repository?: string;
  readonly layers?: Record<string, unknown>;
}

export const IDENTITY = {
  service: 'api',
  path: '/__version',
  commit: '/git_sha',
  version: '/version',
  instance: '/instance_id',
  startedAt: '/started_at',
  environment: '/environment_id',
  schemaVersion: '/schema_version',
  lockfileSha256: '/lockfile_sha256',
};

export function smallSystem(parts: SmallSystem = {}): ResolvedSystem {
  const contract = systemSchema.parse({
    schema: 'gate10/system/v1',
    system: 'shop',
    frontDoor: 'app',
    code: parts.code ?? {},
    services: { app: { kind: 'frontend' }, api: { kind: 'backend' } },
    identity: parts.identity ?? IDENTITY,
    slis: parts.slis,
    layers: parts.layers ?? {},
    environments: { live: toEnvironment(parts) },
  });
  const environment = contract.environments['live'];
  if (environment === undefined) throw new Error('The small contract has no environment.');
  return {
    contract,
    environmentName: 'live',
    environment,
    contractsDir: '/nonexistent',
    sources: { identity: { file: 'contracts/system.yaml', line: 7 } },
    digest: 'digest',
    secrets: new Map(),
  };
}

function toEnvironment(parts: SmallSystem): Record<string, unknown> {
  const settle = {
    readyWithin: '2s',
    poll: '20ms',
    stabilise: '0ms',
    observe: '0ms',
    staleShare: 0.25,
    missRisk: 0.01,
  };
  return {
    services: parts.services ?? { app: { url: 'https://app.test' }, api: { url: 'https://api.test' } },
    expect: parts.expect ?? {},
    dns: { slow: '200ms', tries: 4, ...parts.dns },
    tls: { minDaysLeft: 14, minVersion: 'TLSv1.2', maxClockSkew: '5m', ...parts.tls },
    settle: { ...settle, ...parts.settle },
    sampling: { ratePerSecond: 1000, samples: 100, warmup: 0, confidence: 0.95, maxInFlight: 64, ...parts.sampling },
    concurrency: 16,
    deadlines: { connect: '1s', headers: '2s', total: '3s', run: '60s', cleanup: '5s', ...parts.deadlines },
    ...(parts.repository === undefined ? {} : { repository: parts.repository }),
  };
}
