/** How a cross-check says what it found; `load-system.ts` turns it into a Problem with its line. */

import type { SystemContract } from './schema.ts';
import type { DataPath } from './yaml-document.ts';

export interface Finding {
  readonly path: DataPath;
  readonly what: string;
  readonly expected?: string;
  readonly fix?: string;
}

/** The parts of a contract that are valid by themselves; a broken promise leaves a hole, so that indexes stay true. */
export type ReadableContract = Partial<Omit<SystemContract, 'edges' | 'cors' | 'promises' | 'environments'>> & {
  readonly edges: readonly (SystemContract['edges'][number] | undefined)[];
  readonly cors: readonly (SystemContract['cors'][number] | undefined)[];
  readonly promises: readonly (SystemContract['promises'][number] | undefined)[];
  readonly environments: SystemContract['environments'];
};
