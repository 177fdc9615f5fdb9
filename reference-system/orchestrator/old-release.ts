import type { Replica } from './replica.ts';

/** A process of an older release that should be gone and is not: started when first asked for. */
export type OldRelease = {
  /** Base URL; starts the process where it does not run. */
  start: () => Promise<string>;
  stop: () => Promise<void>;
};

/** `launch` starts the process. */
export function createOldRelease(launch: () => Promise<Replica>): OldRelease {
  let running: Promise<Replica> | undefined;
  return {
    start: async () => {
      running ??= launch();
      return (await running).url;
    },
    stop: async () => {
      const before = running;
      running = undefined;
      await (await before)?.stop();
    },
  };
}
