/** A store of rows as the ledger that the rest of gate10 knows. */
import { canonicalJson } from '../contract/canonical.ts';
import { InputError, OwnFaultError } from '../errors.ts';
import type { StoredRow } from './chain.ts';
import { readCheckpoints } from './checkpoint-guard.ts';
import { isWithin } from './event-facts.ts';
import { ownFault } from './own-fault.ts';
import { isEventType, parseEvent } from './parse-event.ts';
import { toLedgerRow } from './read-event.ts';
import type { Ledger, LedgerEntry, LedgerEvent, LedgerRow, RowFilter } from './schema.ts';
import type { NewRow, RowStore } from './store.ts';
import { verifyHistory } from './verify-history.ts';

/** Rows per page: so few that they are forgotten before the memory grows for them. */
const PAGE = 200;

export function toLedger(store: RowStore, now: () => Date): Ledger {
  const at = (): string => now().toISOString();
  const eachRow = (filter: RowFilter = {}) => readRows(store, filter);
  return {
    append: async (event, key) => toLedgerRow(await store.append(at(), toNewRow(store, { event, key })), store.name),
    appendAll: (entries) => store.appendAll(at(), toNewRows(store, entries)),
    rows: async (filter = {}) => {
      const rows: LedgerRow[] = [];
      for await (const page of readPages(store, filter)) rows.push(...page);
      return rows;
    },
    eachRow,
    countPerMonth: (filter) => store.countPerMonth(filter),
    size: () => store.lastSeq(),
    verify: async (given) => {
      // Checkpoints first: a row that another process appends meanwhile makes the history longer, never shorter.
      const named = readCheckpoints(store.checkpoints, store.hasOwnCheckpoint);
      return verifyHistory(store, given ? [...named, { name: 'the given checkpoint', checkpoint: given }] : named);
    },
    close: () => store.close(),
  };
}

function* toNewRows(store: RowStore, entries: Iterable<LedgerEntry>): Generator<NewRow> {
  for (const entry of entries) yield toNewRow(store, entry);
}

function toNewRow({ name }: RowStore, entry: LedgerEntry): NewRow {
  const { key, kept, place } = entry;
  const event = checkEvent(name, entry);
  const text = kept?.event ?? canonicalJson(event);
  return { key, event: text, value: event, ...(kept && { kept }), ...(place && { place }) };
}

function checkEvent(name: string, { event, place }: LedgerEntry): LedgerEvent {
  const result = parseEvent(event);
  if (result.success) return result.data;
  if (place === undefined) throw ownFault(`append to ${name}`, result.error);
  const [issue] = result.error.issues;
  const what = `this is no event that this gate10 knows: ${issue?.message ?? 'it has another shape'}`;
  const fix = 'Export it again with "gate10 history export"; update gate10 if a newer one wrote it.';
  throw new InputError([{ code: 'event', ...place, path: ['event', ...(issue?.path ?? [])].join('.'), what, fix }]);
}

async function* readRows(store: RowStore, filter: RowFilter): AsyncGenerator<LedgerRow> {
  for await (const page of readPages(store, filter)) yield* page;
}

async function* readPages(store: RowStore, filter: RowFilter): AsyncGenerator<readonly LedgerRow[]> {
  await refuseUnknown(store, filter);
  for await (const page of readStored(store, filter))
    yield page.map((row) => toLedgerRow(row, store.name)).filter(({ event }) => isWithin(event, filter));
}

async function* readStored(store: RowStore, filter: RowFilter): AsyncGenerator<readonly StoredRow[]> {
  if (Object.values(filter).every((part) => part === undefined)) {
    for (let page = await store.after(0, PAGE); page.length > 0; page = await store.after(page.at(-1)?.seq ?? 0, PAGE))
      yield page;
    return;
  }
  const seqs = await store.seqs(filter);
  for (let from = 0; from < seqs.length; from += PAGE) yield await store.bySeqs(seqs.slice(from, from + PAGE));
}

/**
 * An event that cannot be read at all may be of any type; when one of an unknown type took place is unknown too. Either may
 * belong to what was asked for, so that nothing is said about it.
 */
async function refuseUnknown(store: RowStore, { key, type: asked, since, until }: RowFilter): Promise<void> {
  if (key !== undefined) return;
  const isWindow = asked === undefined && (since !== undefined || until !== undefined);
  const unknown = (await store.types()).filter((type) => type === null || (isWindow && !isEventType(type)));
  if (unknown.length === 0) return;
  const named = unknown.map((type) => type ?? 'none').join(', ');
  throw new OwnFaultError(
    `Failed to read ${store.name}: it holds an event of a type that this gate10 does not know (${named}). Run "gate10 history verify"; update gate10 if a newer one wrote it.`,
  );
}
