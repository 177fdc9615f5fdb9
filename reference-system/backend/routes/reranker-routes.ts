import { type Backend, type Handlers, requireUser } from '../backend.ts';
import { recordEvent } from '../events.ts';
import { toFeatureHealth } from '../feature-health.ts';
import { ProblemError } from '../problems.ts';

interface RerankRequest {
  readonly query: string;
  readonly documents: readonly { id: string; text: string }[];
}

/** Ordering of documents by meaning; since 1.4.0. */
export function toRerankerHandlers(backend: Backend): Handlers {
  return {
    getRerankerHealth: toFeatureHealth(backend, async () => {
      await backend.provider.embed(['health']);
    }),
    rerank: async (request) => {
      const { query, documents } = request.body as RerankRequest;
      const { data, model } = await backend.provider.embed([query, ...documents.map((document) => document.text)]);
      const [target, ...vectors] = data.map((entry) => entry.embedding);
      if (target === undefined || vectors.length !== documents.length) throw new ProblemError('provider-failed');
      const items = documents
        .map((document, index) => ({ id: document.id, score: cosine(target, vectors[index] ?? []) }))
        .sort((left, right) => right.score - left.score)
        .map((item, index) => ({ id: item.id, rank: index + 1, score: item.score }));
      const userId = requireUser(request).id;
      await backend.database.query(
        'insert_feedback',
        'insert into rerank_feedback (user_id, query, best_document, score, created_at) values ($1, $2, $3, $4, $5)',
        [userId, query, items[0]?.id ?? '', items[0]?.score ?? 0, backend.now()],
      );
      await recordEvent(backend, userId, 'rerank');
      return { items, model };
    },
  };
}

/** Cosine of two vectors, clamped against rounding; 0 when one has no length. */
export function cosine(left: readonly number[], right: readonly number[]): number {
  const dot = left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  const lengths = Math.hypot(...left) * Math.hypot(...right);
  return lengths === 0 ? 0 : Math.max(-1, Math.min(1, dot / lengths));
}
