import type { Backend, Handlers } from '../backend.ts';
import { toHealth } from '../health.ts';
import { readSchemaVersion } from '../schema-version.ts';

/** What the people who run the service look at: health, identity, configuration, metrics. */
export function toOperationsHandlers(backend: Backend): Handlers {
  const health = toHealth(backend);
  return {
    getHealth: async (_request, reply) => {
      const report = await health();
      return reply
        .code(report.ok ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(report);
    },
    getVersion: async (request, reply) => {
      const schemaVersion = await readSchemaVersion(backend.database).catch((error: unknown) => {
        // Identity must be readable while the database is down; health is what reports the outage.
        request.log.warn({ err: error }, 'schema version cannot be read');
        return null;
      });
      reply.header('cache-control', 'no-store');
      return {
        git_sha: backend.config.gitSha,
        version: backend.release.version,
        started_at: backend.startedAt,
        instance_id: backend.config.instanceId,
        environment_id: backend.config.environmentId,
        schema_version: schemaVersion,
        lockfile_sha256: backend.release.lockfileSha256,
      };
    },
    getConfig: async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return backend.attestation;
    },
    getMetrics: async (_request, reply) =>
      reply.type(backend.metrics.registry.contentType).send(await backend.metrics.registry.metrics()),
  };
}
