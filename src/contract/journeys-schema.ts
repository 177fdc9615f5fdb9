/** `journeys`: what a person does in a browser. The steps are code, in files of their own; who they belong to is data. */
import { z } from 'zod';
import { LAYERS } from './layers.ts';
import type { SchemaParts } from './schema-parts.ts';

/** axe-core's own words (https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#results-object). */
export const IMPACTS = ['minor', 'moderate', 'serious', 'critical'] as const;

/** `step` = a step of a promise: what a journey writes is undone as what a promise writes is. */
export function toJourneySchema<Step extends z.ZodType>({
  slug,
  duration,
  severity,
  step,
}: Pick<SchemaParts, 'slug' | 'duration' | 'severity'> & { readonly step: Step }) {
  return z.strictObject({
    id: slug.describe('the title of the journey in its file, in lower case, with dashes for everything else'),
    layer: z.enum(LAYERS).describe('what is broken where the journey fails'),
    title: z.string().min(5).max(160),
    severity,
    authority: z.string().optional(),
    at: slug.optional().describe('the service whose pages are opened; default: the front door'),
    smoke: z
      .boolean()
      .default(false)
      .describe('also part of the project "production"; its title carries the tag @smoke'),
    given: z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), z.string())
      .default({})
      .describe(
        'values for the journey and its cleanup, e.g. the e-mail of a synthetic user; may use {{run.id}} and the like',
      ),
    writes: z.boolean().default(false).describe('true where it creates or changes data; then "cleanup" is required'),
    cleanup: z
      .array(step)
      .max(10)
      .optional()
      .describe('requests that remove what was made, whatever became of the journey'),
    verify: z.array(step).max(5).optional().describe('run after the cleanup: show that what was made is gone'),
    patience: duration.describe('how long a person waits for one thing'),
    within: duration.describe('limit of the whole journey'),
  });
}

export const accessibilitySchema = z.strictObject({
  fails: z.array(z.enum(IMPACTS)).min(1).default(['serious', 'critical']),
  baseline: z
    .array(
      z.strictObject({
        rule: z.string().min(1).describe("axe-core's name of the rule, e.g. color-contrast"),
        target: z.string().optional().describe('part of the CSS selector of the element; none = everywhere'),
        why: z.string().min(10).describe('why it is accepted'),
      }),
    )
    .default([])
    .describe('known violations; new ones are findings'),
});
