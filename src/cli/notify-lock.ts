/** One `gate10 notify` at a time in a state folder. */
import path from 'node:path';
import type { RetryRules } from '../contract/notify-schema.ts';
import { ensureFolder } from '../ledger/durable-file.ts';
import { withLock } from '../record/scorecard/with-lock.ts';
import { type CliContext, stateDir } from './context.ts';

/** As long as all the attempts of another one may take for a message, twice. */
export async function lockNotifications<T>(context: CliContext, rules: RetryRules, work: () => Promise<T>): Promise<T> {
  const { times, deadline, retryAfter, most } = rules;
  const waitMs = 2 * times * (deadline + Math.max(retryAfter, most));
  // with the history on a server, nothing may have been written here yet
  ensureFolder(stateDir(context));
  return withLock(path.join(stateDir(context), 'notify-lock.sqlite'), work, waitMs);
}
