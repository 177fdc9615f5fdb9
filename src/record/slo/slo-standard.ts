/** `authority/google-sre-30d.yaml`: windows, burn rates and the error-budget policy, each with its source. */
import { z } from 'zod';
import { citesWhatIsListed, readAuthority } from '../../contract/authority-file.ts';
import { durationSchema } from '../../contract/duration.ts';

const pair = z.strictObject({
  severity: z.enum(['page', 'ticket']),
  long: durationSchema,
  short: durationSchema,
  burn: z.number().positive(),
  budget: z.number().gt(0).lt(1),
});

export const sloStandardSchema = z
  .strictObject({
    schema: z.literal('gate10/slo-standard/v1'),
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    title: z.string().min(1),
    sources: z.record(z.string(), z.string().min(10)),
    cites: z.record(z.string(), z.array(z.string()).min(1)),
    period: z.string().regex(/^\d+[dw]$/),
    pairs: z.array(pair).min(1),
    page: z.strictObject({ failures: z.int().min(1), shortestWindow: durationSchema }),
    policy: z.strictObject({ window: durationSchema, exempt: z.array(z.enum(['P0', 'security'])) }),
    confidence: z.number().gt(0.5).lt(1),
    prometheus: z.strictObject({ maxAge: durationSchema, connect: durationSchema, total: durationSchema }),
  })
  .refine(citesWhatIsListed, { error: 'a source that is not listed' })
  .refine(({ pairs, period }) => pairs.every((one) => isConsistent(one, periodMs(period))), {
    error: 'the budget of a pair is not its burn rate times its long window over the period',
  });
export type SloStandard = z.output<typeof sloStandardSchema>;
export type StandardPair = SloStandard['pairs'][number];

/** Throws OwnFaultError. */
export function readSloStandard(): SloStandard {
  return readAuthority('google-sre-30d.yaml', sloStandardSchema);
}

export function periodMs(period: string): number {
  return durationSchema.parse(period.endsWith('w') ? `${Number(period.slice(0, -1)) * 7}d` : period);
}

function isConsistent({ burn, long, budget }: z.output<typeof pair>, period: number): boolean {
  return Math.abs((burn * long) / period - budget) < 1e-9;
}
