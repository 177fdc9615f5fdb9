/** Writers that are killed at random, again and again, and what is left of what they had acknowledged. */
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { spawnWriter, type Writer, type WriterPlace } from './writer.ts';

export interface KillPlan extends WriterPlace {
  /** at once */
  readonly writers: number;
  readonly kills: number;
  /** 0 up to, but not, 1 */
  readonly random: () => number;
}

export interface Killed {
  readonly kills: number;
  readonly acknowledged: number;
  /** acknowledged, and not in the history: has to be empty */
  readonly lost: readonly string[];
  /** what `verify` found: has to be empty */
  readonly problems: readonly string[];
  /** rows that were written, and whose writer was killed before it could say so */
  readonly unsaid: number;
}

/** An append takes some milliseconds: a kill is to hit every moment of it. */
const LATEST_MS = 12;
const MOST_ACKS = 8;

/** Kills `kills` writers, each at a random moment after a random number of its appends; a new one takes its place. */
export async function killWriters(plan: KillPlan): Promise<Killed> {
  const acknowledged: string[] = [];
  let started = 0;
  const lane = async (): Promise<void> => {
    while (started < plan.kills) {
      const writer = startDoomed(plan, ++started);
      await writer.ended;
      acknowledged.push(...writer.acknowledged);
      if (writer.process.signalCode !== 'SIGKILL')
        throw new Error(`a writer ended by itself: ${writer.process.exitCode}`);
    }
  };
  await Promise.all(Array.from({ length: plan.writers }, lane));
  return { kills: started, ...(await lookAfter(plan, acknowledged)) };
}

function startDoomed({ random, ...place }: KillPlan, number: number): Writer {
  const after = 1 + Math.floor(random() * MOST_ACKS);
  const delayMs = random() * LATEST_MS;
  return spawnWriter(place, `writer-${number}`, 1_000_000, ({ process: child, acknowledged }) => {
    if (acknowledged.length === after) setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
}

async function lookAfter(place: WriterPlace, acknowledged: readonly string[]): Promise<Omit<Killed, 'kills'>> {
  const ledger = await openLedger({ ...place, now: () => new Date(), create: false });
  try {
    const problems = await ledger.verify();
    const kept = new Set<string>();
    for await (const { key } of ledger.eachRow()) kept.add(key);
    return {
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((key) => !kept.has(key)),
      problems: problems.map(({ message }) => message),
      unsaid: kept.size - acknowledged.length,
    };
  } finally {
    await ledger.close();
  }
}

/** The same numbers for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
