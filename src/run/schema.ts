/** What a run was: the record that every later stage reads, and that can be judged again offline. */
import { z } from 'zod';
import { verdictSchema } from '../contract/verdict-words.ts';
import { identitySampleSchema, planSchema, rowSchema, sliResultSchema } from '../probe/schema.ts';

/** A way in which a run is less than it claims (reliability.md §2). Decides the verdict with the rows. */
export const integrityFindingSchema = z.strictObject({
  code: z.enum([
    'no-tests', // nothing was selected: the arguments are wrong → exit 2
    'filtered', // --grep, a file, a line or only some projects → partial
    'only', // test.only
    'skipped', // skip, fixme, conditional skip
    'no-evidence', // a test without any evidence (no assertion, swallowed, no row)
    'missing-row', // a planned row was never observed
    'unplanned-row', // an observed row that no plan knows
    'duplicate-row', // the same row twice (duplicated shard)
    'missing-shard',
    'unmerged-shard',
    'mixed-runs', // evidence of different plans or runs in one report
    'flaky', // passed on retry
    'expected-to-fail', // test.fail
    'runner-failure', // a test failed although its rows did not: assertion, time-out, crash of a worker
    'worker-crash',
    'global-error',
    'interrupted',
    'overruled', // another reporter returned a status of its own
    'config', // misspelt or forbidden configuration → exit 2
    'controls', // the known-good was not green or the known-bad not red
    'floating', // an assertion after the test's end, or not awaited
  ]),
  verdict: z.enum(['warned', 'failed', 'inconclusive', 'wrong-input', 'own-fault']),
  message: z.string(),
  test: z.string().optional(),
});
export type IntegrityFinding = z.output<typeof integrityFindingSchema>;

export const runRecordSchema = z.strictObject({
  schema: z.literal('gate10/run/v1'),
  runId: z.string(),
  kind: z
    .enum(['production', 'journeys', 'check'])
    .describe('"check" = the engine without a runner, "journeys" = those alone: never the proof of a deployment'),
  system: z.string(),
  environment: z.string(),
  frontDoor: z.string(),
  expected: z.strictObject({ commit: z.string().optional(), version: z.string().optional() }),
  previousCommit: z.string().optional(),
  commit: z
    .strictObject({
      time: z.iso.datetime().optional(),
      subject: z.string().optional(),
      deployedAt: z.iso.datetime().optional(),
    })
    .describe('what git and the deployment say about the expected commit'),
  startedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().optional().describe('first proven answer with the expected build'),
  endedAt: z.iso.datetime(),
  runner: z.strictObject({
    name: z.string(),
    version: z.string(),
    node: z.string(),
    argv: z.array(z.string()).describe('redacted'),
    shard: z.string().optional(),
  }),
  plan: planSchema,
  rows: z.array(rowSchema),
  slis: z.array(sliResultSchema),
  identity: z.array(identitySampleSchema),
  integrity: z.array(integrityFindingSchema),
  controls: z.strictObject({ good: verdictSchema, bad: verdictSchema, detail: z.string().optional() }).optional(),
  layers: z
    .record(z.string(), z.union([z.literal('declared'), z.strictObject({ absent: z.string() })]))
    .describe('as the contract declares them'),
  owner: z.string().optional().describe('who answers for the system'),
  owners: z.record(z.string(), z.string()).optional().describe('layer → who answers for it instead'),
});
export type RunRecord = z.output<typeof runRecordSchema>;
