import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the control API can do; each returns what is answered as JSON. */
export type ControlActions = {
  state: () => unknown;
  deploy: (body: unknown) => Promise<unknown>;
  rollback: () => Promise<unknown>;
  setFaults: (body: unknown) => Promise<unknown>;
  stop: () => unknown;
};

/** The running control API. */
export type ControlServer = { url: string; stop: () => Promise<void> };

const bodyLimitBytes = 1_000_000;

/**
 * Serves the rig's control API on loopback, for holders of the token. Actions run one after the other, so that two
 * deployments never interleave. Answers 401 without the token, 404 for unknown routes, 422 with the reason for a failed action.
 */
export async function startControlServer(token: string, actions: ControlActions): Promise<ControlServer> {
  let queue: Promise<unknown> = Promise.resolve();
  const routes: Record<string, (body: unknown) => unknown> = {
    'GET /state': () => actions.state(),
    'POST /deploy': (body) => actions.deploy(body),
    'POST /rollback': () => actions.rollback(),
    'PUT /faults': (body) => actions.setFaults(body),
    'DELETE /faults': () => actions.setFaults({ faults: [] }),
    'POST /stop': () => actions.stop(),
  };
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (!holdsToken(req, token)) return reply(res, 401, { error: 'Send the token of state.json as x-control-token.' });
    const route = routes[`${req.method} ${req.url}`];
    if (route === undefined) return reply(res, 404, { error: `Unknown route. Use ${Object.keys(routes).join(', ')}.` });
    try {
      const body = await readJson(req);
      const run = queue.then(() => route(body));
      queue = run.catch(() => undefined);
      reply(res, 200, await run);
    } catch (error) {
      reply(res, 422, { error: error instanceof Error ? error.message : String(error) });
    }
  };
  const server = createServer((req, res) => void handle(req, res));
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Failed to start the control API: no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      await closed;
    },
  };
}

function holdsToken(req: IncomingMessage, token: string): boolean {
  const given = Buffer.from(String(req.headers['x-control-token'] ?? ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyLimitBytes)
      throw new Error(`Failed to read the request: it is longer than ${bodyLimitBytes} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function reply(res: ServerResponse, status: number, body: unknown): void {
  // One request per connection: the server can then stop without waiting for a client's keep-alive.
  res.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  res.end(JSON.stringify(body ?? null));
}
