/** SSH's binary forms (RFC 4251 §5, RFC 8709 §4, OpenSSH PROTOCOL.sshsig), as far as it takes to tell whose key something is. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

const ED25519 = 'ssh-ed25519';
const ED25519_KEY_BYTES = 32;
const SSHSIG_MAGIC = 'SSHSIG';
const SSHSIG_VERSION = 1;

/** The parts of a sequence of length-prefixed strings; undefined = the lengths do not add up. */
export function readStrings(bytes: Buffer, from = 0): Buffer[] | undefined {
  const strings: Buffer[] = [];
  let at = from;
  while (at < bytes.length) {
    if (bytes.length - at < 4) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    strings.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return strings;
}

/** The public key that a SSHSIG names, as it stands in an allowed-signers file; undefined = this is no SSHSIG. Nothing is verified. */
export function keyOfSshSignature(signature: Buffer): Buffer | undefined {
  const head = SSHSIG_MAGIC.length;
  if (signature.length < head + 4 || signature.toString('latin1', 0, head) !== SSHSIG_MAGIC) return undefined;
  if (signature.readUInt32BE(head) !== SSHSIG_VERSION) return undefined;
  return readStrings(signature, head + 4)?.[0];
}

/** What a public key calls its own type; undefined = it is none. */
export function typeOfKey(key: Buffer): string | undefined {
  return readStrings(key)?.[0]?.toString('latin1');
}

/** `SHA256:…`, as ssh-keygen prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** An ssh-ed25519 key for node:crypto; undefined = it is of another type. */
export function toEd25519Key(key: Buffer): KeyObject | undefined {
  const [type, point, ...rest] = readStrings(key) ?? [];
  if (type?.toString('latin1') !== ED25519 || point?.length !== ED25519_KEY_BYTES || rest.length > 0) return undefined;
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }, format: 'jwk' });
}

/** The other way; undefined = it is no ed25519 key. */
export function fromEd25519Key(key: KeyObject): Buffer | undefined {
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  const { x = '' } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return Buffer.concat([Buffer.from(ED25519, 'latin1'), Buffer.from(x, 'base64url')].map(toWire));
}

function toWire(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
