/** What the runner's process and the check engine, its child, tell each other; and what both tell the workers. */
import path from 'node:path';
import type { Problem } from '../errors.ts';
import type { RunContext } from '../probe/schema.ts';

/** Which run a process belongs to: its own, or a part of one that is cut into shards. */
export interface RunIdentity {
  readonly runId: string;
  readonly intentKey: string;
  /** folder of this process below `runs/`: shards of one run may share a state folder, not the engine's files */
  readonly folder: string;
  /** a shard with a blob report leaves the judging to `merge-reports` */
  readonly leftToMerge: boolean;
}

/** Which parts of the suite a run is made of. */
export interface AskedParts {
  /** false = journeys alone, which prove no deployment */
  readonly production: boolean;
  /** ways in which all journeys are made: "" = as usual, "mobile", …; none = those of the production run at most */
  readonly ways: readonly string[];
}

/** What the runner asks its check engine for: the engine's only argument, as JSON. */
export interface RunOrder {
  readonly identity: RunIdentity;
  /** unpredictable: the folder of an earlier run of the same name is not taken for this one's */
  readonly attempt: string;
  readonly environment: string;
  readonly stateDir: string;
  /** ISO-8601 UTC */
  readonly startedAt: string;
  /** arguments that leave tests out */
  readonly filters: readonly string[];
  readonly parts: AskedParts;
  readonly runnerPid: number;
}

/** The engine's first word: exactly one of these, before the first probe. */
export type FirstWord =
  /** the intent stands in the ledger, the plan on disk; the secrets are told here, because they are written nowhere */
  | { readonly type: 'announced'; readonly secrets: readonly (readonly [name: string, value: string])[] }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] }
  | { readonly type: 'fault'; readonly message: string };

/** Waits of other writers for the ledger, slow repositories: what the first word may take. */
export const ANNOUNCED_WITHIN_MS = 120_000;

/** How long the parts of a run may take, milliseconds: the outer limits of the tests. */
export interface RunLimits {
  readonly settleMs: number;
  readonly checkMs: number;
  readonly sampleMs: number;
  readonly confirmMs: number;
}

/** `run.json`, the last file of an announcement: where it is, everything is. */
export interface Announcement {
  readonly attempt: string;
  readonly context: RunContext;
  readonly limits: RunLimits;
}

export function runDirOf({ stateDir, identity }: Pick<RunOrder, 'stateDir' | 'identity'>): string {
  return path.join(stateDir, 'runs', identity.folder);
}
