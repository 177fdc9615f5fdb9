/** Faults of the layer database: Database Layer. */
import { type CatalogueFault, fault } from '../fault.ts';
import { answers, appears, backendAnswers, backendPatches, problem } from '../inject.ts';

export const DATABASE_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L04-01',
    { title: 'Postgres stopped; /health still 200', severity: 'P0', layer: 'database' },
    {
      stop: { faults: [{ kind: 'database', action: 'stop' }] },
      'stop, and health says 200': {
        faults: [
          { kind: 'database', action: 'stop' },
          appears('/health', {
            status: 200,
            contentType: 'application/json',
            body: JSON.stringify({
              ok: true,
              status: 'pass',
              checks: {
                database: { ok: true, latency_ms: 1 },
                schema: { ok: true, latency_ms: 1, actual: 4, expected: 4 },
                storage: { ok: true, latency_ms: 1 },
                provider: { ok: true, latency_ms: 1 },
              },
              time: '2026-01-01T00:00:00.000Z',
            }),
          }),
        ],
      },
    },
  ),
  fault(
    'L04-05',
    { title: 'Connected to the wrong (empty / staging) database', severity: 'P0', layer: 'database' },
    {
      empty: backendPatches('/jobs', { '/items': [], '/total': 0 }),
    },
  ),
  fault(
    'L04-07',
    { title: 'Fixtures/mock data served as production data', severity: 'P0', layer: 'database' },
    {
      fixtures: backendPatches('/auth/me', { '/email': 'demo@example.com', '/name': 'Demo' }),
      'cached response': backendAnswers(
        '/auth/me',
        answers(200, { id: '1', email: 'a@b.example', name: 'canary of before' }),
      ),
      'in-memory store': { faults: [{ ...appears('/auth/me', problem(401)), replica: 2 }] },
    },
  ),
];
