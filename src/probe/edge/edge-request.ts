/** The request that both sides of an edge are asked: as declared, with a body of the declared size. */
import type { EdgeContract } from '../../contract/schema.ts';
import type { SendInput } from '../http/request.ts';

type EdgePath = EdgeContract['paths'][number];

/** Without the URL, which is that of a side. */
export function toEdgeRequest(path: EdgePath): Omit<SendInput, 'url'> {
  const { method, json, bodyBytes } = path;
  if (json === undefined) return { method, headers: path.headers };
  const text = JSON.stringify(json);
  // White space after a JSON text is allowed (RFC 8259 §2), so that every reader gets the same value.
  const body = bodyBytes === undefined ? text : text.padEnd(bodyBytes, ' ');
  return { method, headers: { 'content-type': 'application/json', ...path.headers }, body };
}

/** `/jobs`, or `POST /jobs` where it is not a plain GET. */
export function nameOfRequest({ method, path }: EdgePath): string {
  return method === 'GET' ? path : `${method} ${path}`;
}
