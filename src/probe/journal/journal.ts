/**
 * The write journal: before a promise writes to the system, an entry on disk says what, and how it is undone. It goes once
 * the undoing was seen to have worked; what a killed run leaves is finished by `gate10 cleanup`.
 */
import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PromiseContract } from '../../contract/schema.ts';
import { ensureFolder, isCode, PRIVATE, removeDurably, writeDurably } from '../../ledger/durable-file.ts';
import { ownFault } from '../../ledger/own-fault.ts';
import { type JournalEntry, type JournalOwner, type JournalWrite, journalEntrySchema } from './journal-schema.ts';
import { seal } from './journal-seal.ts';

export interface JournalPlace {
  /** `<state folder>/journal` */
  readonly folder: string;
  readonly key: Buffer;
  readonly owner: JournalOwner;
  readonly now: () => Date;
}

export interface JournalScope {
  readonly runId: string;
  readonly system: string;
  readonly environment: string;
}

/** One entry under way. */
export interface OpenEntry {
  /** On disk when it returns. Throws OwnFaultError: then nothing may be written to the system. */
  note(writes: readonly JournalWrite[], values: ReadonlyMap<string, string>): void;
  /** What was written is gone again: so is the entry. */
  close(): void;
  /** It stays, with the reason. */
  leave(why: string): void;
}

/** What writes, and how that is undone: a promise, or a journey. */
export type Undoable = Pick<PromiseContract, 'id' | 'title' | 'at' | 'cleanup' | 'verify'>;

export interface Journal {
  open(promise: Undoable, scope: JournalScope): OpenEntry;
}

export function createJournal(place: JournalPlace): Journal {
  return {
    open(promise, scope) {
      const id = entryId(promise.id, scope, place.owner);
      const openedAt = place.now().toISOString();
      const cleanup = promise.cleanup ?? [];
      const verify = promise.verify ?? [];
      let last: JournalEntry | undefined;
      return {
        note(writes, values) {
          const plan = { at: promise.at, cleanup, verify, values: withoutSecrets(values) };
          const { title } = promise;
          const known = { schema: 'gate10/journal/v1' as const, id, ...scope, promise: promise.id, title, openedAt };
          const updatedAt = place.now().toISOString();
          const undo = [...cleanup, ...verify].map(({ request }) => `${request.method} ${request.path}`);
          const entry: JournalEntry = {
            ...known,
            owner: place.owner,
            updatedAt,
            writes: [...writes],
            undo,
            sealed: seal(plan, id, place.key),
          };
          saveEntry(place.folder, entry);
          last = entry;
        },
        close() {
          if (last !== undefined) removeEntry(place.folder, id);
        },
        leave(why) {
          if (last !== undefined) saveEntry(place.folder, { ...last, left: why });
        },
      };
    },
  };
}

/** Of this run, promise and process alone: shards share the id of their run. */
function entryId(promise: string, { runId, system, environment }: JournalScope, { host, pid }: JournalOwner): string {
  const whole = [system, environment, runId, promise, host, pid].join('\n');
  return `${runId.slice(0, 100)}.${promise}.${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`;
}

/** Secrets of the environment come from the environment again. */
function withoutSecrets(values: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...values].filter(([name]) => !name.startsWith('secret.')));
}

const fileOf = (folder: string, id: string): string => path.join(folder, `${id}.json`);

export function saveEntry(folder: string, entry: JournalEntry): void {
  ensureFolder(folder);
  writeDurably(fileOf(folder, entry.id), `${JSON.stringify(entry, null, 2)}\n`, undefined, PRIVATE);
}

export function removeEntry(folder: string, id: string): void {
  removeDurably(fileOf(folder, id));
}

export interface ReadJournal {
  /** oldest first */
  readonly entries: readonly JournalEntry[];
  /** names of files that are no entries: something was written, and nobody can say what */
  readonly unreadable: readonly string[];
}

/** Empty where there never was a journal. Throws OwnFaultError where the folder cannot be read. */
export function readJournal(folder: string): ReadJournal {
  const entries: JournalEntry[] = [];
  const unreadable: string[] = [];
  for (const file of listFiles(folder)) {
    const entry = readEntry(path.join(folder, file));
    if (entry === undefined) unreadable.push(file);
    else if (entry !== 'gone') entries.push(entry);
  }
  return { entries: entries.sort((a, b) => a.openedAt.localeCompare(b.openedAt)), unreadable };
}

function listFiles(folder: string): string[] {
  let found: Dirent[] = [];
  try {
    found = readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (!isCode(cause, 'ENOENT')) throw ownFault(`read the write journal ${folder}`, cause);
  }
  return found.filter((one) => one.name.endsWith('.json')).map(({ name }) => name);
}

/** `gone` = it was closed while this was reading. */
function readEntry(file: string): JournalEntry | 'gone' | undefined {
  try {
    return journalEntrySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    return isCode(cause, 'ENOENT') ? 'gone' : undefined;
  }
}
