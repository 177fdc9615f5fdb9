/**
 * What undoing a write needs, sealed with a key that does not lie in the entry: AES-256-GCM, bound to the entry's id, so
 * that an entry which was changed or swapped is refused instead of acted upon.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { StepContract } from '../../contract/schema.ts';

/** Everything that is needed to undo what a promise wrote; secrets of the environment are not in it. */
export interface UndoPlan {
  /** the service that steps ask which name none */
  readonly at: string;
  readonly cleanup: readonly StepContract[];
  readonly verify: readonly StepContract[];
  readonly values: Readonly<Record<string, string>>;
}

const [IV_BYTES, TAG_BYTES] = [12, 16];

/** 32 bytes from a text of any length. */
export function toJournalKey(text: string): Buffer {
  return createHash('sha256').update(`gate10/journal/v1\n${text}`).digest();
}

export function seal(plan: UndoPlan, id: string, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(id, 'utf8'));
  const text = Buffer.concat([cipher.update(JSON.stringify(plan), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

/** Undefined where the key is another one, or the entry was changed. */
export function unseal(sealed: string, id: string, key: Buffer): UndoPlan | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(id, 'utf8'));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as UndoPlan;
  } catch {
    return undefined;
  }
}
