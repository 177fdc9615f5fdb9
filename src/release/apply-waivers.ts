/** Failed checks against the waivers in force. What is waived stays visible: a warning, never a pass. */
import type { ReleasePolicy } from '../contract/release-policy-schema.ts';
import type { Row } from '../probe/schema.ts';
import type { WaiverInForce } from './sign-off-schema.ts';
import { whyUnwaivable } from './unwaivable.ts';

export type FailedCheck = Pick<Row, 'id' | 'layer' | 'severity'>;

export interface AppliedWaivers {
  /** These are `warned` from here on, and are shown with who let them pass. */
  readonly waived: readonly { readonly check: FailedCheck; readonly by: WaiverInForce }[];
  /** These still fail. */
  readonly standing: readonly FailedCheck[];
  /** In force, and nothing failed that they cover: reported, because they hide nothing and can go. */
  readonly unused: readonly WaiverInForce[];
}

/**
 * Only what failed can be waived: what could not be judged is not known, and nobody can take responsibility for that. The id
 * has to be the same, character by character; a waiver of a layer covers its checks but those of severity P0.
 */
export function applyWaivers(
  rows: readonly (FailedCheck & Pick<Row, 'status'>)[],
  inForce: readonly WaiverInForce[],
  unwaivable: ReleasePolicy['unwaivable'],
): AppliedWaivers {
  const judged = rows
    .filter(({ status }) => status === 'failed')
    .map(({ id, layer, severity }) => {
      const check: FailedCheck = { id, layer, severity };
      return { check, by: findWaiver(check, inForce, unwaivable) };
    });
  const used = new Set(judged.map(({ by }) => by));
  return {
    waived: judged.flatMap(({ check, by }) => (by === undefined ? [] : [{ check, by }])),
    standing: judged.flatMap(({ check, by }) => (by === undefined ? [check] : [])),
    unused: inForce.filter((waiver) => !used.has(waiver)),
  };
}

function findWaiver(
  { id, layer, severity }: FailedCheck,
  inForce: readonly WaiverInForce[],
  unwaivable: ReleasePolicy['unwaivable'],
): WaiverInForce | undefined {
  // asked again here, because an id and the layer of its row need not agree
  if (unwaivable.layers.includes(layer) || whyUnwaivable({ check: id }, unwaivable) !== undefined) return undefined;
  const exact = inForce.find(({ covers }) => 'check' in covers && covers.check === id);
  if (exact !== undefined || severity === 'P0') return exact;
  return inForce.find(({ covers }) => 'layer' in covers && covers.layer === layer);
}
