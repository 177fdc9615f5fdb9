/** Which export stands for which environment: a run of staging must not replace what is known of production. */
import { sha256Hex } from '../contract/canonical.ts';
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
    const environmentPart = toFilePart(scope.environment);
    const own = systems.size > 1 ? `.${toFilePart(scope.system)}.${environmentPart}` : `.${environmentPart}`;
    const plain = isSameScope(scope, { system: run.system, environment }) ? [''] : [];
    return { ...scope, suffixes: scopes.length > 1 ? [...plain, own] : plain };
  });
}

export function isSameScope(a: Scope, b: Scope): boolean {
  return a.system === b.system && a.environment === b.environment;
}

const MAX_PART_CHARS = 64;

/**
 * A name from outside as a part of a file's name: it leads nowhere else, and two names never become one. What has only
 * letters, digits, ".", "_" and "-" stays as it is.
 */
export function toFilePart(name: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  const safe = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, MAX_PART_CHARS - 9);
  return `${safe}-${sha256Hex(name).slice(0, 8)}`;
}
