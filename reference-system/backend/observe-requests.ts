import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

/** Counts and logs every answer under its route pattern: addresses with identifiers would grow the metrics without end. */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const { method } = request;
    metrics.httpRequests.inc({ method, route, status: String(reply.statusCode) });
    metrics.httpDuration.observe({ method, route }, reply.elapsedTime / 1000);
    request.log.info(
      { method, route, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime * 100) / 100 },
      'answered',
    );
    done();
  });
}
