/** Where the journeys of a system are described: beside its contract. */
import path from 'node:path';

const project = path.resolve(import.meta.dirname, '../..');

/** `journeys` in the contracts folder; those of this project itself lie with its tests. Need not be there. */
export function journeysFolder(contracts: string): string {
  const ours = path.dirname(contracts) === project;
  return ours ? path.join(project, 'tests/journeys') : path.join(contracts, 'journeys');
}
