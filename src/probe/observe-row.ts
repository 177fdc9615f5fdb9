/** One planned row, observed and timed. What breaks on the way is said in the row: it never vanishes, never passes. */
import type { Clock } from './clock.ts';
import { type Judgement, toBlindRow, toRow } from './row.ts';
import type { PlannedRow, Row } from './schema.ts';

export async function observeRow(planned: PlannedRow, clock: Clock, observe: () => Promise<Judgement>): Promise<Row> {
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const took = (): number => Math.max(0, clock.monotonicMs() - startMs);
  try {
    return judgedRow(planned, await observe(), at, took());
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { ...toBlindRow(planned, `This could not be observed: ${what}.`, at), durationMs: took() };
  }
}

/** The row of a judgement that was made elsewhere. `at` = ISO time, `durationMs` = how long the observation took. */
export function judgedRow(planned: PlannedRow, judgement: Judgement, at: string, durationMs: number): Row {
  return { ...toRow(planned, { judgement, exchanges: [] }, at), durationMs };
}
