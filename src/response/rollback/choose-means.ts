/** By what a failure can be seen again: a check of the wire takes seconds, the production suite its minutes and writes its own run. */
import type { RollbackPolicy } from '../../contract/rollback-policy-schema.ts';
import { ON_THE_WIRE } from '../../probe/plan.ts';
import type { RunRecord } from '../../run/schema.ts';

/** `check` = `gate10 check`, `suite` = the policy's production suite, each in a process of its own. */
export type Means = 'check' | 'suite';

/**
 * The check, where it can see one of the critical promises that failed; the suite, where all of them take a browser or time.
 * Who observes a promise stands in the plan of the run that failed; what no plan knows, no check looks for.
 */
export function chooseMeans(
  { rows, plan }: Pick<RunRecord, 'rows' | 'plan'>,
  { criticalLayers }: Pick<RollbackPolicy, 'criticalLayers'>,
): Means {
  const seenByCheck = new Set(plan.rows.filter(({ by }) => ON_THE_WIRE.includes(by)).map(({ id }) => id));
  const broken = rows.filter(({ status, layer }) => status === 'failed' && criticalLayers.includes(layer));
  return broken.length > 0 && !broken.some(({ id }) => seenByCheck.has(id)) ? 'suite' : 'check';
}
