/**
 * An open loop: requests start at a constant rate, whatever became of those before. Latency counts from the moment when
 * a request was due, so that a stall of the server is felt by everybody who would have come meanwhile (no coordinated
 * omission).
 */
import type { Clock } from '../clock.ts';

export interface SamplerOptions<Result> {
  readonly clock: Clock;
  readonly ratePerSecond: number;
  /** Requests under way; what is due beyond it is an overflow: counted, never silently left out. */
  readonly maxInFlight: number;
  /** Must not reject. */
  readonly send: (index: number) => Promise<Result>;
  readonly signal?: AbortSignal | undefined;
}

export interface TimedResult<Result> {
  readonly index: number;
  /** From the moment when it was due to its end. */
  readonly latencyMs: number;
  /** How much later than due this machine got round to it: its own share of the latency. */
  readonly lateMs: number;
  /** undefined = overflow: it was due and could not be sent. */
  readonly result: Result | undefined;
}

export interface Sampler<Result> {
  /** Sends the next `count` at the rate; resolves when all of them have ended. */
  take(count: number, onResult: (timed: TimedResult<Result>) => void): Promise<void>;
}

export function createSampler<Result>(options: SamplerOptions<Result>): Sampler<Result> {
  const { clock, ratePerSecond, maxInFlight, send, signal } = options;
  const everyMs = 1000 / ratePerSecond;
  let next = 0;

  async function take(count: number, onResult: (timed: TimedResult<Result>) => void): Promise<void> {
    const pending = new Set<Promise<void>>();
    const startMs = clock.monotonicMs();
    for (let number = 0; number < count; number += 1) {
      const dueMs = startMs + number * everyMs;
      const aheadMs = dueMs - clock.monotonicMs();
      if (aheadMs > 0) await clock.sleep(aheadMs, signal);
      signal?.throwIfAborted();
      const index = next;
      next += 1;
      const lateMs = Math.max(0, clock.monotonicMs() - dueMs);
      if (pending.size >= maxInFlight) {
        onResult({ index, latencyMs: lateMs, lateMs, result: undefined });
        // Ends of requests are noticed between turns only; without one, a late loop would overflow by itself.
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      const sent = send(index).then((result) => {
        pending.delete(sent);
        onResult({ index, latencyMs: Math.max(0, clock.monotonicMs() - dueMs), lateMs, result });
      });
      pending.add(sent);
    }
    await Promise.all(pending);
  }

  return { take };
}
