/** The DSSE envelope (secure-systems-lab/dsse, protocol and envelope 1.0.2): what is signed, and how it is carried. */
import { toProblems } from '../../contract/issues.ts';
import type { YamlDocument } from '../../contract/yaml-document.ts';
import type { Problem } from '../../errors.ts';
import { envelopeSchema, PAYLOAD_TYPE } from './schema.ts';
import { parseStrictJson } from './strict-json.ts';

/** A statement has some hundred bytes, a signature of RSA some thousand. */
export const MAX_ENVELOPE_BYTES = 65_536;

export interface Envelope {
  /** The bytes that were signed, as they are. */
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** Where its parts stand, for messages. */
  readonly document: YamlDocument;
}

export type EnvelopeResult =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Pre-authentication encoding: no two pairs of type and body give the same bytes. */
export function preAuthEncoding(payloadType: string, body: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `, 'utf8'),
    type,
    Buffer.from(` ${body.length} `, 'utf8'),
    body,
  ]);
}

/** Never throws. The signature is not looked at. */
export function readEnvelope(text: string, file: string): EnvelopeResult {
  const parsed = parseStrictJson(text, file);
  if (!parsed.ok) return parsed;
  const { document } = parsed;
  const checked = envelopeSchema.safeParse(document.value);
  if (!checked.success) return { ok: false, problems: toProblems(checked.error.issues, document, envelopeSchema) };
  const { payload, signatures } = checked.data;
  const body = decodeBase64(payload);
  const signature = decodeBase64(signatures[0].sig);
  if (body !== undefined && signature !== undefined)
    return { ok: true, envelope: { payload: body, signature, document } };
  const problems = [
    ...(body === undefined ? [notBase64(document, ['payload'])] : []),
    ...(signature === undefined ? [notBase64(document, ['signatures', 0, 'sig'])] : []),
  ];
  return { ok: false, problems };
}

export function writeEnvelope(payload: Uint8Array, signature: Uint8Array, keyid: string): string {
  const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: encode(payload),
    signatures: [{ keyid, sig: encode(signature) }],
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

/** Standard alphabet, padded, canonical (RFC 4648 §3.5): one text for one sequence of bytes. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}

function notBase64(document: YamlDocument, path: readonly (string | number)[]): Problem {
  const { line, column } = document.place(path);
  const what = 'this is not base64';
  const expected = 'the standard alphabet with padding, and nothing else';
  return { code: 'not-base64', file: document.file, line, column, path: path.join('.'), what, expected };
}
