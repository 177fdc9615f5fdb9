import { connect, createServer, type Socket } from 'node:net';

/** A port in front of another one that can be shut: then connections are cut and new ones refused. */
export type TcpGate = {
  port: number;
  isOpen: () => boolean;
  setOpen: (open: boolean) => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts a gate before `host:port`. Its own port stays the same over shutting and opening. */
export async function startTcpGate(target: { host: string; port: number }): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ ...target, noDelay: true });
    client.setNoDelay(true);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', done));
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Failed to start the database gate: no port.');
  const shut = async (): Promise<void> => {
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port: address.port,
    isOpen: () => server.listening,
    setOpen: async (open) => {
      if (open && !server.listening) await listen(address.port);
      if (!open && server.listening) await shut();
    },
    stop: async () => {
      if (server.listening) await shut();
    },
  };
}
