/** Where the write journal of this machine lies, who writes to it, and whether whoever wrote is still there. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { createDurably, ensureFolder, PRIVATE } from '../ledger/durable-file.ts';
import { ownFault } from '../ledger/own-fault.ts';
import { type JournalPlace, readJournal } from '../probe/journal/journal.ts';
import type { JournalEntry, JournalOwner } from '../probe/journal/journal-schema.ts';
import { toJournalKey } from '../probe/journal/journal-seal.ts';
import { type CliContext, stateDir } from './context.ts';

const MIN_KEY_CHARS = 16;

export function journalFolder(context: Pick<CliContext, 'cwd' | 'env'>): string {
  return path.join(stateDir(context), 'journal');
}

/** Throws InputError for a key that is too short, OwnFaultError where the key file can be neither read nor made. */
export function journalPlace(context: Pick<CliContext, 'cwd' | 'env' | 'now'>): JournalPlace {
  const folder = journalFolder(context);
  // Read when it is first needed: a run that writes nothing makes no key.
  let key: Buffer | undefined;
  return {
    folder,
    now: context.now,
    owner: thisProcess(),
    get key() {
      key ??= journalKey(folder, context.env);
      return key;
    },
  };
}

/** `GATE10_JOURNAL_KEY`, else a file of this user alone beside the entries, made where there is none. */
export function journalKey(folder: string, env: CliContext['env']): Buffer {
  const told = env['GATE10_JOURNAL_KEY'];
  if (told) {
    if (told.length >= MIN_KEY_CHARS) return toJournalKey(told);
    const expected = `at least ${MIN_KEY_CHARS} characters`;
    throw new InputError([{ code: 'journal-key', what: 'GATE10_JOURNAL_KEY is too short', expected }]);
  }
  const file = path.join(folder, 'key');
  ensureFolder(folder);
  // Whoever comes second takes the first one's.
  createDurably(file, `${randomBytes(32).toString('hex')}\n`, undefined, PRIVATE);
  try {
    return toJournalKey(readFileSync(file, 'utf8').trim());
  } catch (cause) {
    throw ownFault(`read ${file}`, cause);
  }
}

export function thisProcess(): JournalOwner {
  return { host: os.hostname(), pid: process.pid, startedAt: startOf(process.pid) ?? '' };
}

/** `elsewhere` = on another machine, of which nothing is known here. */
export function stateOf(owner: JournalOwner): 'alive' | 'gone' | 'elsewhere' {
  if (owner.host !== os.hostname()) return 'elsewhere';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  const stat = readStat(owner.pid);
  // Ended, and not taken leave of by whoever started it.
  if (stat?.state === 'Z' || stat?.state === 'X') return 'gone';
  const started = stat?.start;
  // The number was given to another process since.
  return started !== undefined && owner.startedAt !== '' && started !== owner.startedAt ? 'gone' : 'alive';
}

/** Entries of this environment that no run looks after any more. */
export function countLeft(folder: string, scope: Pick<JournalEntry, 'system' | 'environment'>): number {
  const { entries } = readJournal(folder);
  const left = entries.filter(({ system, environment, owner }) => {
    return system === scope.system && environment === scope.environment && stateOf(owner) !== 'alive';
  });
  return left.length;
}

function startOf(pid: number): string | undefined {
  return readStat(pid)?.start;
}

/** State, and boot and start of a process as Linux has them (proc(5)); undefined elsewhere, and for one that is gone. */
function readStat(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field may hold anything, parentheses too; the state is the third, the start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === undefined || ticks === undefined ? undefined : { state, start: `${boot}:${ticks}` };
  } catch {
    return undefined;
  }
}
