/** Undoes what a start has done, last thing first. */
export type Cleanup = { add: (what: string, undo: () => Promise<void> | void) => void; run: () => Promise<void> };

/** `report` hears of what could not be undone; the rest is undone all the same. */
export function createCleanup(report: (line: string) => void): Cleanup {
  const steps: { what: string; undo: () => Promise<void> | void }[] = [];
  return {
    add: (what, undo) => void steps.push({ what, undo }),
    run: async () => {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step.undo();
        } catch (error) {
          report(`Failed to stop ${step.what}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
  };
}
