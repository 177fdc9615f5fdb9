/** Which export stands for which environment: a run of staging must not replace what is known of production. */
import type { LedgerRow } from '../ledger/schema.ts';
import { type Scope, toProductionRuns } from './production-runs.ts';

/** Where there is one, the plain names are its: it is what DORA and a release gate ask about. */
const MAIN_ENVIRONMENT = 'production';

export interface ExportScope extends Scope {
  /** What comes between a file's name and its ending: `''` for the plain name, `.staging`. */
  readonly suffixes: readonly string[];
}

/**
 * Every system and environment of the history. With more than one, each has files of its own, `<name>.<environment>`
 * (`<name>.<system>.<environment>` where the folder holds several systems). The plain names belong to `production` of
 * the run's system; without one, to the environment of the run.
 */
export function listExportScopes(rows: readonly LedgerRow[], run: Scope): ExportScope[] {
  const scopes = [
    ...new Map(
      toProductionRuns(rows).map(({ system, environment }) => [`${system} ${environment}`, { system, environment }]),
    ).values(),
  ];
  const environment = scopes.some((each) => isSameScope(each, { ...run, environment: MAIN_ENVIRONMENT }))
    ? MAIN_ENVIRONMENT
    : run.environment;
  const systems = new Set(scopes.map(({ system }) => system));
  return scopes.map((scope) => {
    const own = systems.size > 1 ? `.${scope.system}.${scope.environment}` : `.${scope.environment}`;
    const plain = isSameScope(scope, { system: run.system, environment }) ? [''] : [];
    return { ...scope, suffixes: scopes.length > 1 ? [...plain, own] : plain };
  });
}

export function isSameScope(a: Scope, b: Scope): boolean {
  return a.system === b.system && a.environment === b.environment;
}
