import type { Backend } from './backend.ts';
import { type CheckResult, runCheck } from './checks.ts';
import { readSchemaVersion } from './schema-version.ts';
import { checkStorage } from './storage.ts';

export interface HealthReport {
  readonly ok: boolean;
  readonly status: 'pass' | 'fail';
  readonly checks: Readonly<Record<string, CheckResult>>;
  readonly time: string;
}

/**
 * Returns a function that asks every dependency. Calls that arrive while a round is under way share it, so a burst of
 * probes cannot multiply into the dependencies; nothing outlives its round.
 */
export function toHealth(backend: Backend): () => Promise<HealthReport> {
  let round: Promise<HealthReport> | undefined;
  return () => {
    round ??= askAll(backend).finally(() => {
      round = undefined;
    });
    return round;
  };
}

async function askAll(backend: Backend): Promise<HealthReport> {
  const { config, database, provider } = backend;
  const [databaseCheck, schema, storage, providerCheck] = await Promise.all([
    runCheck(async () => {
      await database.query('health', 'select 1 as one');
    }),
    checkSchema(backend),
    runCheck(() => checkStorage(config.uploadDir, config.instanceId)),
    runCheck(() => provider.check()),
  ]);
  const checks = { database: databaseCheck, schema, storage, provider: providerCheck };
  const ok = Object.values(checks).every((check) => check.ok);
  return { ok, status: ok ? 'pass' : 'fail', checks, time: backend.now().toISOString() };
}

async function checkSchema(backend: Backend): Promise<CheckResult & { expected: number; actual: number | null }> {
  const expected = backend.release.expectedSchemaVersion;
  let actual: number | null = null;
  const result = await runCheck(async () => {
    actual = await readSchemaVersion(backend.database);
  });
  const behind = actual !== null && actual < expected;
  return { ...result, ...(behind ? { ok: false, error: 'schema-behind' } : {}), expected, actual };
}
