import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const scope = new AsyncLocalStorage<FastifyRequest>();

/** Makes the request known to everything that happens for it. Reading the body leaves the scope, so it is entered twice. */
export function trackRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => scope.run(request, done));
  app.addHook('preValidation', (request, _reply, done) => scope.run(request, done));
}

/** The request for which this runs; undefined outside of one. */
export function currentRequest(): FastifyRequest | undefined {
  return scope.getStore();
}
