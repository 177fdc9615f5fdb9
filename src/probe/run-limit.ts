/**
 * The time that all checks of a run have together (`deadlines.run`), and what is left afterwards to undo what was written
 * (`deadlines.cleanup`). Every request has deadlines of its own; where everything is slow, only their sum tells how long a
 * run may take.
 */
import type { ResolvedSystem } from '../contract/schema.ts';
import type { Clock } from './clock.ts';
import type { Client } from './http/request.ts';

/** The time was over before it could be seen: nothing that was observed, good or bad. */
export class RunLimitError extends Error {
  override readonly name = 'RunLimitError';
}

export interface RunLimit {
  /** Aborted when the checks are over; its reason is a RunLimitError. */
  readonly checks: AbortSignal;
  /** Aborted when the undoing is over, too. */
  readonly undoing: AbortSignal;
  /** The time counts from now on. */
  begin(): void;
  /** Nothing is left that it would end. */
  stop(): void;
}

export function createRunLimit({ environment, environmentName }: ResolvedSystem, clock: Clock): RunLimit {
  const { run, cleanup } = environment.deadlines;
  const place = `environments.${environmentName}.deadlines`;
  const [checks, undoing, stopped] = [new AbortController(), new AbortController(), new AbortController()];
  const end = (over: AbortController, ms: number, why: string): void => {
    clock.sleep(ms, stopped.signal).then(
      () => over.abort(new RunLimitError(why)),
      () => undefined,
    );
  };
  return {
    checks: checks.signal,
    undoing: undoing.signal,
    begin() {
      end(
        checks,
        run,
        `all checks together have ${run / 1000} s (${place}.run), and these were over. Rows that were judged say what is broken or slow; where this is a healthy pace, raise the limit`,
      );
      end(undoing, run + cleanup, `undoing has ${cleanup / 1000} s after the checks (${place}.cleanup)`);
    },
    stop: () => stopped.abort(),
  };
}

/** An AbortSignal looks through all of its listeners to add one; here there is one of a signal for thousands who wait. */
const waitingFor = new WeakMap<AbortSignal, Set<() => void>>();

function waitersOf(signal: AbortSignal): Set<() => void> {
  const known = waitingFor.get(signal);
  if (known !== undefined) return known;
  const waiters = new Set<() => void>();
  waitingFor.set(signal, waiters);
  const endAll = (): void => {
    for (const end of waiters) end();
  };
  signal.addEventListener('abort', endAll, { once: true });
  return waiters;
}

/** What comes first: the outcome, or the end of the time. */
export function within<T>(signal: AbortSignal, outcome: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const waiters = waitersOf(signal);
    const end = (): void => reject(signal.reason);
    const settle = (how: () => void): void => {
      waiters.delete(end);
      how();
    };
    outcome.then(
      (value) => settle(() => resolve(value)),
      (reason: unknown) => settle(() => reject(reason)),
    );
    if (signal.aborted) end();
    else waiters.add(end);
  });
}

/** RFC 9110 §9.2.1: an answer of these can be left, whatever it is; what a write came to is worth the wait. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Rejects with a RunLimitError what is not answered in time; what was not sent by then is never sent. */
export function limitClient(client: Client, limit: Pick<RunLimit, 'checks' | 'undoing'>): Client {
  return {
    send: (input) =>
      within(
        SAFE.has(input.method ?? 'GET') ? limit.checks : limit.undoing,
        client.send({ ...input, signal: limit.checks }),
      ),
    close: () => client.close(),
  };
}

/** For the undoing: as long as it has time. */
export function undoingClient(client: Client, { undoing }: Pick<RunLimit, 'undoing'>): Client {
  return limitClient(client, { checks: undoing, undoing });
}
