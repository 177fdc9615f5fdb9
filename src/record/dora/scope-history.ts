/** What is known of one system in one environment: what runs saw, and what was told. */
import type { RecordedDeployment, RecordedIncident, RecordedIntervention } from '../../ledger/recorded-events.ts';
import type { LedgerRow, SealedEvent } from '../../ledger/schema.ts';
import { sameCommit } from '../../probe/identity/build.ts';
import { type Scope, toProductionRuns } from '../production-runs.ts';
import { inOrderOfTime } from './by-time.ts';

export interface ScopeHistory extends Scope {
  /** in the order in which they ended */
  readonly runs: readonly SealedEvent[];
  /** each once, as it was told last; in order of time */
  readonly deployments: readonly RecordedDeployment[];
  readonly incidents: readonly RecordedIncident[];
  readonly interventions: readonly RecordedIntervention[];
}

type Told = RecordedDeployment | RecordedIncident | RecordedIntervention;

/** One for every system and environment that a sealed run or a told event names, in order of appearance. */
export function toScopeHistories(rows: readonly LedgerRow[]): ScopeHistory[] {
  const runs = Map.groupBy(toProductionRuns(rows), scopeKey);
  const told = Map.groupBy(lastWords(rows), scopeKey);
  const scopes = new Map<string, Scope>();
  for (const [key, [first]] of [...runs, ...told]) if (first && !scopes.has(key)) scopes.set(key, first);
  return [...scopes].map(([key, { system, environment }]) => {
    const said = told.get(key) ?? [];
    return {
      ...{ system, environment, runs: runs.get(key) ?? [] },
      deployments: inOrderOfTime(
        said.filter((each) => each.type === 'deployment.recorded'),
        ({ deployedAt }) => deployedAt,
      ),
      incidents: inOrderOfTime(
        said.filter((each) => each.type === 'incident.recorded'),
        ({ openedAt }) => openedAt,
      ),
      interventions: inOrderOfTime(
        said.filter((each) => each.type === 'intervention.recorded'),
        ({ at }) => at,
      ),
    };
  });
}

export function scopeKey({ system, environment }: Scope): string {
  return `${system}\0${environment}`;
}

/** Of one system and environment, no two deployments share build and time. */
export function deploymentKey({ commit, timestamp }: { readonly commit: string; readonly timestamp: string }): string {
  return `${timestamp} ${commit}`;
}

/** One commit may be the abbreviation of the other; versions have to be the same text. */
export function sameBuild(a: string, b: string): boolean {
  return a === b || sameCommit(a, b);
}

/** What is told again under its id replaces what was told before. An incident may be ended by another teller. */
function lastWords(rows: readonly LedgerRow[]): Told[] {
  const last = new Map<string, Told>();
  for (const { event } of rows) {
    if (!isTold(event)) continue;
    const teller = event.type === 'incident.recorded' ? '' : event.told.source;
    last.set([event.type, event.system, event.environment, teller, event.id].join('\0'), event);
  }
  return [...last.values()];
}

function isTold(event: LedgerRow['event']): event is Told {
  return (
    event.type === 'deployment.recorded' || event.type === 'incident.recorded' || event.type === 'intervention.recorded'
  );
}
