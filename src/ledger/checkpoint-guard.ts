/** Before anything is appended: the history is the one that its checkpoints know. */
import { OwnFaultError } from '../errors.ts';
import { GENESIS, rowHash, type StoredRow } from './chain.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { NamedCheckpoint } from './find-history-problems.ts';

/** `hasOwn`: the first one has to be there and is told as missing; others may not have begun yet. Throws OwnFaultError. */
export function readCheckpoints(files: readonly string[], hasOwn: boolean): NamedCheckpoint[] {
  return files.flatMap((name, index) => {
    const checkpoint = readCheckpoint(name);
    return checkpoint || (hasOwn && index === 0) ? [{ name, checkpoint }] : [];
  });
}

/**
 * A history that is shorter than its checkpoint, or another one, is never extended: that would hide what happened.
 * `checkpoints` have to be read before the rows are. Throws OwnFaultError.
 */
export function refuseTampered(
  history: string,
  checkpoints: readonly NamedCheckpoint[],
  head: StoredRow | undefined,
  hashAt: (seq: number) => string | undefined,
): void {
  const fault = (what: string): OwnFaultError =>
    new OwnFaultError(
      `Failed to append to ${history}: ${what}. Run "gate10 history verify"; restore the history from a copy, or move the state folder away to begin a new one.`,
    );
  if (head && rowHash(head) !== head.hash) throw fault(`the row at seq ${head.seq} was edited`);
  for (const { name, checkpoint } of checkpoints) {
    if (checkpoint === undefined) {
      if (head) throw fault(`${name} is missing beside a history of ${head.seq} rows`);
      continue;
    }
    const known = checkpoint.count === 0 ? GENESIS : hashAt(checkpoint.count);
    if (known !== checkpoint.head) {
      throw fault(`the history is not the one that ${name} stands for (${checkpoint.count} rows)`);
    }
  }
}

const LOST = Symbol('a history that a checkpoint knows is gone');

/** Throws OwnFaultError where a checkpoint knows rows of a history that is not there: it is never replaced silently. */
export function refuseLost(history: string, checkpoints: readonly NamedCheckpoint[]): void {
  for (const { name, checkpoint } of checkpoints) {
    if (checkpoint === undefined || checkpoint.count === 0) continue;
    throw new OwnFaultError(
      `Failed to open ${history}: the history is gone, but ${name} knows one of ${checkpoint.count} rows. Restore it from a copy, or move the checkpoint away to begin a new history.`,
      { cause: LOST },
    );
  }
}

export function isLost(error: unknown): boolean {
  return error instanceof OwnFaultError && error.cause === LOST;
}
