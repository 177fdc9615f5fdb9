/** Whose signature an envelope bears: of the person that its statement names, or nobody's that counts. */
import type { Refused } from '../refusal.ts';
import { isSamePrincipal, keysOf, type Signer } from './allowed-signers.ts';
import { type Envelope, preAuthEncoding } from './dsse.ts';
import { ED25519_SIGNATURE_BYTES, verifyEd25519 } from './ed25519.ts';
import { PAYLOAD_TYPE, type SignedStatement } from './schema.ts';
import { whyNotUsable } from './signer-options.ts';
import { NAMESPACE, type SshTool, verifyWithSsh } from './ssh-signature.ts';
import { fingerprintOf, keyOfSshSignature } from './ssh-wire.ts';

export type Verified =
  /** `signer`: the principal, as allowed_signers spells it; `key`: its fingerprint */
  | { readonly outcome: 'verified'; readonly signer: string; readonly key: string }
  | ({ readonly outcome: 'refused' } & Refused<'forged' | 'unknown-signer' | 'key-not-valid'>)
  | { readonly outcome: 'unverifiable'; readonly why: string };

export interface Verifier extends SshTool {
  readonly signers: readonly Signer[];
  readonly now: Date;
}

/** The key has to be allowed now and when it signed: one that was taken back speaks for nobody any more. */
export async function verifyEnvelope(
  { payload, signature }: Pick<Envelope, 'payload' | 'signature'>,
  statement: SignedStatement,
  verifier: Verifier,
): Promise<Verified> {
  const { approver, signedAt } = statement.predicate;
  const keys = keysOf(verifier.signers, approver);
  if (keys.length === 0) return refuse('unknown-signer', `${approver} has no key in contracts/allowed_signers`);
  const message = preAuthEncoding(PAYLOAD_TYPE, payload);
  const found = await findKey({ keys, approver, message, signature }, verifier);
  if ('outcome' in found) return found;
  const moments = [verifier.now, new Date(signedAt)];
  const unusable = moments.map((at) => whyNotUsable(found, NAMESPACE, at)).find((why) => why !== undefined);
  if (unusable !== undefined) return refuse('key-not-valid', unusable);
  return { outcome: 'verified', signer: found.principal, key: fingerprintOf(found.key) };
}

interface Question {
  /** of the person named */
  readonly keys: readonly Signer[];
  readonly approver: string;
  readonly message: Buffer;
  readonly signature: Buffer;
}

async function findKey(
  question: Question,
  verifier: Verifier,
): Promise<Signer | Exclude<Verified, { outcome: 'verified' }>> {
  const { keys, approver, message, signature } = question;
  if (signature.length === ED25519_SIGNATURE_BYTES) {
    const made = keys.find(({ key }) => verifyEd25519(key, message, signature));
    return made ?? refuse('forged', `no key of ${approver} made this signature over these words`);
  }
  const named = keyOfSshSignature(signature);
  if (named === undefined) return refuse('forged', 'this is neither an ed25519 signature nor one of SSH');
  const key = keys.find((one) => one.key.equals(named));
  if (key === undefined) {
    const owner = verifier.signers.find((one) => one.key.equals(named) && !isSamePrincipal(one.principal, approver));
    const whose = owner === undefined ? 'a key that nobody is known by' : `the key of ${owner.principal}`;
    return refuse('forged', `${approver} is said to have signed, but it was ${whose}`);
  }
  const verified = await verifyWithSsh(key, message, signature, verifier);
  switch (verified.outcome) {
    case 'good':
      return key;
    case 'bad':
      return refuse('forged', `${approver}: ${verified.why}`);
    case 'unverifiable':
      return verified;
  }
}

function refuse(code: 'forged' | 'unknown-signer' | 'key-not-valid', why: string) {
  return { outcome: 'refused', code, why } as const;
}
