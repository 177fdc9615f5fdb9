/** What a rollback and a rehearsal leave in the history. `at` is when it happened; nothing here proves that a release works. */
import { z } from 'zod';

const words = z.string().min(1);
const scope = { system: words, environment: words };
const release = z.strictObject({ commit: words, runId: words.describe('the production run that judged it') });
const driver = z.enum(['command', 'kubernetes', 'http', 'git']);
const milliseconds = z.int().nonnegative();

/** The process that acts. */
const rollbackOwnerSchema = z.strictObject({
  host: words,
  pid: z.int().positive(),
  startedAt: z.string().describe('tells it from a later process of the same number; empty where that is unknown'),
});
export type RollbackOwner = z.output<typeof rollbackOwnerSchema>;

/** Somebody is about to drive. Its key can be taken once, so that of many gates one drives. */
export const toRollbackIntendedSchema = () =>
  z.strictObject({
    type: z.literal('rollback.intended'),
    rollbackId: words,
    attempt: z.int().positive().describe('2 and more: taken over from a process that is gone'),
    ...scope,
    failed: release,
    target: release,
    driver,
    claim: words.describe('unpredictable: no two processes write the same intent'),
    owner: rollbackOwnerSchema,
    at: z.iso.datetime(),
    driveUntil: z.iso.datetime().describe('until then a driver that was started may still be at work'),
    until: z.iso.datetime().describe('after it, the process that acts counts as gone, whatever became of it'),
  });

/** The driver came to an end. */
export const toRollbackDrivenSchema = () =>
  z.strictObject({
    type: z.literal('rollback.driven'),
    rollbackId: words,
    attempt: z.int().positive(),
    ...scope,
    outcome: z
      .enum(['accepted', 'found', 'failed', 'unknown'])
      .describe('found = an earlier attempt had done it already; unknown = it was ended, and may have done it'),
    serves: words.describe('the commit that has to answer from then on'),
    said: z.string().describe('the end of what the driver said, redacted'),
    at: z.iso.datetime(),
    durationMs: milliseconds,
  });

export const ROLLBACK_OUTCOMES = ['restored', 'failed', 'refused', 'frozen'] as const;

/** The end: every rollback that was intended has one, and so has every failed run for which none was made. */
export const toRollbackSettledSchema = () =>
  z.strictObject({
    type: z.literal('rollback.settled'),
    rollbackId: words,
    ...scope,
    outcome: z.enum(ROLLBACK_OUTCOMES),
    reason: words.describe('one word for programs'),
    because: words.describe('one sentence for people'),
    failed: release,
    target: release.optional(),
    serves: words.optional().describe('the commit that was proven'),
    proofRun: words.optional().describe('the production run that proved it'),
    at: z.iso.datetime(),
    durations: z
      .strictObject({
        driveMs: milliseconds.optional().describe('the driver'),
        serveMs: milliseconds.optional().describe('from the intent until the target was served'),
        totalMs: milliseconds.describe('from the intent to this end'),
      })
      .optional(),
  });

/** There and back between two real releases, each proven. */
export const toRehearsalRecordedSchema = () =>
  z.strictObject({
    type: z.literal('rehearsal.recorded'),
    rehearsalId: words,
    ...scope,
    from: words.describe('the commit that was served, and is again'),
    to: words.describe('the commit that was gone back to'),
    driver,
    outcome: z.enum(['passed', 'failed']),
    because: words,
    at: z.iso.datetime(),
    durations: z.strictObject({
      thereMs: milliseconds.optional().describe('until the older release was served'),
      backMs: milliseconds.optional().describe('until the newer one was served again'),
    }),
  });

export type RollbackIntended = z.output<ReturnType<typeof toRollbackIntendedSchema>>;
export type RollbackDriven = z.output<ReturnType<typeof toRollbackDrivenSchema>>;
export type RollbackSettled = z.output<ReturnType<typeof toRollbackSettledSchema>>;
export type RehearsalRecorded = z.output<ReturnType<typeof toRehearsalRecordedSchema>>;
