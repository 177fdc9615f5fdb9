/** What was done about an incident: who was told of it, and what follows from it. */
import { z } from 'zod';

const words = z.string().min(1);
const scope = { system: words, environment: words };

/** One notification to one receiver: it arrived, or it did not after every attempt. Says nothing of what was written in it. */
export const toNotificationSettledSchema = () =>
  z.strictObject({
    type: z.literal('notification.settled'),
    ...scope,
    event: words.describe('incident-opened, incident-closed, deployment …: as contracts/notify.yaml names it'),
    about: words.describe('the incident, the run, the rollback or the deployment that it tells of'),
    dedupKey: words.describe('environment, layer and release: the same trouble has the same one, also in PagerDuty'),
    severity: z.enum(['P0', 'P1', 'P2', 'P3']).optional(),
    target: words.describe('as contracts/notify.yaml names it'),
    recipient: words.optional().describe('of an e-mail'),
    outcome: z.enum(['delivered', 'failed']),
    attempts: z.int().nonnegative().describe('0 = it was not even tried'),
    why: words.optional().describe('why it failed, redacted'),
    at: z.iso.datetime(),
  });

/** What follows from an incident, told again (same `id`) when it changes: the last word counts. */
export const toRecordedFollowUpSchema = () =>
  z.strictObject({
    type: z.literal('follow-up.recorded'),
    id: words.describe('of this incident'),
    incident: words.describe('as its file in incidents/ is named'),
    ...scope,
    kind: z.enum(['action', 'postmortem']),
    state: z.enum(['open', 'done']).describe('of a postmortem: done = published'),
    title: words,
    owner: words.describe('who answers for it'),
    due: z.iso.date().optional().describe('the last day on which it is not overdue, UTC'),
    url: words.optional(),
    at: z.iso.datetime(),
    by: words.optional(),
  });

export type NotificationSettled = z.output<ReturnType<typeof toNotificationSettledSchema>>;
export type RecordedFollowUp = z.output<ReturnType<typeof toRecordedFollowUpSchema>>;
