/** What nobody can waive: identity, controls, the integrity of the run, the history. Without them nothing is known. */
import { LAYERS, type LayerId } from '../contract/layers.ts';
import type { ReleasePolicy } from '../contract/release-policy-schema.ts';
import type { WaiverClaims } from './attest/schema.ts';

/** A sentence without its full stop; undefined = it can be waived. */
export function whyUnwaivable(
  covers: WaiverClaims['covers'],
  unwaivable: ReleasePolicy['unwaivable'],
): string | undefined {
  if ('layer' in covers) {
    if (!unwaivable.layers.includes(covers.layer)) return undefined;
    return `the layer ${covers.layer} says which build was looked at`;
  }
  const layer = layerOf(covers.check);
  // Only a promise has an id that begins with its layer: controls, findings of integrity, blocks of the scorecard, the history have not.
  if (layer === undefined) return `"${covers.check}" is no check of a layer, and nothing else can be waived`;
  if (!unwaivable.layers.includes(layer) && !unwaivable.checks.includes(covers.check)) return undefined;
  return `${covers.check} says which build was looked at, and whether it stayed the same`;
}

function layerOf(id: string): LayerId | undefined {
  return LAYERS.find((layer) => id.startsWith(`${layer}.`) && id.length > layer.length + 1);
}
