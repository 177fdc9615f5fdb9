import { type Backend, type Handlers, requireUser } from '../backend.ts';
import { toFeatureHealth } from '../feature-health.ts';

const WINDOW_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What the user did in mosaic; since 1.4.0. */
export function toAnalyticsHandlers(backend: Backend): Handlers {
  const windowStart = (): Date => new Date(backend.now().getTime() - WINDOW_DAYS * DAY_MS);
  return {
    getAnalyticsHealth: toFeatureHealth(backend, async () => {
      await backend.database.query(
        'analytics_health',
        'select count(*)::int as events from analytics_events where created_at > $1',
        [windowStart()],
      );
    }),
    getAnalyticsSummary: async (request) => {
      const kinds = await backend.database.query<{ kind: string; count: number }>(
        'analytics_summary',
        `select kind, count(*)::int as count from analytics_events where user_id = $1 and created_at > $2
         group by kind order by count desc, kind`,
        [requireUser(request).id, windowStart()],
      );
      const total = kinds.reduce((sum, entry) => sum + entry.count, 0);
      return { window_days: WINDOW_DAYS, total, kinds };
    },
  };
}
