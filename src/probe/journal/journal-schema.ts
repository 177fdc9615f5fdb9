/**
 * One entry of the write journal: what a promise was about to write, by whom, and how it is undone.
 *
 * What a reader needs stands in the clear; what undoing needs (captured ids and tokens, the run's nonce, which passwords of
 * synthetic users are made of, and the steps themselves) is sealed (journal-seal.ts).
 */
import { z } from 'zod';

/** `sent` = no answer yet; `taken` = accepted; `refused` = 4xx; `unknown` = 5xx or no answer: it may have been done. */
export const writeOutcomeSchema = z.enum(['sent', 'taken', 'refused', 'unknown']);
export type WriteOutcome = z.output<typeof writeOutcomeSchema>;

const journalWriteSchema = z.strictObject({
  step: z.string(),
  request: z.string().describe('method and path, e.g. "POST /auth/register"'),
  what: z.string().optional().describe('what is made, without anything secret'),
  at: z.iso.datetime(),
  outcome: writeOutcomeSchema,
});
export type JournalWrite = z.output<typeof journalWriteSchema>;

/** The process that writes: told from a later one with the same number by its start. */
export const journalOwnerSchema = z.strictObject({
  host: z.string(),
  pid: z.int().positive(),
  startedAt: z.string().describe('as the operating system has it; "" where it does not say'),
});
export type JournalOwner = z.output<typeof journalOwnerSchema>;

export const journalEntrySchema = z.strictObject({
  schema: z.literal('gate10/journal/v1'),
  id: z.string().regex(/^[A-Za-z0-9._-]+$/),
  runId: z.string(),
  system: z.string(),
  environment: z.string(),
  promise: z.string(),
  title: z.string(),
  owner: journalOwnerSchema,
  openedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  writes: z.array(journalWriteSchema),
  undo: z.array(z.string()).describe('the requests that undo it, and those that show that it is gone'),
  left: z.string().optional().describe('why it could not be undone so far'),
  sealed: z.string(),
});
export type JournalEntry = z.output<typeof journalEntrySchema>;
