import type { Backend, Handler } from './backend.ts';
import { runCheck } from './checks.ts';

/** The health operation of one feature: 200 when its check works, 503 with the same shape when it does not. */
export function toFeatureHealth(backend: Backend, check: () => Promise<void>): Handler {
  return async (_request, reply) => {
    const result = await runCheck(check);
    const report = { ...result, status: result.ok ? 'pass' : 'fail', time: backend.now().toISOString() };
    return reply
      .code(result.ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report);
  };
}
