/** What was told to the ledger instead of being observed by a run: by a person, by a pipeline, or by another tool's export. */
import { z } from 'zod';

const words = z.string().min(1);
/** A system of one environment: what DORA's metrics are about. "Service" in a report is the system of a contract. */
const scope = { system: words, environment: words };

const toldBySchema = z
  .strictObject({
    source: z.enum(['person', 'pipeline', 'github', 'devlake', 'fourkeys', 'deployment-history', 'git']),
    by: words.optional().describe('who or what said it'),
    url: words.optional(),
  })
  .describe('nobody proved it: every report says how much of it was only told');

/** A deployment that no run of gate10 judged. `id` is the teller's own and part of the idempotency key. */
export const toRecordedDeploymentSchema = () =>
  z.strictObject({
    type: z.literal('deployment.recorded'),
    id: words,
    ...scope,
    commit: words.describe('the commit, or the version of a system that only has versions'),
    previousCommit: words.optional(),
    commitTime: z.iso.datetime().optional(),
    deployedAt: z.iso.datetime(),
    outcome: z.enum(['succeeded', 'failed', 'unjudged']),
    unplanned: z.boolean().optional().describe('made because of an incident (DORA: rework)'),
    claimed: words.optional(),
    reality: words.optional(),
    detectedBy: words.optional(),
    rootCause: words.optional(),
    resolution: words.optional(),
    timeToDetectMinutes: z.number().nonnegative().optional(),
    told: toldBySchema,
  });

/** An incident, told when it opened and told again (same `id`, with `resolvedAt`) when it ended: the last word counts. */
export const toRecordedIncidentSchema = () =>
  z.strictObject({
    type: z.literal('incident.recorded'),
    id: words,
    ...scope,
    title: words,
    openedAt: z.iso.datetime(),
    resolvedAt: z.iso.datetime().optional(),
    commit: words.optional().describe('the deployment that caused it, where that is known'),
    severity: z.enum(['P0', 'P1', 'P2', 'P3']).optional(),
    rootCause: words.optional(),
    resolution: words.optional(),
    told: toldBySchema,
  });

/** What makes a deployment a failed change although its checks passed (DORA: it needed immediate intervention). */
export const toRecordedInterventionSchema = () =>
  z.strictObject({
    type: z.literal('intervention.recorded'),
    id: words,
    ...scope,
    commit: words.describe('the deployment that needed it'),
    at: z.iso.datetime(),
    kind: z.enum(['rollback', 'hotfix', 'manual-intervention', 'user-visible-errors']),
    description: words,
    told: toldBySchema,
  });

export type RecordedDeployment = z.output<ReturnType<typeof toRecordedDeploymentSchema>>;
export type RecordedIncident = z.output<ReturnType<typeof toRecordedIncidentSchema>>;
export type RecordedIntervention = z.output<ReturnType<typeof toRecordedInterventionSchema>>;
