import type { Backend } from './backend.ts';

export type EventKind = 'login' | 'upload' | 'chat' | 'rerank';

/** Records what a user did, when this release has analytics; its table does not exist otherwise. */
export async function recordEvent(backend: Backend, userId: string, kind: EventKind): Promise<void> {
  if (!backend.release.features.includes('analytics')) return;
  await backend.database.query(
    'record_event',
    'insert into analytics_events (user_id, kind, created_at) values ($1, $2, $3)',
    [userId, kind, backend.now()],
  );
}
