/** `contracts/notify.yaml`: who hears of what, and by which way. Of a secret it holds the name of its environment variable alone. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';

/** What can be told. All of it follows from the history; `rollback-…` may also be said, where gate10 did not roll back (`--event`). */
export const NOTIFY_EVENTS = [
  'incident-opened',
  'incident-closed',
  'deployment',
  'not-judged',
  'rollback-done',
  'rollback-failed',
] as const;
export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];

export const INCIDENT_SEVERITIES = ['P0', 'P1', 'P2', 'P3'] as const;
export type IncidentSeverity = (typeof INCIDENT_SEVERITIES)[number];

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63');
const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$/, 'one line without control characters');
/** With an underscore, so that a key that was pasted here is not taken for a name, and never shown. */
const variable = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,6}$/,
    'the name of an environment variable, such as PAGERDUTY_ROUTING_KEY, never the secret itself',
  );
const httpUrl = z.string().max(500).refine(isHttpUrl, 'http:// or https://, without user name, password and fragment');
const address = z.email('an e-mail address').max(254);

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text) || /\s/.test(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}

export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('alertmanager'),
    url: httpUrl.describe('without /api/v2/alerts: http://alertmanager.example.com:9093'),
  }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    routingKey: variable,
    url: httpUrl
      .optional()
      .describe('default: https://events.pagerduty.com; https://events.eu.pagerduty.com in Europe'),
  }),
  z.strictObject({
    kind: z.literal('slack'),
    webhook: variable.describe('whose value is the address: it is a secret'),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    url: httpUrl,
    secret: variable.optional().describe('signs, as Standard Webhooks says; whsec_… or any text'),
  }),
  z.strictObject({
    kind: z.literal('smtp'),
    host: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'a host name or an IPv4 address'),
    port: z.int().min(1).max(65_535),
    from: address,
    to: z.array(address).min(1).max(50).describe('each gets a mail of his own'),
    user: line.optional(),
    password: variable.optional(),
    tls: z
      .enum(['implicit', 'starttls', 'none'])
      .describe('implicit = TLS from the first byte (port 465), starttls = demanded (587), none = on this machine'),
  }),
]);
export type NotifyTarget = z.output<typeof targetSchema>;

const person = z.strictObject({ name: line, contact: line.optional() });
const pause = durationSchema.refine((ms) => ms >= 1 && ms <= 600_000, 'between 1 ms and 10 minutes');

export const retrySchema = z.strictObject({
  times: z.int().min(1).max(10).describe('attempts in all'),
  backoff: pause.describe('the first pause is at most so long, each further one at most twice as long'),
  most: pause.describe('the longest pause'),
  deadline: pause.describe('of one attempt'),
  retryAfter: pause.describe('the longest pause that a receiver may ask for'),
});
export type RetryRules = z.output<typeof retrySchema>;

export const notifySchema = z.strictObject({
  schema: z.literal('gate10/notify/v1'),
  targets: z.record(slug, targetSchema),
  routes: z.array(
    z.strictObject({
      events: z.array(z.enum(NOTIFY_EVENTS)).min(1),
      severities: z
        .array(z.enum(INCIDENT_SEVERITIES))
        .min(1)
        .optional()
        .describe('of what has one; what nobody classified passes every route'),
      environments: z.array(slug).min(1).default(['production']),
      targets: z.array(slug).min(1),
    }),
  ),
  retry: retrySchema.partial().prefault({}),
  links: z.record(line, httpUrl).default({}).describe('in every message: dashboard, runbook'),
  onCall: z
    .strictObject({
      start: z.iso.date().describe('a day on which a week begins, 00:00 UTC; the first person has that week'),
      people: z.array(person).min(1).max(100),
      backups: z.array(person).min(1).max(100).optional().describe('rotate as well; default: whoever is next'),
    })
    .optional(),
});
export type NotifyFile = z.output<typeof notifySchema>;
export type Rotation = NonNullable<NotifyFile['onCall']>;

/** `authority/notify.yaml`. */
export const notifyDefaultsSchema = z.strictObject({
  schema: z.literal('gate10/notify-defaults/v1'),
  sources: z.record(z.string(), z.string().min(10)),
  cites: z.record(z.string(), z.array(z.string()).min(1)),
  retry: retrySchema,
  pagerduty: z.strictObject({
    url: httpUrl,
    severities: z.record(z.enum(INCIDENT_SEVERITIES), z.enum(['critical', 'error', 'warning', 'info'])),
    unknown: z.enum(['critical', 'error', 'warning', 'info']),
    maxSummary: z.int().positive(),
    maxDedupKey: z.int().positive(),
  }),
  alertmanager: z.strictObject({ firesFor: durationSchema, unendedFor: durationSchema, newsFor: durationSchema }),
  slack: z.strictObject({ maxHeader: z.int().positive(), maxText: z.int().positive() }),
  silentAfter: durationSchema,
});
export type NotifyDefaults = z.output<typeof notifyDefaultsSchema>;
