/** A clock that jumps to the next thing that is waited for: hours of waiting in milliseconds, the same every time. */
import type { Clock } from '../../../src/probe/clock.ts';

export interface VirtualClock extends Clock {
  /** Resolves at the given moment (milliseconds from the start). */
  until(momentMs: number): Promise<void>;
}

interface Waiter {
  readonly momentMs: number;
  readonly order: number;
  readonly wake: () => void;
}

export function virtualClock(): VirtualClock {
  let nowMs = 0;
  let order = 0;
  let scheduled = false;
  const waiters: Waiter[] = [];
  const jump = (): void => {
    scheduled = false;
    waiters.sort((a, b) => a.momentMs - b.momentMs || a.order - b.order);
    const next = waiters.shift();
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.momentMs);
    next.wake();
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || waiters.length === 0) return;
    scheduled = true;
    // Two turns: after everything that this moment set off, an immediate included.
    setImmediate(() => setImmediate(jump));
  };
  const until = (momentMs: number): Promise<void> =>
    new Promise((wake) => {
      order += 1;
      waiters.push({ momentMs, order, wake });
      schedule();
    });
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    sleep: (ms) => until(nowMs + Math.max(0, ms)),
    until,
  };
}
