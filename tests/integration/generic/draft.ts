/** A request in its parts, so that single parts can be replaced; and its way onto the wire. */
import type { Operation } from '../../../src/contract/openapi.ts';
import { encodeMultipart } from '../../../src/probe/flow/multipart.ts';
import type { ApiRequest } from './api-request.ts';

export type FormFields = Parameters<typeof encodeMultipart>[0];

export type DraftBody =
  | { readonly kind: 'json'; readonly type: string; readonly value: unknown }
  | { readonly kind: 'form'; readonly fields: FormFields }
  | { readonly kind: 'raw'; readonly type: string | undefined; readonly text: string };

export interface Draft {
  readonly operation: Operation;
  /** by the name of the parameter, not encoded */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: DraftBody | undefined;
}

/** `credentials` = headers of a session. */
export function toApiRequest(draft: Draft, credentials: Readonly<Record<string, string>> = {}): ApiRequest {
  const { operation } = draft;
  const path = operation.path.replaceAll(/\{([^}]*)\}/g, (_, name: string) => encoded(draft.path[name] ?? ''));
  const query = Object.entries(draft.query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const { body, type } = toWire(draft.body);
  return {
    operation,
    pathAndQuery: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: { ...(type !== undefined && { 'content-type': type }), ...draft.headers, ...credentials },
    ...(body !== undefined && { body }),
  };
}

function toWire(body: DraftBody | undefined): { body?: string | Buffer; type?: string | undefined } {
  if (body === undefined) return {};
  if (body.kind === 'json') return { body: JSON.stringify(body.value), type: body.type };
  if (body.kind === 'raw') return { body: body.text, type: body.type };
  const form = encodeMultipart(body.fields, 'boundary-of-the-tests');
  return { body: form.body, type: form.contentType };
}

/** A lone surrogate has no UTF-8: it travels as U+FFFD. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
