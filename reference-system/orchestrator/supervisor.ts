import { setTimeout } from 'node:timers/promises';
import type { Child } from './child.ts';

/** A process that is started again when it dies, until it is told to stay stopped. */
export type Supervised<Running> = {
  current: () => Running | undefined;
  /** Settles when the process is up (or a supervisor's patience is over) or gone. */
  setRunning: (running: boolean) => Promise<void>;
};

const restartDelayMs = 100;
const patienceMs = 10_000;

/** Launches a process and keeps it up. Throws when the first launch fails; later ones are repeated. */
export async function supervise<Running extends { child: Child }>(
  launch: () => Promise<Running>,
): Promise<Supervised<Running>> {
  let wanted = true;
  let running: Running | undefined;
  let restarting: Promise<void> | undefined;
  const adopt = (next: Running): void => {
    running = next;
    void next.child.ended.then(() => {
      running = undefined;
      if (wanted) restarting ??= restart();
    });
  };
  const restart = async (): Promise<void> => {
    while (wanted && running === undefined) {
      await setTimeout(restartDelayMs);
      // A supervisor tries until it succeeds or is told to stop; what the process said is in its log.
      const next = wanted ? await launch().catch(() => undefined) : undefined;
      if (next !== undefined) adopt(next);
    }
    restarting = undefined;
  };
  adopt(await launch());
  return {
    current: () => running,
    setRunning: async (next) => {
      wanted = next;
      if (!next) {
        await restarting;
        await running?.child.stop();
        return;
      }
      if (running?.child.isDoomed() === true) await running.child.ended;
      if (running !== undefined) return;
      restarting ??= restart();
      await Promise.race([restarting, setTimeout(patienceMs, undefined, { ref: false })]);
    },
  };
}
