/** `environments.*.settle`: how long is waited for the build, and how surely a stale replica is seen. */
import { z } from 'zod';
import type { SchemaParts } from './schema-parts.ts';

export function toSettleSchema({ duration, ratio }: Pick<SchemaParts, 'duration' | 'ratio'>) {
  return z.strictObject({
    readyWithin: duration.describe('deadline for the expected build to answer'),
    poll: duration,
    stabilise: duration.describe('wait after the expected build first answered, before anything is judged (S0: 30 s)'),
    observe: duration.describe('window in which no restart may happen (S1: 5 min)'),
    staleShare: ratio.describe('smallest share of stale replicas that the identity samples must not miss'),
    missRisk: z.number().gt(0).lt(1).describe('chance that a stale share of that size is missed all the same'),
  });
}
