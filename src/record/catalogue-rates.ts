/** What the catalogue of injected faults measured of this suite: `<state>/faults/summary.json`, written by `npm run faults`. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { toolDigest } from './tool-digest.ts';

const rate = z.strictObject({
  count: z.int().nonnegative(),
  n: z.int().nonnegative(),
  upper: z.number().min(0).max(1).describe('at most this share, at the confidence (Clopper and Pearson, one-sided)'),
});

/** `older` = measured on other code than the one that ran: said, and no claim about this one. */
export const catalogueRatesSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('unknown'), why: z.string() }),
  z.strictObject({
    status: z.enum(['measured', 'older']),
    measured_at: z.iso.datetime(),
    confidence: z.number(),
    faults: z.int().nonnegative(),
    layers: z.int().nonnegative().describe('of the fourteen, those in which at least one fault was injected'),
    false_healthy: rate,
    false_alarms: rate,
    wrong_layer: rate,
  }),
]);
export type CatalogueRates = z.output<typeof catalogueRatesSchema>;

export const NEVER_MEASURED: CatalogueRates = {
  status: 'unknown',
  why: 'the catalogue of faults has not run in this state folder: npm run faults',
};

/** The part of a summary that is read here; the rest is for people. */
const summarySchema = z.object({
  schema: z.literal('gate10/faults/v1'),
  measuredAt: z.iso.datetime(),
  toolDigest: z.string(),
  confidence: z.number(),
  faults: z.int(),
  layersCovered: z.int(),
  falseGreens: rate.loose(),
  falseAlarms: rate.loose(),
  misnamed: rate.loose(),
});

/** Never throws: a summary that cannot be read is none, and says why. `root` = the folder that holds `src/`. */
export function readCatalogueRates(stateDir: string, root: string): CatalogueRates {
  const file = path.join(stateDir, 'faults', 'summary.json');
  if (!existsSync(file)) return NEVER_MEASURED;
  try {
    const summary = summarySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return {
      status: summary.toolDigest === toolDigest(root) ? 'measured' : 'older',
      measured_at: summary.measuredAt,
      ...{ confidence: summary.confidence, faults: summary.faults, layers: summary.layersCovered },
      false_healthy: toRate(summary.falseGreens),
      false_alarms: toRate(summary.falseAlarms),
      wrong_layer: toRate(summary.misnamed),
    };
  } catch (error) {
    return { status: 'unknown', why: `${file} cannot be read: ${error instanceof Error ? error.message : error}` };
  }
}

function toRate({ count, n, upper }: z.output<typeof rate>): z.output<typeof rate> {
  return { count, n, upper };
}
