/**
 * Very many commits in little memory: ids as 32-bit words, times and parents in typed arrays. A commit is a number, in the
 * order in which its id was first seen, as a commit or as a parent.
 */

import type { CommitSource } from './commit-source.ts';

export interface CommitTable extends CommitSource {
  /** The number of the id whose hex digits begin at `at`; it gets the next one if it is new. */
  intern(bytes: Uint8Array, at: number): number;
  /** To be followed by `addParent` for each of its parents. `timeSeconds` = committer time, Unix. */
  beginCommit(commit: number, timeSeconds: number): void;
  addParent(parent: number): void;
  idOf(commit: number): string;
}

const HEX = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) HEX[digit.charCodeAt(0)] = value;

/** `digits` of an id: 40 (SHA-1) or 64 (SHA-256). */
export function createCommitTable(digits: number): CommitTable {
  const words = digits / 8;
  const scratch = new Int32Array(words);
  let capacity = 1 << 12;
  let size = 0;
  let ids = new Int32Array(capacity * words);
  let times = new Float64Array(capacity).fill(Number.NaN);
  let parentsFrom = new Int32Array(capacity);
  let parentsUntil = new Int32Array(capacity);
  let parents = new Int32Array(capacity);
  let parentsSize = 0;
  let current = 0;
  let slots = new Int32Array(capacity * 2);

  function grow(): void {
    capacity *= 2;
    ids = larger(ids, new Int32Array(capacity * words));
    const before = times.length;
    times = larger(times, new Float64Array(capacity));
    times.fill(Number.NaN, before);
    parentsFrom = larger(parentsFrom, new Int32Array(capacity));
    parentsUntil = larger(parentsUntil, new Int32Array(capacity));
    slots = new Int32Array(capacity * 2);
    for (let commit = 0; commit < size; commit += 1) slots[freeSlot(ids[commit * words] ?? 0)] = commit + 1;
  }

  function freeSlot(first: number): number {
    const mask = slots.length - 1;
    let slot = first & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  function isScratch(commit: number): boolean {
    const from = commit * words;
    for (let word = 0; word < words; word += 1) if (ids[from + word] !== scratch[word]) return false;
    return true;
  }

  /** An id is as good as a random number: its first word is the hash. */
  function lookUp(): number {
    const mask = slots.length - 1;
    let slot = (scratch[0] ?? 0) & mask;
    for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
      if (isScratch(taken - 1)) return taken - 1;
      slot = (slot + 1) & mask;
    }
    return -1 - slot;
  }

  function readId(bytes: Uint8Array, at: number): void {
    for (let word = 0, from = at; word < words; word += 1) {
      let value = 0;
      for (const end = from + 8; from < end; from += 1) {
        const digit = HEX[bytes[from] ?? 0] ?? -1;
        if (digit < 0) throw new Error('Failed to read what git printed: a commit id has other than hex digits.');
        value = (value << 4) | digit;
      }
      scratch[word] = value;
    }
  }

  return {
    size: () => size,
    intern(bytes, at) {
      readId(bytes, at);
      const found = lookUp();
      if (found >= 0) return found;
      if (size === capacity) grow();
      slots[freeSlot(scratch[0] ?? 0)] = size + 1;
      ids.set(scratch, size * words);
      size += 1;
      return size - 1;
    },
    find(id) {
      if (id.length !== digits) return -1;
      readId(Buffer.from(id.toLowerCase(), 'latin1'), 0);
      return Math.max(-1, lookUp());
    },
    beginCommit(commit, timeSeconds) {
      current = commit;
      times[commit] = timeSeconds;
      parentsFrom[commit] = parentsSize;
      parentsUntil[commit] = parentsSize;
    },
    addParent(parent) {
      if (parentsSize === parents.length) parents = larger(parents, new Int32Array(parents.length * 2));
      parents[parentsSize] = parent;
      parentsSize += 1;
      parentsUntil[current] = parentsSize;
    },
    idOf(commit) {
      let id = '';
      for (let word = 0; word < words; word += 1) {
        id += ((ids[commit * words + word] ?? 0) >>> 0).toString(16).padStart(8, '0');
      }
      return id;
    },
    timeOf: (commit) => times[commit] ?? Number.NaN,
    parentCount: (commit) => (parentsUntil[commit] ?? 0) - (parentsFrom[commit] ?? 0),
    parentOf: (commit, index) => parents[(parentsFrom[commit] ?? 0) + index] ?? -1,
  };
}

function larger<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
