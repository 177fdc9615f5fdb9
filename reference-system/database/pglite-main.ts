import { PGlite } from '@electric-sql/pglite';
import { servePglite } from './pglite-server.ts';

// The process that holds the embedded database: its folder is the first argument, its first line says where it listens.
const MAX_CONNECTIONS = 64;

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('Usage: pglite-main.ts <data folder>');

const db = await PGlite.create(dataDir, { relaxedDurability: true });
const server = await servePglite(db, MAX_CONNECTIONS);

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await server.close();
  await db.close();
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
// The parent holds the other end of this channel: when it dies, even by SIGKILL, the database goes with it.
process.on('disconnect', () => void stop());

process.stdout.write(
  `${JSON.stringify({ event: 'listening', url: `postgresql://postgres:postgres@127.0.0.1:${server.port}/postgres` })}\n`,
);
