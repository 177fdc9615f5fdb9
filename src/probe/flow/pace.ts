/** How a run spares the system: not more requests than declared, and waiting where the system asks for it. */
import type { Clock } from '../clock.ts';

/** Resolves when the next request may go. */
export function createPace(clock: Clock, perSecond: number | undefined): () => Promise<void> {
  let nextMs = 0;
  return async () => {
    if (perSecond === undefined) return;
    const nowMs = clock.monotonicMs();
    const dueMs = Math.max(nowMs, nextMs);
    nextMs = dueMs + 1000 / perSecond;
    if (dueMs > nowMs) await clock.sleep(dueMs - nowMs);
  };
}

/** true = waited as long as it was told to: ask again. false = not told, or longer than this run waits. */
export type Patience = (retryAfter: string | undefined) => Promise<boolean>;

/**
 * `totalMs` = for all requests together: from the first wait on, so that a system which limits everything does not hold a run
 * for each request again. 0 or undefined = never.
 */
export function createPatience(clock: Clock, totalMs: number | undefined): Patience {
  let endMs: number | undefined;
  return async (retryAfter) => {
    const waitMs = readRetryAfter(retryAfter, clock);
    if (waitMs === undefined || totalMs === undefined) return false;
    const nowMs = clock.monotonicMs();
    endMs ??= nowMs + totalMs;
    if (nowMs + waitMs > endMs) return false;
    await clock.sleep(waitMs);
    return true;
  };
}

/** RFC 9110 §10.2.3: seconds, or a date. */
export function readRetryAfter(text: string | undefined, clock: Pick<Clock, 'now'>): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.now().getTime());
}
