/** Everything that a rollback takes from the outside world; a rehearsal and a test hand over their own. */
import type { RollbackPolicy } from '../../contract/rollback-policy-schema.ts';
import type { RollbackOwner } from '../../ledger/rollback-events.ts';
import type { Ledger } from '../../ledger/schema.ts';
import type { Clock } from '../../probe/clock.ts';
import type { Proof } from '../../record/find-proof.ts';
import type { Scope } from '../../record/production-runs.ts';
import type { Confirmation, FailedRun, OwnerState } from './decide-rollback.ts';
import type { Driver } from './driver.ts';
import type { TargetFinding } from './find-target.ts';
import type { RollbackHistory } from './read-rollbacks.ts';
import type { Served } from './served.ts';

export interface RollbackPorts {
  readonly ledger: Ledger;
  readonly scope: Scope;
  readonly policy: RollbackPolicy;
  readonly driver: Driver | undefined;
  readonly clock: Clock;
  /** unpredictable, letters and digits */
  readonly newId: () => string;
  readonly owner: RollbackOwner;
  readonly stateOf: (owner: RollbackOwner) => OwnerState;
  /** The newest proof; with a commit, that of this commit. */
  readonly findProof: (commit?: string) => Promise<Proof>;
  /** What the system says of itself. */
  readonly askSystem: () => Promise<Served>;
  /** One look in a process of its own, by what can see this failure (`choose-means.ts`). */
  readonly confirm: (failed: FailedRun) => Promise<Confirmation>;
  readonly findTarget: (failed: FailedRun, served: Served, history: RollbackHistory) => Promise<TargetFinding>;
  /** Runs the production suite to its end. What it found is in the history; undefined, or why it never ran. */
  readonly runSuite: (commit: string) => Promise<string | undefined>;
  /** One line for whoever watches. */
  readonly say: (line: string) => void;
}

/** The system's own word, else the platform's: what is down cannot say what it is. */
export async function askRuntime(
  { askSystem, driver }: Pick<RollbackPorts, 'askSystem' | 'driver'>,
  releases: { readonly failed: string; readonly target: string },
): Promise<Served> {
  const said = await askSystem();
  if (said.kind !== 'unknown' || driver?.current === undefined) return said;
  const current = await driver.current(releases);
  return current.kind === 'unknown' ? { ...current, why: `${said.why}; ${current.why}` } : current;
}
