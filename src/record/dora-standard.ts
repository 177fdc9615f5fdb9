/** A rating standard from `authority/`: bands and minimum counts as data, each with its source. */
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { authorityPath, readAuthority } from '../contract/authority-file.ts';
import { OwnFaultError } from '../errors.ts';

interface Conditions {
  readonly above?: number | undefined;
  readonly from?: number | undefined;
  readonly below?: number | undefined;
  readonly at_most?: number | undefined;
}

const bandSchema = z
  .strictObject({
    above: z.number().optional(),
    from: z.number().optional(),
    below: z.number().optional(),
    at_most: z.number().optional(),
    rating: z.string().min(1),
  })
  .refine((band) => conditionsOf(band).length <= 1, 'a band has at most one of above, from, below, at_most');

/** In order, the first that fits counts; only the last is without a condition, so that every value has a rating. */
const bandsSchema = z
  .array(bandSchema)
  .min(2)
  .refine(
    (bands) => bands.every((band, index) => (conditionsOf(band).length === 0) === (index === bands.length - 1)),
    'the last band, and no other, is without a condition',
  );

const statisticSchema = z.enum(['p50', 'avg']);
const count = z.int().min(1).describe('no data is never rated');

export const doraStandardSchema = z.strictObject({
  schema: z.literal('gate10/dora-standard/v1'),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string().min(1),
  year: z.int(),
  source: z.string().min(1),
  note: z.string().optional(),
  minimum: z.strictObject({ deployments: count, lead_times: count, judged_deployments: count, incidents: count }),
  deployment_frequency: z.strictObject({ bands: bandsSchema }),
  lead_time_for_changes: z.strictObject({ statistic: statisticSchema, bands: bandsSchema }),
  change_failure_rate: z.strictObject({
    bands: bandsSchema,
    cluster_medians: z.record(z.string(), z.number()).optional(),
  }),
  time_to_restore_service: z.strictObject({ statistic: statisticSchema, bands: bandsSchema }),
});
export type DoraStandard = z.output<typeof doraStandardSchema>;
export type Band = z.output<typeof bandSchema>;

/** Reads `authority/<id>.yaml` of this package. Throws OwnFaultError: the file is gate10's, not the adopter's. */
export function loadDoraStandard(id = 'dora-2024'): DoraStandard {
  return readAuthority(`${id}.yaml`, doraStandardSchema);
}

/** The ids of the standards that this package brings. */
export function listDoraStandards(): string[] {
  const names = readdirSync(authorityPath('')).map((name) => name.replace(/\.yaml$/, ''));
  return names.filter((name) => /^(dora-\d{4}|seed-legacy)$/.test(name)).sort();
}

/** The rating of a value; null, with the reason, where there is too little to rate. */
export function rate(
  value: number | null,
  data: { readonly have: number; readonly need: number; readonly of: string },
  bands: readonly Band[],
): { rating: string | null; note?: string } {
  if (value === null || data.have < data.need) {
    return { rating: null, note: `not rated: ${data.have} ${data.of}, at least ${data.need} are needed` };
  }
  const band = bands.find((each) => fits(value, each));
  if (!band) throw new OwnFaultError(`Failed to rate ${value}: no band fits. The standard has no last band.`);
  return { rating: band.rating };
}

function fits(value: number, { above, from, below, at_most: atMost }: Band): boolean {
  if (above !== undefined) return value > above;
  if (from !== undefined) return value >= from;
  if (below !== undefined) return value < below;
  if (atMost !== undefined) return value <= atMost;
  return true;
}

function conditionsOf(band: Conditions): number[] {
  return [band.above, band.from, band.below, band.at_most].filter((limit) => limit !== undefined);
}
