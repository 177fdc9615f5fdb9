/** What a look at one page saw, and what is said about it. Plain data: no headers, no bodies, no query values. */
import { z } from 'zod';
import { reasonSchema, verdictSchema } from '../../contract/verdict-words.ts';

export const resourceSchema = z.strictObject({
  url: z.string(),
  host: z.string().describe('host and port that were asked'),
  method: z.string(),
  kind: z.string().describe("Playwright's resource type: document, script, stylesheet, font, image, fetch …"),
  state: z.enum(['loaded', 'failed', 'pending']),
  status: z.int().nullable(),
  contentType: z.string().nullable().describe('media type without parameters, lower case'),
  failure: z.string().nullable().describe("the browser's own words, e.g. net::ERR_NAME_NOT_RESOLVED"),
});
export type Resource = z.output<typeof resourceSchema>;

export const consoleMessageSchema = z.strictObject({
  level: z.enum(['error', 'warning']),
  text: z.string(),
  url: z.string(),
});

export const cspViolationSchema = z.strictObject({
  directive: z.string(),
  blocked: z.string(),
  reportOnly: z.boolean(),
});

export const pageObservationSchema = z.strictObject({
  schema: z.literal('gate10/page-observation/v1'),
  requestedUrl: z.string(),
  requestedHost: z.string(),
  finalUrl: z.string().nullable(),
  redirects: z.array(z.string()).describe('URLs that answered with a redirect on the way'),
  status: z.int().nullable(),
  contentType: z.string().nullable(),
  navigationError: z.string().nullable(),
  crashed: z.boolean(),
  readySelector: z.string(),
  readyMs: z.number().nullable().describe('from the start of the navigation; null = not visible by the deadline'),
  withinMs: z.number(),
  quiet: z.boolean().describe('every script, stylesheet, font and image had been answered by the deadline'),
  title: z.string().nullable(),
  buildCommit: z.string().nullable(),
  visibleTextLength: z.int().nullable().describe('null = the document could not be read'),
  texts: z.array(z.strictObject({ text: z.string(), seen: z.boolean() })),
  forbidden: z.array(z.strictObject({ text: z.string(), seen: z.boolean() })),
  landmarks: z.array(z.strictObject({ role: z.string(), name: z.string().optional(), seen: z.boolean() })),
  referenced: z.int().nullable().describe('scripts and stylesheets that the rendered document names; null = not read'),
  resources: z.array(resourceSchema),
  console: z.array(consoleMessageSchema),
  exceptions: z.array(z.string()),
  cspViolations: z.array(cspViolationSchema),
  serviceWorkers: z.array(z.string()).describe('scopes of registered service workers'),
  returnVisit: z
    .strictObject({
      fromWorker: z.boolean(),
      ready: z.boolean(),
      buildCommit: z.string().nullable(),
      texts: z.array(z.strictObject({ text: z.string(), seen: z.boolean() })),
      forbidden: z.array(z.strictObject({ text: z.string(), seen: z.boolean() })),
      error: z.string().nullable(),
    })
    .nullable()
    .describe('what somebody sees who comes back; null = no service worker was registered'),
  isolation: z
    .strictObject({ wanted: z.boolean(), seen: z.boolean().nullable() })
    .describe('cross-origin isolation (COOP and COEP)'),
  truncated: z.boolean().describe('there was more of something than is kept'),
  timings: z.strictObject({ firstByteMs: z.number().nullable(), loadMs: z.number().nullable() }),
});
export type PageObservation = z.output<typeof pageObservationSchema>;

export const findingSchema = z.strictObject({
  id: z.enum([
    'document',
    'ready',
    'content',
    'assets',
    'hosts',
    'exceptions',
    'console',
    'content-security-policy',
    'build-commit',
    'return-visit',
  ]),
  title: z.string(),
  status: verdictSchema,
  reason: reasonSchema.optional(),
  message: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
});
export type Finding = z.output<typeof findingSchema>;
