/** Time as a parameter. `systemClock` is made at the edges only; nothing else in the core reads the machine's clock. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Wall clock: for records, never for durations. */
  now(): Date;
  /** Milliseconds since an arbitrary moment; never goes back. */
  monotonicMs(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export function systemClock(): Clock {
  return {
    now: () => new Date(),
    // not performance.now(): loading what stands behind it takes longer than reading a small contract
    monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      try {
        await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}
