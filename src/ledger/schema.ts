/** The append-only memory: what an event looks like, and what a ledger can do. */
import { z } from 'zod';
import { reasonSchema, verdictSchema } from '../contract/verdict-words.ts';
import type { StoredRow } from './chain.ts';
import { toGateDecidedSchema } from './gate-event.ts';
import {
  toRecordedDeploymentSchema,
  toRecordedIncidentSchema,
  toRecordedInterventionSchema,
} from './recorded-events.ts';
import { toNotificationSettledSchema, toRecordedFollowUpSchema } from './response-events.ts';
import {
  toRehearsalRecordedSchema,
  toRollbackDrivenSchema,
  toRollbackIntendedSchema,
  toRollbackSettledSchema,
} from './rollback-events.ts';

/** A run is about to probe. Without a seal after it, the run was interrupted. */
export const toIntendedEventSchema = () =>
  z.strictObject({
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
export const toSealedEventSchema = () =>
  z.strictObject({
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
export const toInterruptedEventSchema = () =>
  z.strictObject({
    type: z.literal('run.interrupted'),
    runId: z.string(),
    system: z.string(),
    environment: z.string(),
    foundAt: z.iso.datetime(),
  });

/** A production run was asked for and its input was wrong, so that it never began: nothing was observed. */
export const toRefusedEventSchema = () =>
  z.strictObject({
    type: z.literal('run.refused'),
    runId: z.string(),
    system: z.string().optional().describe('as far as the contract could be read'),
    environment: z.string(),
    kind: z.literal('production'),
    expected: z.strictObject({ commit: z.string().optional(), version: z.string().optional() }),
    refusedAt: z.iso.datetime(),
    because: z.array(z.string()).min(1).describe('what was wrong with the input, redacted'),
  });

/** By type. */
export const EVENT_SCHEMAS = {
  'run.intended': toIntendedEventSchema,
  'run.sealed': toSealedEventSchema,
  'run.interrupted': toInterruptedEventSchema,
  'run.refused': toRefusedEventSchema,
  'deployment.recorded': toRecordedDeploymentSchema,
  'incident.recorded': toRecordedIncidentSchema,
  'intervention.recorded': toRecordedInterventionSchema,
  'gate.decided': toGateDecidedSchema,
  'rollback.intended': toRollbackIntendedSchema,
  'rollback.driven': toRollbackDrivenSchema,
  'rollback.settled': toRollbackSettledSchema,
  'rehearsal.recorded': toRehearsalRecordedSchema,
  'notification.settled': toNotificationSettledSchema,
  'follow-up.recorded': toRecordedFollowUpSchema,
};
type EventSchemas = typeof EVENT_SCHEMAS;
export type LedgerEvent = { [T in keyof EventSchemas]: z.output<ReturnType<EventSchemas[T]>> }[keyof EventSchemas];
export type IntendedEvent = z.output<ReturnType<typeof toIntendedEventSchema>>;
export type RefusedEvent = z.output<ReturnType<typeof toRefusedEventSchema>>;
export type SealedEvent = z.output<ReturnType<typeof toSealedEventSchema>>;

/**
 * What gate10's own runs leave. A history may hold a million events that were told; of runs it holds as many as were made,
 * so that who asks about runs asks for these.
 */
export const RUN_EVENTS = ['run.intended', 'run.sealed', 'run.interrupted', 'run.refused'] as const;

/** What rollbacks leave. */
export const ROLLBACK_EVENTS = ['rollback.intended', 'rollback.driven', 'rollback.settled'] as const;

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
  readonly system?: string;
  readonly environment?: string;
  /** one type, or any of several */
  readonly type?: LedgerEvent['type'] | readonly LedgerEvent['type'][];
  readonly kind?: IntendedEvent['kind'];
  /** of one row at most */
  readonly key?: string;
  /** ISO 8601 in UTC: what took place then or later (`eventTime`: a run by its end, an incident by its beginning) */
  readonly since?: string;
  /** ISO 8601 in UTC: what took place before */
  readonly until?: string;
}

/** How many events of one outcome took place in a calendar month (UTC). */
export interface MonthlyCount {
  readonly system: string | null;
  readonly environment: string;
  /** `2026-01` */
  readonly month: string;
  /** a run's verdict, a told deployment's outcome; null where the type has none */
  readonly outcome: string | null;
  readonly count: number;
}

/** An event for `appendAll`. `kept` and `place` are for one that another history has kept already. */
export interface LedgerEntry {
  readonly event: LedgerEvent;
  readonly key: string;
  readonly kept?: StoredRow;
  readonly place?: { readonly file: string; readonly line: number };
}

export interface Ledger {
  /** Durable when it settles: written, synced and read back. Rejects with OwnFaultError otherwise. */
  append(event: LedgerEvent, key: string): Promise<LedgerRow>;
  /**
   * Many events at once, in one transaction: all of them or none. What is there already under its key, as the same event,
   * counts as known. Rejects with OwnFaultError; with InputError for an entry that names its place.
   */
  appendAll(entries: Iterable<LedgerEntry>): Promise<{ readonly added: number; readonly known: number }>;
  /** In order of seq. */
  rows(filter?: RowFilter): Promise<readonly LedgerRow[]>;
  /** The same, a page at a time: memory does not grow with the history. */
  eachRow(filter?: RowFilter): AsyncIterable<LedgerRow>;
  /** Counts all events of a type without reading them, oldest month first. Counts rows: what a deployment is, reports decide. */
  countPerMonth(filter: MonthlyFilter): Promise<readonly MonthlyCount[]>;
  /** how many rows a whole history has */
  size(): Promise<number>;
  verify(checkpoint?: Checkpoint): Promise<readonly HistoryProblem[]>;
  close(): Promise<void>;
}

export type MonthlyFilter = Pick<RowFilter, 'system' | 'environment' | 'kind'> & { readonly type: LedgerEvent['type'] };
