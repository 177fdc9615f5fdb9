import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The metrics of one replica, in a registry of its own. Names and units follow Prometheus' naming practice. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    httpRequests: new Counter({
      name: 'http_requests_total',
      help: 'Answered requests by method, route pattern and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    httpDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its answer.',
      labelNames: ['method', 'route'],
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    dbDuration: new Histogram({
      name: 'db_query_duration_seconds',
      help: 'Time of database queries by name and outcome.',
      labelNames: ['query', 'outcome'],
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    llmRequests: new Counter({
      name: 'llm_requests_total',
      help: 'Calls to the AI provider by operation and outcome.',
      labelNames: ['operation', 'outcome'],
      registers,
    }),
    llmDuration: new Histogram({
      name: 'llm_request_duration_seconds',
      help: 'Time of calls to the AI provider.',
      labelNames: ['operation'],
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    authFailures: new Counter({
      name: 'auth_failures_total',
      help: 'Refused logins and sessions.',
      labelNames: ['reason'],
      registers,
    }),
    uploadBytes: new Counter({ name: 'upload_bytes_total', help: 'Bytes of stored files.', registers }),
  };
}
