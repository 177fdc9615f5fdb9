import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** OWASP Password Storage Cheat Sheet, scrypt: N = 2^14 with r = 8 asks for p = 5. */
const COST = { N: 2 ** 14, r: 8, p: 5 };

/** Hashes a password with a salt of its own; the text says how it was made. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, KEY_BYTES, COST);
  return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Compares in constant time. Without a hash (unknown account) it does the same work and returns false. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, salt = '', expected = ''] = (hash ?? '').split('$');
  const key = await derive(password, Buffer.from(salt, 'base64url'), KEY_BYTES, COST);
  const known = Buffer.from(expected, 'base64url');
  return known.length === key.length && timingSafeEqual(known, key);
}
