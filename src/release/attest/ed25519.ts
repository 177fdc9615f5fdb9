/** Plain ed25519 (RFC 8032) by node:crypto: for whoever signs without SSH, such as a pipeline with a key in PEM. */
import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto';
import { toEd25519Key } from './ssh-wire.ts';

export const ED25519_SIGNATURE_BYTES = 64;

/** undefined = the text is no private ed25519 key in PEM that can be read without a passphrase. */
export function readEd25519Key(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

export function signEd25519(key: KeyObject, message: Uint8Array): Buffer {
  return sign(null, message, key);
}

/** `key` in SSH's binary form. False for every other kind of key and signature. */
export function verifyEd25519(key: Buffer, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== ED25519_SIGNATURE_BYTES) return false;
  const publicKey = toEd25519Key(key);
  return publicKey !== undefined && verify(null, message, publicKey, signature);
}
