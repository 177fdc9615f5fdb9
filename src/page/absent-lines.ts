/** The layers that were declared absent, each with the reason: what a verdict does not speak about is part of it. */
import type { VerdictRecord } from '../verdict/schema.ts';

/** One sentence for each reason, in the order of the layers. */
export function absentSentences({ layers }: Pick<VerdictRecord, 'layers'>): string[] {
  const absent = layers.filter(({ status }) => status === 'absent');
  const byReason = Map.groupBy(absent, ({ why }) => why ?? 'no reason is recorded');
  return [...byReason].map(([why, own]) => `absent: ${own.map(({ layer }) => layer).join(', ')} (${why})`);
}
