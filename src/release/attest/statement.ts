/** The statement inside an envelope: bytes → an approval or a waiver, and back. */
import { canonicalJson } from '../../contract/canonical.ts';
import { toProblems } from '../../contract/issues.ts';
import type { Problem } from '../../errors.ts';
import type { Envelope } from './dsse.ts';
import {
  APPROVAL_TYPE,
  type ApprovalClaims,
  type ApprovalStatement,
  type SignedStatement,
  STATEMENT_TYPE,
  SUBJECT_NAME,
  signedStatementSchema,
  WAIVER_TYPE,
  type WaiverClaims,
  type WaiverStatement,
} from './schema.ts';
import { parseStrictJson } from './strict-json.ts';

export type StatementResult =
  | { readonly ok: true; readonly statement: SignedStatement }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Never throws. Problems stand where the payload does: it is one line of base64 in the file. */
export function readStatement({ payload, document }: Pick<Envelope, 'payload' | 'document'>): StatementResult {
  const { line, column } = document.place(['payload']);
  const here = (problem: Problem): Problem => {
    const path = ['payload', problem.path].filter((part) => part !== undefined && part !== '').join('.');
    return { ...problem, file: document.file, line, column, path };
  };
  const text = decodeUtf8(payload);
  if (text === undefined)
    return { ok: false, problems: [here({ code: 'wrong-encoding', what: 'the payload is not UTF-8' })] };
  const parsed = parseStrictJson(text, document.file);
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map(here) };
  const checked = signedStatementSchema.safeParse(parsed.document.value);
  if (checked.success) return { ok: true, statement: checked.data };
  const problems = toProblems(checked.error.issues, parsed.document, signedStatementSchema);
  return { ok: false, problems: problems.map(here) };
}

export function toApproval(manifestSha256: string, predicate: ApprovalClaims): ApprovalStatement {
  return { ...about(manifestSha256), predicateType: APPROVAL_TYPE, predicate };
}

export function toWaiver(manifestSha256: string, predicate: WaiverClaims): WaiverStatement {
  return { ...about(manifestSha256), predicateType: WAIVER_TYPE, predicate };
}

/** The bytes that are signed: RFC 8785, so that the same words are the same bytes. */
export function toPayload(statement: SignedStatement): Buffer {
  return Buffer.from(canonicalJson(statement), 'utf8');
}

function about(sha256: string): Pick<SignedStatement, '_type' | 'subject'> {
  return { _type: STATEMENT_TYPE, subject: [{ name: SUBJECT_NAME, digest: { sha256 } }] };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
