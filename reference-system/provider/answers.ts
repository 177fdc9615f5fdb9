import { createHash } from 'node:crypto';

export const CHAT_MODEL = 'mosaic-coach-1';
export const EMBEDDING_MODEL = 'mosaic-embedding-1';
const EMBEDDING_DIMENSIONS = 64;

export interface ChatTurn {
  readonly role: string;
  readonly content: string;
}

/** A deterministic completion: it counts and quotes the last user message, so a test can tell a real answer from a canned one. */
export function completeChat(messages: readonly ChatTurn[]): {
  reply: string;
  promptTokens: number;
  replyTokens: number;
} {
  const question = messages.findLast((turn) => turn.role === 'user')?.content ?? '';
  const count = toWords(question).length;
  const reply = `You wrote ${count} ${count === 1 ? 'word' : 'words'}: "${question}"`;
  const promptTokens = messages.reduce((sum, turn) => sum + toWords(turn.content).length, 0);
  return { reply, promptTokens, replyTokens: toWords(reply).length };
}

/** A hashed bag of words of unit length: texts that share words point the same way. */
export function embedText(text: string): number[] {
  const vector = new Array<number>(EMBEDDING_DIMENSIONS).fill(0);
  for (const word of toWords(text.toLowerCase())) {
    const digest = createHash('sha256').update(word).digest();
    const at = digest.readUInt16BE(0) % EMBEDDING_DIMENSIONS;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

export function toWords(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
