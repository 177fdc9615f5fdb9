/** The part of SARIF 2.1.0 that says what was found, where, and whether the tool finished. */
import { z } from 'zod';

const level = z.enum(['none', 'note', 'warning', 'error']);
const properties = z.record(z.string(), z.unknown()).nullish();
const text = z.looseObject({ text: z.string().optional() });

const rule = z.looseObject({
  id: z.string(),
  shortDescription: text.optional(),
  defaultConfiguration: z.looseObject({ level: level.optional() }).optional(),
  properties,
});
export type SarifRule = z.output<typeof rule>;

const component = z.looseObject({ name: z.string(), rules: z.array(rule).nullish() });

const location = z.looseObject({
  physicalLocation: z
    .looseObject({
      artifactLocation: z.looseObject({ uri: z.string().optional() }).optional(),
      region: z.looseObject({ startLine: z.int().optional() }).optional(),
    })
    .optional(),
});

const result = z.looseObject({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: z
    .looseObject({
      id: z.string().optional(),
      index: z.int().optional(),
      toolComponent: z.looseObject({ index: z.int().optional() }).optional(),
    })
    .optional(),
  kind: z.enum(['notApplicable', 'pass', 'fail', 'review', 'open', 'informational']).optional(),
  level: level.optional(),
  message: text.optional(),
  locations: z.array(location).nullish(),
  baselineState: z.string().optional(),
  suppressions: z
    .array(
      z.looseObject({
        status: z.enum(['accepted', 'underReview', 'rejected']).optional(),
        justification: z.string().optional(),
      }),
    )
    .nullish(),
  properties,
});
export type SarifResult = z.output<typeof result>;

const notification = z.looseObject({ level: level.optional(), message: text.optional() });

const run = z.looseObject({
  tool: z.looseObject({ driver: component, extensions: z.array(component).nullish() }),
  invocations: z
    .array(
      z.looseObject({
        executionSuccessful: z.boolean(),
        endTimeUtc: z.string().optional(),
        toolExecutionNotifications: z.array(notification).nullish(),
        toolConfigurationNotifications: z.array(notification).nullish(),
      }),
    )
    .nullish(),
  results: z.array(result).nullish(),
});
export type SarifRun = z.output<typeof run>;

export const sarifSchema = z.looseObject({ version: z.literal('2.1.0'), runs: z.array(run) });
