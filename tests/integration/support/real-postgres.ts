import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunningDatabase } from '../../../reference-system/database/start-database.ts';

const run = promisify(execFile);
const DEBIAN_VERSIONS_DIR = '/usr/lib/postgresql';

/** Starts a temporary PostgreSQL cluster on a free loopback port, without a Unix socket; stopping it removes it. */
export async function startRealPostgres(): Promise<RunningDatabase> {
  const bin = await findBinaries();
  const account = await toAccount();
  const folder = await mkdtemp(path.join(tmpdir(), 'gate10-postgres-'));
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  const data = path.join(folder, 'data');
  const as = { ...account, cwd: folder };
  const port = await findFreePort();
  try {
    await run(path.join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8'], as);
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
    await run(path.join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', path.join(folder, 'log'), '-o', options, 'start'], as);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  let stopped = false;
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    pid: undefined,
    async stop() {
      if (stopped) return;
      stopped = true;
      await run(path.join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', 'immediate', 'stop'], as);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function findBinaries(): Promise<string> {
  const versions = await readdir(DEBIAN_VERSIONS_DIR).catch(() => []);
  const newest = versions.sort((left, right) => Number(right) - Number(left))[0];
  if (newest === undefined) {
    throw new Error(
      `Failed to start PostgreSQL: no initdb under ${DEBIAN_VERSIONS_DIR}. Install it (apt-get install postgresql), ` +
        'or unset GATE10_TEST_DATABASE to test on the embedded database.',
    );
  }
  return path.join(DEBIAN_VERSIONS_DIR, newest, 'bin');
}

/** PostgreSQL refuses to run as root; then its own account runs it. */
async function toAccount(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('A TCP listener has no port.');
  return address.port;
}
