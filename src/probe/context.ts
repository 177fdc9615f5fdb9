/** What every probe is given: the system, the client, the time and the run that it belongs to. */
import type { Redactor } from '../contract/redact.ts';
import type { ResolvedSystem } from '../contract/schema.ts';
import type { Clock } from './clock.ts';
import type { Client } from './http/request.ts';
import type { Journal } from './journal/journal.ts';
import type { Observed } from './row.ts';
import type { PlannedRow } from './schema.ts';
import type { CookieWatch } from './security/cookie-watch.ts';

export interface ProbeContext {
  readonly system: ResolvedSystem;
  readonly client: Client;
  readonly clock: Clock;
  /** `nonce` is unpredictable and URL-safe. */
  readonly run: { readonly id: string; readonly nonce: string };
  /** Every Set-Cookie line that the checks of this run were given so far. */
  readonly cookies?: CookieWatch['seen'] | undefined;
  /** Takes the declared secrets out of what is shown. */
  readonly redact: Redactor;
  /** What is written to the system is noted here first. */
  readonly journal: Journal;
  /** The time of the run: the client keeps to it by itself. Undefined = there is none. */
  readonly limit?: TimeLimit | undefined;
}

export interface TimeLimit {
  /** Aborted when it is over, with a RunLimitError. */
  readonly signal: AbortSignal;
  /** What undoes a write asks with this client, and has until this. */
  readonly undoing: { readonly client: Client; readonly signal: AbortSignal };
}

/** One planned row and how it is observed. Planned = produced, because both come from here. */
export interface Check {
  readonly planned: PlannedRow;
  /** Observed once all others are: it speaks of what they saw. */
  readonly isLast?: true;
  /** Observed even where the expected build did not settle: it helps to find the cause. */
  readonly isDiagnostic?: true;
  /** It undoes what it wrote: it ends by itself, a while after the time of the run is over. */
  readonly isUndoing?: true;
  readonly observe: (context: ProbeContext) => Promise<Observed>;
}

/** The URL of a path at a service of this environment. */
export function urlAt(system: ResolvedSystem, service: string, pathAndQuery: string): string {
  const target = system.environment.services[service];
  if (target === undefined) throw new Error(`the environment ${system.environmentName} has no service "${service}"`);
  return `${target.url.replace(/\/+$/, '')}${pathAndQuery}`;
}
