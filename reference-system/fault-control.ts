import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface FaultControl {
  /** Takes the value of `faults` in the body; throws to refuse it. */
  replace(faults: unknown): Promise<void> | void;
  clear(): Promise<void> | void;
  list(): unknown;
}

/**
 * The side channel that sets faults: `PUT`, `DELETE` and `GET` on the path of each kind with the header `x-control-token`.
 * It listens on a port of its own, so that no client of the system under test can reach it.
 */
export function createFaultControlServer(controls: Readonly<Record<string, FaultControl>>, token: string): Server {
  return createServer((request, response) => {
    handle(request, response, controls, token).catch((error: unknown) => {
      send(response, 400, { error: error instanceof Error ? error.message : String(error) });
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  controls: Readonly<Record<string, FaultControl>>,
  token: string,
): Promise<void> {
  if (!sameToken(request.headers['x-control-token'], token)) {
    send(response, 401, { error: 'The header x-control-token is missing or wrong.' });
    return;
  }
  const control = controls[request.url ?? ''];
  if (control === undefined) {
    send(response, 404, { error: `There is only ${Object.keys(controls).join(', ')} here.` });
    return;
  }
  if (request.method === 'PUT') await control.replace(((await readJson(request)) as { faults?: unknown }).faults);
  else if (request.method === 'DELETE') await control.clear();
  else if (request.method !== 'GET') {
    send(response, 405, { error: 'GET, PUT or DELETE.' });
    return;
  }
  send(response, 200, { faults: control.list() });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function sameToken(given: string | string[] | undefined, token: string): boolean {
  if (typeof given !== 'string') return false;
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
