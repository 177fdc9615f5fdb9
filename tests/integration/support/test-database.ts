import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningDatabase, startDatabase } from '../../../reference-system/database/start-database.ts';
import { startRealPostgres } from './real-postgres.ts';

const cacheDir = fileURLToPath(new URL('../../../.gate10/cache/', import.meta.url));

/** An empty database over the wire: the embedded one, or a real server when GATE10_TEST_DATABASE=real. */
export async function startTestDatabase(): Promise<RunningDatabase> {
  const kind = process.env['GATE10_TEST_DATABASE'] ?? 'embedded';
  if (kind === 'real') return startRealPostgres();
  if (kind !== 'embedded') throw new Error(`GATE10_TEST_DATABASE is "${kind}". Set it to "embedded" or "real".`);
  const stateDir = await mkdtemp(path.join(tmpdir(), 'gate10-database-'));
  const database = await startDatabase({ stateDir, cacheDir });
  return {
    ...database,
    async stop() {
      await database.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
