import { performance } from 'node:perf_hooks';
import { ProblemError } from './problems.ts';

export interface CheckResult {
  readonly ok: boolean;
  readonly latency_ms: number;
  readonly error?: string;
}

const CHECK_DEADLINE_MS = 2500;

/** Runs one check to its end or to the deadline; it never throws, and the error is a short name without details. */
export async function runCheck(check: () => Promise<void>): Promise<CheckResult> {
  const startMs = performance.now();
  const elapsed = (): number => Math.round((performance.now() - startMs) * 100) / 100;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineError()), CHECK_DEADLINE_MS);
  });
  try {
    await Promise.race([check(), deadline]);
    return { ok: true, latency_ms: elapsed() };
  } catch (error) {
    return { ok: false, latency_ms: elapsed(), error: toName(error) };
  } finally {
    clearTimeout(timer);
  }
}

class DeadlineError extends Error {}

function toName(error: unknown): string {
  if (error instanceof ProblemError) return error.code;
  return error instanceof DeadlineError ? 'timeout' : 'check-failed';
}
