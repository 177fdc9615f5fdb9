import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Delivery, deliver } from './slow-delivery.ts';

export interface Answer {
  status: number;
  body: Buffer;
  /** Headers to set, a list several times; null removes one. */
  headers: Record<string, string | string[] | null>;
  /** Bytes of the body that are sent before the connection is closed; undefined sends all. */
  cutAtBytes?: number;
  /** How the bytes go out, when not at once. */
  delivery?: Delivery;
}

/** Holds the real answer back until it is complete, lets `change` alter it, and sends it then. */
export function rewriteAnswer(response: ServerResponse, change: (answer: Answer) => void): void {
  const chunks: Buffer[] = [];
  const real = {
    writeHead: response.writeHead,
    write: response.write,
    end: response.end,
    flushHeaders: response.flushHeaders,
  };
  const keep = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, toEncoding(encoding)));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const held = {
    writeHead(status: number, ...rest: unknown[]): ServerResponse {
      response.statusCode = status;
      setHeaders(response, rest.at(-1));
      return response;
    },
    write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
      keep(chunk, encoding);
      runCallback(encoding, callback);
      return true;
    },
    end(chunk?: unknown, encoding?: unknown, callback?: unknown): ServerResponse {
      keep(chunk, encoding);
      Object.assign(response, real);
      send(response, chunks, change);
      runCallback(chunk, encoding, callback);
      return response;
    },
    flushHeaders: (): void => undefined,
  };
  Object.assign(response, held);
}

function send(response: ServerResponse, chunks: Buffer[], change: (answer: Answer) => void): void {
  const answer: Answer = { status: response.statusCode, body: Buffer.concat(chunks), headers: {} };
  const emptyByDesign = answer.body.length === 0;
  change(answer);
  response.statusCode = answer.status;
  // The reason phrase of the real status would contradict the new one.
  response.statusMessage = '';
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === null) response.removeHeader(name);
    else response.setHeader(name, value);
  }
  if (!(emptyByDesign && answer.body.length === 0)) {
    response.removeHeader('transfer-encoding');
    response.setHeader('content-length', answer.body.length);
  }
  if (answer.delivery !== undefined) {
    deliver(response, answer.body, answer.delivery);
    return;
  }
  if (answer.cutAtBytes === undefined) {
    response.end(answer.body);
    return;
  }
  response.flushHeaders();
  response.write(answer.body.subarray(0, answer.cutAtBytes), () => response.socket?.destroy());
}

function setHeaders(response: ServerResponse, headers: unknown): void {
  if (Array.isArray(headers)) {
    for (let index = 0; index + 1 < headers.length; index += 2) response.setHeader(headers[index], headers[index + 1]);
  } else if (typeof headers === 'object' && headers !== null) {
    for (const [name, value] of Object.entries(headers as OutgoingHttpHeaders)) {
      if (value !== undefined) response.setHeader(name, value);
    }
  }
}

function runCallback(...candidates: unknown[]): void {
  const callback = candidates.find((candidate) => typeof candidate === 'function');
  if (callback !== undefined) process.nextTick(callback as () => void);
}

function toEncoding(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}
