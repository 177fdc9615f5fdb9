import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { RunningSystem } from '../../../reference-system/attach.ts';
import { createLookup } from '../../../reference-system/edge/dns-lookup.ts';

/** An answer, or the code of the error that came instead. */
export type Observation = {
  status: number | undefined;
  type: string;
  headers: IncomingMessage['headers'];
  text: string;
  error: string | undefined;
};

export type Door = 'FRONT_DOOR' | 'FRONT_DOOR_HTTP' | 'API' | 'API_HTTP' | 'REPLICA_1' | 'REPLICA_2';

export type ObserveOptions = { method?: string; headers?: Record<string, string>; body?: string };

/** The rig is on this machine: an answer that takes longer is none. */
const silenceMs = 2000;

/** Asks a door of the system: names through its resolver, certificates against its CA, a new connection each time. */
export function createClient(system: RunningSystem, patienceMs = silenceMs) {
  const ca = readFileSync(system.ca, 'utf8');
  const lookup = createLookup(system.env['REFERENCE_RESOLVER'] ?? '', { timeoutMs: 500, tries: 1 });
  return (door: Door, path: string, options: ObserveOptions = {}): Promise<Observation> =>
    observe(new URL(path, system.env[`REFERENCE_${door}`]), ca, lookup, { ...options, patienceMs });
}

function observe(
  url: URL,
  ca: string,
  lookup: LookupFunction,
  options: ObserveOptions & { patienceMs: number },
): Promise<Observation> {
  const { promise, resolve } = Promise.withResolvers<Observation>();
  const headers = { accept: 'application/json', ...options.headers };
  const target = { method: options.method ?? 'GET', headers, agent: false as const, timeout: options.patienceMs };
  const read = (response: IncomingMessage): void => {
    const chunks: Buffer[] = [];
    const settle = (error: string | undefined): void => {
      const type = response.headers['content-type'] ?? '';
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ status: response.statusCode, type, headers: response.headers, text, error });
    };
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => settle(undefined));
    response.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  };
  const outgoing =
    url.protocol === 'https:'
      ? requestSecure(url, { ...target, ca, lookup }, read)
      : requestPlain(url, url.hostname === '127.0.0.1' ? target : { ...target, lookup }, read);
  outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('silent'), { code: 'SILENT' })));
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    resolve({ status: undefined, type: '', headers: {}, text: '', error: error.code ?? error.message });
  });
  outgoing.end(options.body);
  return promise;
}
