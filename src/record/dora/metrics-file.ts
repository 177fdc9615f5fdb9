/** The names of the files that hold the metrics of one system and environment, as `write-records` names them. */
import { isSameScope, toFilePart } from '../export-files.ts';
import type { Scope } from '../production-runs.ts';

/** Where there is one, the plain name is its. */
const MAIN_ENVIRONMENT = 'production';

/**
 * `all`: the systems and environments of the history. `month` (`2026-01`) for one that is over: the plain names are those
 * of the month that runs.
 */
export function metricsFileNames(all: readonly Scope[], scope: Scope, month?: string): string[] {
  const others = all.filter((each) => !isSameScope(each, scope));
  const [system, environment] = [toFilePart(scope.system), toFilePart(scope.environment)];
  const isOneSystem = others.every((each) => each.system === scope.system);
  const own = isOneSystem ? `.${environment}` : `.${system}.${environment}`;
  const isMain = others.length === 0 || (isOneSystem && scope.environment === MAIN_ENVIRONMENT);
  const suffixes = [...(isMain ? [''] : []), ...(others.length > 0 ? [own] : [])];
  return suffixes.map((suffix) => `dora_metrics${suffix}${month === undefined ? '' : `.${month}`}.json`);
}
