import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export type Target = { host: string; port: number };

/** What becomes of a connection that the open gate lets in; without a field the way is as it was built. */
export type Passage = {
  /** Leads somewhere else. */
  target?: Target;
  /** Each answer is held back for so long. */
  delayMs?: number;
  /** Answers in place of the target, which never hears of the connection. */
  answer?: (client: Socket) => void;
};

/** A port in front of another one that can be shut: then connections are cut and new ones refused. */
export type TcpGate = {
  port: number;
  isOpen: () => boolean;
  setOpen: (open: boolean) => Promise<void>;
  /** Changes the way for new connections and cuts those that there are. */
  setPassage: (passage: Passage) => void;
  stop: () => Promise<void>;
};

/** Starts a gate before `target`. Its own port stays the same over shutting and opening. */
export async function startTcpGate(target: Target): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  let passage: Passage = {};
  const server = createServer((client) => {
    client.setNoDelay(true);
    if (passage.answer === undefined) return join(client, connectTo(passage.target ?? target), sockets, passage);
    track(sockets, client);
    client.on('error', () => client.destroy());
    passage.answer(client);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', done));
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Failed to start the database gate: no port.');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const shut = async (): Promise<void> => {
    const closed = new Promise<void>((done) => server.close(() => done()));
    cut();
    await closed;
  };
  return {
    port: address.port,
    isOpen: () => server.listening,
    setOpen: async (open) => {
      if (open && !server.listening) await listen(address.port);
      if (!open && server.listening) await shut();
    },
    setPassage: (next) => {
      passage = next;
      cut();
    },
    stop: async () => {
      if (server.listening) await shut();
    },
  };
}

function connectTo(target: Target): Socket {
  return connect({ ...target, noDelay: true });
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
}

function join(client: Socket, upstream: Socket, sockets: Set<Socket>, { delayMs }: Passage): void {
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    track(sockets, socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => other.destroy());
    if (delayMs === undefined || socket === client) socket.pipe(other);
    else socket.pipe(holdBack(delayMs)).pipe(other);
  }
}

/** Passes chunks on in their order, each so much later: a longer way, not a narrower one. */
function holdBack(delayMs: number): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      setTimeout(() => this.push(chunk), delayMs);
      done();
    },
    flush(done) {
      setTimeout(done, delayMs);
    },
  });
}
