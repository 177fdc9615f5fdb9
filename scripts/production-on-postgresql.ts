/** The main job with the embedded system on a real PostgreSQL server: a temporary cluster of Debian's `postgresql`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startRealPostgres } from '../tests/integration/support/real-postgres.ts';

const root = path.resolve(import.meta.dirname, '..');
const database = await startRealPostgres();
const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-postgresql-'));
try {
  const child = spawn(
    process.execPath,
    [path.join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--project=production'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        GATE10_REFERENCE_STATE: path.join(dir, 'reference'),
        GATE10_STATE_DIR: path.join(dir, 'state'),
      },
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 70;
} finally {
  await database.stop();
  await rm(dir, { recursive: true, force: true });
}
