/** The append-only memory: what an event looks like, and what a ledger can do. */
import { z } from 'zod';
import { reasonSchema, verdictSchema } from '../contract/verdict-words.ts';
import { recordedDeploymentSchema, recordedIncidentSchema, recordedInterventionSchema } from './recorded-events.ts';

/** A run is about to probe. Without a seal after it, the run was interrupted. */
export const intendedEventSchema = z.strictObject({
  type: z.literal('run.intended'),
  runId: z.string(),
  system: z.string(),
  environment: z.string(),
  kind: z.enum(['production', 'journeys', 'check']),
  expected: z.strictObject({ commit: z.string().optional(), version: z.string().optional() }),
  planDigest: z.string(),
  contractDigest: z.string(),
  startedAt: z.iso.datetime(),
});

/** A run was judged, its record written and read back. */
export const sealedEventSchema = z.strictObject({
  type: z.literal('run.sealed'),
  runId: z.string(),
  system: z.string(),
  environment: z.string(),
  kind: z.enum(['production', 'journeys', 'check']),
  expected: z.strictObject({ commit: z.string().optional(), version: z.string().optional() }),
  previousCommit: z.string().optional(),
  commitTime: z.iso.datetime().optional(),
  deployedAt: z.iso.datetime().optional(),
  settledAt: z.iso.datetime().optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  verdict: verdictSchema,
  reason: reasonSchema.optional(),
  exitCode: z.int(),
  complete: z.boolean(),
  because: z.array(z.string()),
  failedLayers: z.array(z.string()),
  severity: z.enum(['P0', 'P1', 'P2', 'P3']).optional().describe('the worst severity among the failed rows'),
  claimed: z.string().optional().describe('what the commit said: its subject'),
  planDigest: z.string(),
  contractDigest: z.string(),
  recordDigest: z.string().describe('SHA-256 of the bytes of record.json'),
  recordPath: z.string().describe('relative to the state folder'),
});

/** A run that was never sealed was found and closed by a later one. */
export const interruptedEventSchema = z.strictObject({
  type: z.literal('run.interrupted'),
  runId: z.string(),
  system: z.string(),
  environment: z.string(),
  foundAt: z.iso.datetime(),
});

/** A production run was asked for and its input was wrong, so that it never began: nothing was observed. */
export const refusedEventSchema = z.strictObject({
  type: z.literal('run.refused'),
  runId: z.string(),
  system: z.string().optional().describe('as far as the contract could be read'),
  environment: z.string(),
  kind: z.literal('production'),
  expected: z.strictObject({ commit: z.string().optional(), version: z.string().optional() }),
  refusedAt: z.iso.datetime(),
  because: z.array(z.string()).min(1).describe('what was wrong with the input, redacted'),
});

export const ledgerEventSchema = z.discriminatedUnion('type', [
  intendedEventSchema,
  sealedEventSchema,
  interruptedEventSchema,
  refusedEventSchema,
  recordedDeploymentSchema,
  recordedIncidentSchema,
  recordedInterventionSchema,
]);
export type LedgerEvent = z.output<typeof ledgerEventSchema>;
export type IntendedEvent = z.output<typeof intendedEventSchema>;
export type RefusedEvent = z.output<typeof refusedEventSchema>;
export type SealedEvent = z.output<typeof sealedEventSchema>;

/** A stored event with its place in the chain: `hash = SHA-256(prev + canonical JSON of everything else)`. */
export interface LedgerRow {
  readonly seq: number;
  readonly at: string;
  /** idempotency key: the same key with the same event is stored once, with another event refused */
  readonly key: string;
  readonly event: LedgerEvent;
  readonly prev: string;
  readonly hash: string;
}

/** Kept outside the database file, so that a truncated or replaced history is noticed. */
export interface Checkpoint {
  readonly count: number;
  readonly head: string;
  readonly at: string;
}

export interface HistoryProblem {
  readonly class:
    | 'edited'
    | 'deleted'
    | 'swapped'
    | 'duplicated'
    | 'truncated'
    | 'replaced'
    | 'unreadable'
    | 'newer-schema';
  readonly seq?: number;
  readonly message: string;
}

/** Which rows; every part optional, all of them have to hold. */
export interface RowFilter {
  readonly environment?: string;
  readonly type?: LedgerEvent['type'];
  readonly kind?: IntendedEvent['kind'];
  /** of one row at most */
  readonly key?: string;
}

export interface Ledger {
  /** Durable when it settles: written, synced and read back. Rejects with OwnFaultError otherwise. */
  append(event: LedgerEvent, key: string): Promise<LedgerRow>;
  rows(filter?: RowFilter): Promise<readonly LedgerRow[]>;
  verify(checkpoint?: Checkpoint): Promise<readonly HistoryProblem[]>;
  close(): Promise<void>;
}
