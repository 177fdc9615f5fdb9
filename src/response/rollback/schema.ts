/** What `gate10 rollback` answers: `rollbacks/<id>.json` of the state folder, and `--json`. */
import { z } from 'zod';
import { ROLLBACK_OUTCOMES } from '../../ledger/rollback-events.ts';

const release = z.strictObject({ commit: z.string(), runId: z.string() });

export const rollbackReportSchema = z.strictObject({
  schema: z.literal('gate10/rollback/v1'),
  rollbackId: z.string().optional().describe('none where nothing was recorded'),
  system: z.string(),
  environment: z.string(),
  outcome: z.enum([...ROLLBACK_OUTCOMES, 'nothing-due', 'would-roll-back']),
  reason: z.string().describe('one word for programs'),
  because: z.string().describe('one sentence for people'),
  dryRun: z.boolean(),
  resumed: z.boolean().describe('taken over from a process that was gone'),
  failed: release.optional(),
  target: release.optional(),
  serves: z.string().optional().describe('the commit that was proven'),
  proofRun: z.string().optional(),
  durations: z.strictObject({ driveMs: z.int().optional(), serveMs: z.int().optional(), totalMs: z.int() }).optional(),
  isSlow: z.boolean().optional().describe('it took longer than rollback.restoreWithin'),
  at: z.iso.datetime(),
});
export type RollbackReport = z.output<typeof rollbackReportSchema>;
