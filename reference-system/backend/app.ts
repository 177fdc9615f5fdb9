import { createServer, type RequestListener } from 'node:http';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type pg from 'pg';
import type { Alteration } from './alteration.ts';
import type { Backend } from './backend.ts';
import type { Attestation, BackendConfig } from './config.ts';
import { createDatabase } from './database.ts';
import { handleError } from './error-handler.ts';
import { createMetrics } from './metrics.ts';
import { observeRequests } from './observe-requests.ts';
import { ProblemError } from './problems.ts';
import { createProviderClient } from './provider-client.ts';
import { readRelease } from './release.ts';
import { registerOperations } from './router.ts';
import { compileValidator } from './validator.ts';

export interface AppOptions {
  readonly config: BackendConfig;
  /** What /__config says; made where the environment is read. */
  readonly attestation: Attestation;
  readonly pool: pg.Pool;
  readonly now: () => Date;
  readonly logger?: FastifyServerOptions['logger'];
  /** Put in front of everything, e.g. to inject faults. */
  readonly wrap?: (listener: RequestListener) => RequestListener;
  readonly alteration?: Alteration;
}

const JSON_LIMIT_BYTES = 100_000;
const FILE_LIMIT_BYTES = 1_000_000;
const KEEP_ALIVE_MS = 72_000;
const MINUTE_MS = 60_000;

/** Builds the backend for the release in `config.releaseDir`; it does not listen yet. Closing it leaves the pool open. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, now } = options;
  const metrics = createMetrics();
  const honest: Backend = {
    config,
    attestation: options.attestation,
    release: await readRelease(config.releaseDir),
    database: createDatabase(options.pool, metrics),
    provider: createProviderClient(config, metrics),
    metrics,
    now,
    startedAt: now().toISOString(),
  };
  const backend = options.alteration?.alter(honest) ?? honest;
  const app = createFastify(options);
  await registerPlugins(app, config);
  options.alteration?.register(app);
  app.decorateRequest('user', null);
  observeRequests(app, metrics);
  registerOperations(app, backend);
  await app.ready();
  return app;
}

function createFastify(options: AppOptions): FastifyInstance {
  const wrap = options.wrap ?? ((listener) => listener);
  const app = Fastify({
    logger: options.logger ?? false,
    trustProxy: 'loopback',
    bodyLimit: JSON_LIMIT_BYTES,
    genReqId: () => crypto.randomUUID(),
    frameworkErrors: handleError,
    serverFactory: (handler) => createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, wrap(handler)),
  });
  app.setValidatorCompiler(compileValidator());
  app.setErrorHandler(handleError);
  return app;
}

async function registerPlugins(app: FastifyInstance, config: BackendConfig): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  await app.register(cors, {
    // `false` for any other origin: it gets no CORS header at all, and its preflight is an unknown route.
    origin: (origin, decide) => decide(null, origin !== undefined && config.allowedOrigins.includes(origin)),
    credentials: true,
    methods: ['GET', 'POST', 'DELETE'],
  });
  await app.register(rateLimit, {
    max: config.rateLimitPerMinute,
    timeWindow: MINUTE_MS,
    enableDraftSpec: true,
    errorResponseBuilder: () => new ProblemError('rate-limited'),
  });
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: FILE_LIMIT_BYTES, files: 1, fields: 5 } });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, () => {
    throw new ProblemError('route-not-found');
  });
}
