/**
 * The server that every bench of the check engine asks: N JSON endpoints with a service time, an identity, and a switch that
 * breaks them all. Its own process, so that its work is not the client's.
 * `node bench/endpoints-server.ts <serviceTimeMs>` → prints its URL; PUT /control {"broken":true|false}.
 */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const serviceTimeMs = Number(process.argv[2] ?? '0');
let broken = false;

function send(response: import('node:http').ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

const server = createServer(async (request, response) => {
  const url = request.url ?? '/';
  if (request.method === 'PUT' && url === '/control') {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    broken = (JSON.parse(text) as { broken: boolean }).broken;
    return send(response, 200, { broken });
  }
  if (url.startsWith('/__version'))
    return send(response, 200, { version: '1.0.0', instance_id: 'bench', started_at: '2026-01-01T00:00:00Z' });
  if (serviceTimeMs > 0) await delay(serviceTimeMs);
  if (broken) return send(response, 404, { error: 'no such route' });
  return send(response, 200, { ok: true, path: url });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
