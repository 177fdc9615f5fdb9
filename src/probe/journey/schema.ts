/** What a journey saw: plain data, from which its rows are made. No bodies, no query values, nothing secret. */
import { z } from 'zod';
import { IMPACTS } from '../../contract/journeys-schema.ts';
import { consoleMessageSchema, cspViolationSchema, resourceSchema } from '../browser/schema.ts';

const violationSchema = z.strictObject({
  rule: z.string().describe("axe-core's name of the rule"),
  impact: z.enum(IMPACTS),
  help: z.string(),
  targets: z.array(z.string()).describe('CSS selectors of the elements'),
});
export type Violation = z.output<typeof violationSchema>;

const lookSchema = z.strictObject({
  place: z.string().describe('path of the page, or the name that the journey gives to what it shows'),
  violations: z.array(violationSchema),
  error: z.string().optional().describe('why it could not be looked at'),
});
export type Look = z.output<typeof lookSchema>;

/** Milliseconds, but `cls`, which is a score (https://web.dev/articles/vitals). Null = the browser does not tell. */
const vitalsSchema = z.strictObject({
  place: z.string(),
  ttfb: z.number().nullable(),
  fcp: z.number().nullable(),
  lcp: z.number().nullable(),
  cls: z.number().nullable(),
  inp: z.number().nullable().describe('longest interaction; null = there was none'),
});
export type Vitals = z.output<typeof vitalsSchema>;

const journeyObservationSchema = z.strictObject({
  url: z.string().nullable().describe('where it ended'),
  steps: z.array(z.string()).describe('that came to their end'),
  brokenStep: z.string().optional(),
  error: z.string().optional().describe('what stopped it'),
  timedOut: z.boolean(),
  crashed: z.boolean(),
  resources: z.array(resourceSchema),
  console: z.array(consoleMessageSchema),
  exceptions: z.array(z.string()),
  cspViolations: z.array(cspViolationSchema),
  truncated: z.boolean().describe('there was more of something than is kept'),
  blip: z
    .string()
    .optional()
    .describe('a request of the system that got no answer, and got one when it was asked again afterwards'),
  looks: z.array(lookSchema),
  vitals: z.array(vitalsSchema),
  notes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  screenshot: z.string().optional().describe('file in the folder of the run'),
});
export type JourneyObservation = z.output<typeof journeyObservationSchema>;
