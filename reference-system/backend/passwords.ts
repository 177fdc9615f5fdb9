import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** OWASP Password Storage Cheat Sheet, scrypt: N = 2^14 with r = 8 asks for p = 5. */
const [BLOCK_SIZE, PARALLELIZATION] = [8, 5];

/** `cost` is the binary logarithm of N: the work of one hash, which a system that only tests meet may keep low. */
function work(cost: number): ScryptOptions {
  return { N: 2 ** cost, r: BLOCK_SIZE, p: PARALLELIZATION };
}

/** Hashes a password with a salt of its own; the text says how it was made. */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, KEY_BYTES, work(cost));
  return `scrypt$${cost}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Compares in constant time. Without a hash (unknown account) it does the work of `cost` and returns false. */
export async function verifyPassword(password: string, hash: string | undefined, cost: number): Promise<boolean> {
  const [, made = String(cost), salt = '', expected = ''] = (hash ?? '').split('$');
  const key = await derive(password, Buffer.from(salt, 'base64url'), KEY_BYTES, work(Number(made)));
  const known = Buffer.from(expected, 'base64url');
  return known.length === key.length && timingSafeEqual(known, key);
}
