/** What a webhook gets: Standard Webhooks' `{type, timestamp, data}`. For those who write a receiver. */
import { z } from 'zod';
import { INCIDENT_SEVERITIES, NOTIFY_EVENTS } from '../../contract/notify-schema.ts';

export const webhookMessageSchema = z.strictObject({
  type: z.enum([...NOTIFY_EVENTS, 'test'].map((event) => `gate10.${event}`)),
  timestamp: z.iso.datetime().describe('when it was sent'),
  data: z.strictObject({
    severity: z.enum(INCIDENT_SEVERITIES).nullable().describe('null = none, or nobody classified it'),
    system: z.string(),
    environment: z.string(),
    release: z.string().describe('the commit, or the version of a system that only has versions'),
    layers: z.array(z.string()).describe('that failed; the first explains the others'),
    summary: z.string(),
    because: z.array(z.string()),
    links: z.array(z.strictObject({ text: z.string(), href: z.string() })),
    dedupKey: z.string().describe('system, environment, layer and release: the same when it opens and when it ends'),
    about: z.string().describe('the incident, run, rollback or deployment'),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable().describe('null = it is not over'),
    onCall: z.strictObject({ primary: z.string(), backup: z.string() }).nullable(),
  }),
});
