/** The signature over a verification summary: a DSSE envelope over exactly the bytes of vsa.intoto.json, and whose it is. */
import { OwnFaultError } from '../../errors.ts';
import type { Signer } from '../attest/allowed-signers.ts';
import { preAuthEncoding, readEnvelope, writeEnvelope } from '../attest/dsse.ts';
import { ED25519_SIGNATURE_BYTES, verifyEd25519 } from '../attest/ed25519.ts';
import { PAYLOAD_TYPE } from '../attest/schema.ts';
import { whyNotUsable } from '../attest/signer-options.ts';
import type { SigningKey } from '../attest/signing-key.ts';
import { NAMESPACE, type SshTool, verifyWithSsh } from '../attest/ssh-signature.ts';
import { fingerprintOf, keyOfSshSignature, typeOfKey } from '../attest/ssh-wire.ts';

export type SummarySignature =
  | { readonly outcome: 'verified'; readonly signer: string; readonly key: string }
  /** nobody is known by the key, it was not allowed then, or it cannot be said here; `why` is a sentence without its end */
  | { readonly outcome: 'unverified'; readonly why: string };

export interface SummaryVerifier extends SshTool {
  /** contracts/allowed_signers; none = there is no such file */
  readonly signers: readonly Signer[];
}

/** Rejects with InputError where the key does not sign. */
export async function signSummary(summary: string, sign: SigningKey['sign']): Promise<string> {
  const payload = Buffer.from(summary, 'utf8');
  const { signature, keyid } = await sign(preAuthEncoding(PAYLOAD_TYPE, payload));
  return writeEnvelope(payload, signature, keyid);
}

/** Rejects with OwnFaultError where the envelope is none, is about other bytes, or its signature is wrong. `at` = when it was decided. */
export async function verifySummary(
  envelope: { readonly text: string; readonly file: string },
  { summary, at }: { readonly summary: string; readonly at: string },
  verifier: SummaryVerifier,
): Promise<SummarySignature> {
  const { text, file } = envelope;
  const wrong = (why: string): OwnFaultError => new OwnFaultError(`${file} is not what was signed: ${why}.`);
  const read = readEnvelope(text, file);
  if (!read.ok) throw wrong(read.problems[0]?.what ?? 'it cannot be read');
  const { payload, signature, document } = read.envelope;
  if (!payload.equals(Buffer.from(summary, 'utf8'))) throw wrong('it is about another summary');
  const message = preAuthEncoding(PAYLOAD_TYPE, payload);
  const found =
    signature.length === ED25519_SIGNATURE_BYTES
      ? findPlain(message, signature, keyidOf(document.value), verifier)
      : await findSsh(message, signature, verifier);
  if (found === 'wrong') throw wrong('its signature is wrong');
  if ('outcome' in found) return found;
  const unusable = whyNotUsable(found, NAMESPACE, new Date(at));
  if (unusable !== undefined) return unverified(`${found.principal}: ${unusable}`);
  return { outcome: 'verified', signer: found.principal, key: fingerprintOf(found.key) };
}

/** As OpenSSH names types of keys: it becomes a word in a file. */
const KEY_TYPE = /^[a-z0-9@.-]{1,64}$/;

type Found = Signer | SummarySignature | 'wrong';

/** A plain signature does not hold its key: that it names one that is known is what tells a wrong one from a stranger's. */
function findPlain(message: Buffer, signature: Buffer, keyid: string | undefined, { signers }: SummaryVerifier): Found {
  const signer = signers.find(({ key }) => verifyEd25519(key, message, signature));
  if (signer !== undefined) return signer;
  if (keyid === undefined || signers.some(({ key }) => fingerprintOf(key) === keyid)) return 'wrong';
  return unverified(stranger(keyid));
}

/** A signature of SSH holds its key, so that also a stranger's can be seen to be wrong. */
async function findSsh(message: Buffer, signature: Buffer, verifier: SummaryVerifier): Promise<Found> {
  const named = keyOfSshSignature(signature);
  const type = named && typeOfKey(named);
  if (named === undefined || type === undefined || !KEY_TYPE.test(type)) return 'wrong';
  const signer = verifier.signers.find(({ key }) => key.equals(named));
  const as = signer ?? { principal: 'stranger', type, key: named };
  const verified = await verifyWithSsh(as, message, signature, verifier);
  switch (verified.outcome) {
    case 'good':
      return signer ?? unverified(stranger(fingerprintOf(named)));
    case 'bad':
      return 'wrong';
    case 'unverifiable':
      return unverified(verified.why);
  }
}

function stranger(key: string): string {
  return `nobody is known by the key ${key} in contracts/allowed_signers`;
}

function unverified(why: string): SummarySignature {
  return { outcome: 'unverified', why };
}

function keyidOf(envelope: unknown): string | undefined {
  return (envelope as { signatures?: readonly { keyid?: string }[] }).signatures?.[0]?.keyid;
}
