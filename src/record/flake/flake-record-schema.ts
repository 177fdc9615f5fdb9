/** `flake.json` in the state folder. */
import { z } from 'zod';
import { readinessFileFields } from '../results/readiness-file-schema.ts';

const count = z.int().nonnegative();
const rate = z.number().min(0).max(1).nullable().describe('flaky of all observations; null = there are none');

export const flakeRecordSchema = z.strictObject({
  schema: z.literal('gate10/flake/v1'),
  ...readinessFileFields,
  window_days: z.number().positive(),
  runs: count,
  commits: count,
  observations: count.describe('a test at a commit, without those in quarantine'),
  flaky: count,
  flake_rate: rate,
  in_quarantine: z.strictObject({ tests: count, observations: count, flaky: count, flake_rate: rate }),
  tests: z
    .array(z.strictObject({ id: z.string(), observations: count, flaky: count, quarantined: z.boolean() }))
    .describe('those that flaked; the worst 200'),
  quarantine: z.array(
    z.strictObject({
      test: z.string(),
      owner: z.string(),
      reason: z.string(),
      expires: z.string(),
      status: z.enum(['in-force', 'void']),
    }),
  ),
});
export type FlakeRecord = z.output<typeof flakeRecordSchema>;
