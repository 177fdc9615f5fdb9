import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Attestation, BackendConfig } from './config.ts';
import type { Database } from './database.ts';
import type { Metrics } from './metrics.ts';
import type { ProviderClient } from './provider-client.ts';
import type { Release } from './release.ts';
import type { User } from './users.ts';

/** What the routes work with. */
export interface Backend {
  readonly config: BackendConfig;
  readonly attestation: Attestation;
  readonly release: Release;
  readonly database: Database;
  readonly provider: ProviderClient;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly startedAt: string;
}

/** Answers one operation of the contract; the body it returns is sent as JSON. */
export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Handlers by operationId. */
export type Handlers = Readonly<Record<string, Handler>>;

declare module 'fastify' {
  interface FastifyRequest {
    /** The user of the session; set before the handler of every operation that demands one. */
    user: User | null;
  }
}

/** The user of an operation for which the contract demands a session. */
export function requireUser(request: FastifyRequest): User {
  if (request.user === null) throw new Error('A handler needs a user, but its operation does not demand a session.');
  return request.user;
}
