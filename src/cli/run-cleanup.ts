/** Undoes what runs that were killed have left: each open entry of the write journal whose process is gone. */
import { randomBytes } from 'node:crypto';
import { createRedactor } from '../contract/redact.ts';
import type { ResolvedSystem } from '../contract/schema.ts';
import type { Clock } from '../probe/clock.ts';
import type { ProbeContext } from '../probe/context.ts';
import type { Flow } from '../probe/flow/flow.ts';
import { syntheticTag } from '../probe/flow/synthetic.ts';
import { createJournal, type JournalPlace, removeEntry, saveEntry } from '../probe/journal/journal.ts';
import type { JournalEntry } from '../probe/journal/journal-schema.ts';
import { type UndoPlan, unseal } from '../probe/journal/journal-seal.ts';
import { undo } from '../probe/journal/undo.ts';
import { createTools } from '../probe/tools.ts';

export interface CleanedEntry {
  readonly entry: JournalEntry;
  /** `failed` = seen to be there still, or refused; `unknown` = could not be judged. */
  readonly outcome: 'undone' | 'failed' | 'unknown';
  readonly message: string;
}

export interface CleanupInput {
  readonly system: ResolvedSystem;
  readonly place: JournalPlace;
  readonly clock: Clock;
  /** PATH of this process */
  readonly path: string | undefined;
}

/** One after the other, oldest first; what was undone is no longer in the journal afterwards. */
export async function runCleanup(entries: readonly JournalEntry[], input: CleanupInput): Promise<CleanedEntry[]> {
  const { system, place, clock } = input;
  const tools = createTools(system, { clock, nonce: randomBytes(12).toString('hex'), path: input.path });
  const cleaned: CleanedEntry[] = [];
  try {
    for (const entry of entries) {
      const plan = unseal(entry.sealed, entry.id, place.key);
      const done = plan === undefined ? sealedAway(entry) : await undoEntry(entry, plan, input, tools);
      if (done.outcome === 'undone') removeEntry(place.folder, entry.id);
      else saveEntry(place.folder, { ...entry, left: done.message });
      cleaned.push(done);
    }
  } finally {
    tools.client.close();
  }
  return cleaned;
}

function sealedAway(entry: JournalEntry): CleanedEntry {
  const message =
    'The entry cannot be opened: its key is another one, or it was changed. Set GATE10_JOURNAL_KEY (or restore the file "key") as it was; or remove the data by hand, then dismiss the entry.';
  return { entry, outcome: 'unknown', message };
}

async function undoEntry(
  entry: JournalEntry,
  plan: UndoPlan,
  { system, place, clock }: CleanupInput,
  { client, redact }: Pick<ProbeContext, 'client' | 'redact'>,
): Promise<CleanedEntry> {
  const nonce = plan.values['run.nonce'] ?? '';
  const run = { id: entry.runId, nonce };
  const context: ProbeContext = { system, client, clock, run, redact, journal: createJournal(place) };
  const values = new Map(Object.entries(plan.values));
  for (const [name, value] of system.secrets) values.set(`secret.${name}`, value);
  const flow: Flow = { at: plan.at, values, context, tag: syntheticTag(context) };
  const { judgement, gone } = await undo(plan, flow, entry.writes);
  if (gone) return { entry, outcome: 'undone', message: 'undone, and shown to be gone' };
  const withoutNonce = createRedactor(new Map([['run.nonce', nonce]]));
  if (judgement.status === 'passed') return { entry, outcome: 'unknown', message: 'It was not shown to be gone.' };
  const outcome = judgement.status === 'failed' ? 'failed' : 'unknown';
  return { entry, outcome, message: withoutNonce(judgement.message) };
}
