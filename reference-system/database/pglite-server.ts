import { createServer, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketHandler } from '@electric-sql/pglite-socket';
import { createQueryQueue } from './query-queue.ts';

export interface PgliteServer {
  readonly port: number;
  /** Closes every connection and the listener; the database stays open. */
  close(): Promise<void>;
}

/** Serves one PGlite instance to many PostgreSQL clients on a free loopback port. */
export async function servePglite(db: PGlite, maxConnections: number): Promise<PgliteServer> {
  await db.waitReady;
  const queryQueue = createQueryQueue(db);
  const handlers = new Map<Socket, PGLiteSocketHandler>();
  const server = createServer((socket) => {
    const handler = new PGLiteSocketHandler({ queryQueue, closeOnDetach: true });
    handlers.set(socket, handler);
    socket.once('close', () => handlers.delete(socket));
    handler.attach(socket).catch(() => socket.destroy());
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The database server has no TCP address.');
  return {
    port: address.port,
    async close() {
      await Promise.all([...handlers.values()].map((handler) => handler.detach(true)));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
