/** Where the journeys of a system are described: beside its contract. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** `journeys` in the contracts folder, else `tests/journeys` in the folder that holds it. Need not be there. */
export function journeysFolder(contracts: string): string {
  const beside = path.join(contracts, 'journeys');
  return existsSync(beside) ? beside : path.resolve(contracts, '../tests/journeys');
}
