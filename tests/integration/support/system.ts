import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import type { Alteration } from '../../../reference-system/backend/alteration.ts';
import { createApp } from '../../../reference-system/backend/app.ts';
import { attestConfig, readConfig } from '../../../reference-system/backend/config.ts';
import { createPool } from '../../../reference-system/backend/database.ts';
import { migrate } from '../../../reference-system/backend/migrate.ts';
import type { RunningDatabase } from '../../../reference-system/database/start-database.ts';
import { type RunningProvider, startProvider } from '../../../reference-system/provider/start-provider.ts';
import { type Client, createClient } from './client.ts';
import { createRecorder, loadContractCheck } from './contract-check.ts';
import { RELEASE_B, type ReleaseSpec, writeReleaseDir } from './release-dir.ts';
import { startTestDatabase } from './test-database.ts';

export interface SystemOptions {
  readonly release?: ReleaseSpec;
  readonly env?: Readonly<Record<string, string>>;
  readonly wrap?: (listener: RequestListener) => RequestListener;
  /** Made on the pool of the backend. */
  readonly alteration?: (pool: pg.Pool) => Alteration;
}

export interface TestSystem {
  readonly call: Client;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pool: pg.Pool;
  readonly database: RunningDatabase;
  readonly provider: RunningProvider;
  /** Moves the backend's clock. */
  advance(durationMs: number): void;
  /** Makes an account and logs it in. */
  logIn(): Promise<{ token: string; email: string; password: string; id: string }>;
  stop(): Promise<void>;
}

export const GIT_SHA = '8f14e45fceea167a5a36dedd4bea2543d0a1b2c3';

/** The whole backend in this process, on its own database and provider. */
export async function startSystem(options: SystemOptions = {}): Promise<TestSystem> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gate10-integration-'));
  const releaseDir = path.join(folder, 'release');
  await writeReleaseDir(releaseDir, options.release ?? RELEASE_B);
  const database = await startTestDatabase();
  const apiKey = randomBytes(16).toString('hex');
  const provider = await startProvider({
    apiKey,
    controlToken: 'unused-here',
    requestsPerMinute: 10_000,
    nowMs: () => performance.timeOrigin + performance.now(),
  });
  const env = { ...toEnv({ folder, releaseDir, database, provider, apiKey }), ...options.env };
  await mkdir(env.UPLOAD_DIR, { recursive: true });
  const pool = createPool(database.url);
  await migrate(pool, path.join(releaseDir, 'migrations'));
  let offsetMs = 0;
  const app = await createApp({
    config: readConfig(env),
    attestation: attestConfig(env),
    pool,
    now: () => new Date(Date.now() + offsetMs),
    ...(options.wrap === undefined ? {} : { wrap: options.wrap }),
    ...(options.alteration === undefined ? {} : { alteration: options.alteration(pool) }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const call = createClient(app.server, await loadContractCheck(createRecorder(process.env['GATE10_OBSERVED'])));
  return {
    call,
    url,
    env,
    pool,
    database,
    provider,
    advance: (durationMs) => {
      offsetMs += durationMs;
    },
    logIn: () => logIn(call),
    async stop() {
      app.server.closeAllConnections();
      await app.close();
      await Promise.all([pool.end(), provider.stop()]);
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Parts {
  readonly folder: string;
  readonly releaseDir: string;
  readonly database: RunningDatabase;
  readonly provider: RunningProvider;
  readonly apiKey: string;
}

function toEnv({ folder, releaseDir, database, provider, apiKey }: Parts) {
  return {
    DATABASE_URL: database.url,
    RELEASE_DIR: releaseDir,
    GIT_SHA,
    INSTANCE_ID: 'replica-1',
    ENVIRONMENT_ID: randomUUID(),
    AI_BASE_URL: provider.url,
    AI_API_KEY: apiKey,
    UPLOAD_DIR: path.join(folder, 'uploads'),
    ALLOWED_ORIGINS: 'https://app.mosaic.test:8443',
    SESSION_SECRET: randomBytes(32).toString('hex'),
  };
}

async function logIn(call: Client): Promise<{ token: string; email: string; password: string; id: string }> {
  const email = `${randomUUID()}@example.org`;
  const password = 'correct horse battery';
  await call('POST', '/auth/register', { json: { email, password, name: 'Ada' } });
  const { body } = await call('POST', '/auth/login', { json: { email, password } });
  return { token: body.token, email, password, id: body.user.id };
}
