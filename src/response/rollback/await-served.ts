/** Waits until a commit is what the system serves, by its own word. */
import { askRuntime, type RollbackPorts } from './ports.ts';
import { type Served, serves } from './served.ts';

export interface Awaited {
  readonly isServed: boolean;
  /** the last answer */
  readonly served: Served;
}

/** Asks at least once, and a last time at the deadline. `untilMs` is of the wall clock, as records have it. */
export async function awaitServed(
  ports: Pick<RollbackPorts, 'askSystem' | 'driver' | 'clock' | 'policy'>,
  { commit, failed, untilMs }: { readonly commit: string; readonly failed: string; readonly untilMs: number },
): Promise<Awaited> {
  const { clock, policy } = ports;
  for (;;) {
    const served = await askRuntime(ports, { failed, target: commit });
    if (serves(served, commit)) return { isServed: true, served };
    const leftMs = untilMs - clock.now().getTime();
    if (leftMs <= 0) return { isServed: false, served };
    await clock.sleep(Math.min(policy.deadlines.poll, leftMs));
  }
}
