import { setTimeout } from 'node:timers/promises';
import type { Replica } from './replica.ts';

const attempts = 60;
const pauseMs = 50;
const answerDeadlineMs = 3000;

/**
 * Waits until a replica has noticed that the database is another one, or back (then its schema is right as well): on a busy
 * machine it may still hold connections that were cut while it had no turn. Gives up after some seconds, for a replica that is broken in another way as well.
 */
export async function waitForDatabase(replica: Replica, isWhole: boolean): Promise<void> {
  for (let attempt = 0; attempt < attempts && replica.pid() !== undefined; attempt += 1) {
    if (await hasDatabase(replica.url, isWhole)) return;
    await setTimeout(pauseMs);
  }
}

async function hasDatabase(url: string, isWhole: boolean): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(answerDeadlineMs) });
    const report = (await response.json()) as { checks?: { database?: { ok?: unknown }; schema?: { ok?: unknown } } };
    return report.checks?.database?.ok === true && (!isWhole || report.checks.schema?.ok === true);
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
