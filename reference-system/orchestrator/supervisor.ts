import { setTimeout } from 'node:timers/promises';
import type { Child } from './child.ts';

/** A process that is started again when it dies, until it is told to stay stopped. */
export type Supervised<Running> = {
  current: () => Running | undefined;
  /**
   * Settles when the process is up and answers, or gone. Where it does not come up: after a launch that failed, once the
   * supervisor's patience is over too; a launch that only takes long is waited for. Calls take their turn.
   */
  setRunning: (running: boolean) => Promise<void>;
};

/** `answers`: whether somebody listens; a process may be dead before anybody has heard of its end. */
export type SuperviseOptions<Running> = {
  answers: (running: Running) => Promise<boolean>;
  patienceMs?: number;
};

const restartDelayMs = 100;
const defaultPatienceMs = 10_000;

/** Launches a process and keeps it up. Throws when the first launch fails; later ones are repeated. */
export async function supervise<Running extends { child: Child }>(
  launch: () => Promise<Running>,
  { answers, patienceMs = defaultPatienceMs }: SuperviseOptions<Running>,
): Promise<Supervised<Running>> {
  let wanted = true;
  let running: Running | undefined;
  let restarting: Promise<void> | undefined;
  let attempt: Promise<void> = Promise.resolve();
  let turn: Promise<void> = Promise.resolve();
  let calls = 0;
  const adopt = (next: Running): void => {
    running = next;
    void next.child.ended.then(() => {
      if (running === next) running = undefined;
      if (wanted && running === undefined) restarting ??= restart();
    });
  };
  const tryOnce = async (): Promise<void> => {
    await setTimeout(restartDelayMs);
    // A supervisor tries until it succeeds or is told to stop; what the process said is in its log.
    const next = wanted ? await launch().catch(() => undefined) : undefined;
    if (next !== undefined) adopt(next);
  };
  const restart = async (): Promise<void> => {
    while (wanted && running === undefined) {
      attempt = tryOnce();
      await attempt;
    }
    restarting = undefined;
  };
  const goDown = async (): Promise<void> => {
    wanted = false;
    await restarting;
    await running?.child.stop();
  };
  const comeUp = async (isNewest: () => boolean): Promise<void> => {
    wanted = true;
    const untilMs = performance.now() + patienceMs;
    const isOver = (): boolean => !isNewest() || performance.now() >= untilMs;
    for (;;) {
      const mine = running;
      if (mine === undefined) {
        restarting ??= restart();
        await attempt;
        if (running === undefined && isOver()) return;
      } else if (!mine.child.isDoomed() && (await answers(mine))) {
        if (running === mine) return;
      } else {
        // Its end is on its way here, and the launch that follows it.
        if (isOver()) return;
        await Promise.race([mine.child.ended, setTimeout(restartDelayMs)]);
      }
    }
  };
  adopt(await launch());
  return {
    current: () => running,
    setRunning: (next) => {
      calls += 1;
      const call = calls;
      // One after the other: a stop that waits must not take down what a later start has already reported.
      const done = turn.then(() => (next ? comeUp(() => call === calls) : goDown()));
      turn = done.catch(() => undefined);
      return done;
    },
  };
}
