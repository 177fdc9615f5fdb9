import type { PGlite } from '@electric-sql/pglite';
import type { PGLiteSocketHandlerOptions } from '@electric-sql/pglite-socket';

/** What a socket handler needs of its queue; the package does not export its own class. */
type HandlerQueue = PGLiteSocketHandlerOptions['queryQueue'];

interface Batch {
  readonly handlerId: number;
  readonly message: Uint8Array;
  readonly onData: (data: Uint8Array) => void;
  readonly resolve: (sentBytes: number) => void;
  readonly reject: (error: Error) => void;
}

/** Messages of the extended protocol that only make sense together with the Sync or Flush that ends them. */
const OPEN_ENDED = new Set(['P', 'B', 'D', 'E', 'C', 'd', 'F'].map((letter) => letter.charCodeAt(0)));

/**
 * A queue that gives each connection the single PGlite session for whole batches.
 *
 * The package's own queue runs message by message. A statement that arrives in several chunks then leaves room between
 * its Parse and its Bind for another connection's Parse, and all share the unnamed statement. Here everything up
 * to Sync, Flush or a simple Query is one exclusive call, an open transaction keeps the session for its connection, and
 * a failure reaches only its own caller.
 */
export function createQueryQueue(db: PGlite): HandlerQueue {
  const waiting: Batch[] = [];
  const unfinished = new Map<number, Uint8Array[]>();
  let running = false;
  let owner: number | undefined;

  const takeNext = (): Batch | undefined => {
    if (!db.isInTransaction() || owner === undefined) return waiting.shift();
    const index = waiting.findIndex((batch) => batch.handlerId === owner);
    return index === -1 ? undefined : waiting.splice(index, 1)[0];
  };

  const drain = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let batch = takeNext(); batch !== undefined; batch = takeNext()) {
      owner = batch.handlerId;
      await run(db, batch);
    }
    running = false;
  };

  const queue = {
    enqueue(handlerId: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number> {
      const parts = unfinished.get(handlerId) ?? [];
      if (OPEN_ENDED.has(message[0] ?? 0)) {
        unfinished.set(handlerId, [...parts, message]);
        return Promise.resolve(0);
      }
      unfinished.delete(handlerId);
      return new Promise((resolve, reject) => {
        const whole = parts.length === 0 ? message : Buffer.concat([...parts, message]);
        waiting.push({ handlerId, message: whole, onData, resolve, reject });
        void drain();
      });
    },
    getQueueLength: (): number => waiting.length,
    clearQueueForHandler(handlerId: number): void {
      unfinished.delete(handlerId);
      const gone = waiting.filter((batch) => batch.handlerId === handlerId);
      waiting.splice(0, waiting.length, ...waiting.filter((batch) => batch.handlerId !== handlerId));
      for (const batch of gone) batch.reject(new Error('The client disconnected before its query ran.'));
    },
    async clearTransactionIfNeeded(handlerId: number): Promise<void> {
      if (!db.isInTransaction() || owner !== handlerId) return;
      await db.exec('ROLLBACK');
      owner = undefined;
      await drain();
    },
  };
  // The declared class has private members, so no structural twin is assignable; the handler calls only these four.
  return queue as unknown as HandlerQueue;
}

async function run(db: PGlite, batch: Batch): Promise<void> {
  let sentBytes = 0;
  try {
    await db.runExclusive(() =>
      db.execProtocolRawStream(batch.message, {
        onRawData: (data) => {
          sentBytes += data.length;
          batch.onData(data);
        },
      }),
    );
    batch.resolve(sentBytes);
  } catch (error) {
    batch.reject(error instanceof Error ? error : new Error(String(error)));
  }
}
