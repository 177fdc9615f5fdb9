/**
 * OpenSLO v1 as the specification has it (github.com/OpenSLO/OpenSLO, README and the schemas published until 2024), strict: an
 * unknown key is an error. What gate10 cannot work with is readable here, and named by read-objectives.ts.
 */
import { z } from 'zod';

export const API_VERSION = 'openslo/v1';

const name = z
  .string()
  .max(255)
  .regex(/^[a-z0-9][a-z0-9.|/\\-]*$/, 'lower-case letters, digits, ".", "-", "/", "|" and "\\", at most 255');
const labelValue = z
  .string()
  .max(63)
  .regex(/^[a-z0-9A-Z][a-z0-9A-Z._-]*$/, 'letters, digits, ".", "_" and "-", at most 63');
/** A prefix, where there is one, is a DNS name. */
const annotationKey = z
  .string()
  .regex(
    /^(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]\/)?[a-z0-9A-Z][a-z0-9A-Z._-]{0,62}$/,
    'a name such as "team", with a DNS name before it where it has a prefix: "example.com/team"',
  );
const description = z.string().max(1050);
export const durationShorthandSchema = z
  .string()
  .regex(/^[1-9][0-9]{0,5}[mhdwMQY]$/, 'a duration such as "30d", "4w", "5m" (m, h, d, w, M, Q, Y)');

const metadata = z.strictObject({
  name,
  displayName: z.string().min(1).optional(),
  labels: z.record(z.string(), z.union([labelValue, z.array(labelValue)])).optional(),
  annotations: z.record(annotationKey, z.string()).optional(),
});

const metricSource = z.strictObject({
  metricSourceRef: name.optional(),
  type: z.string().min(1).optional(),
  spec: z.record(z.string(), z.json()),
});
const metric = z.strictObject({ metricSource });
export type MetricSource = z.output<typeof metricSource>;

const ratioMetric = z
  .strictObject({
    counter: z.boolean().optional(),
    good: metric.optional(),
    bad: metric.optional(),
    total: metric.optional(),
    raw: metric.optional(),
    rawType: z.enum(['success', 'failure']).optional(),
  })
  .superRefine(({ good, bad, total, raw, rawType, counter }, { addIssue }) => {
    const refuse = (message: string): void => addIssue({ code: 'custom', message });
    if ((raw === undefined) !== (rawType === undefined)) refuse('"raw" and "rawType" go together');
    if (raw !== undefined && (good ?? bad ?? total) !== undefined)
      refuse('"raw" stands alone: remove it, or the others');
    if (raw !== undefined) return;
    if ((good === undefined) === (bad === undefined)) refuse('a ratio has one of good and bad');
    if (total === undefined) refuse('"total" is missing: say what all events are');
    if (counter === undefined) refuse('"counter" is missing: true for counters');
  });

const sliSpec = z
  .strictObject({
    description: description.optional(),
    thresholdMetric: metric.optional(),
    ratioMetric: ratioMetric.optional(),
  })
  .refine((spec) => (spec.thresholdMetric === undefined) !== (spec.ratioMetric === undefined), {
    error: 'an indicator has one of thresholdMetric and ratioMetric',
  });
export type SliSpec = z.output<typeof sliSpec>;

const indicator = z.strictObject({ metadata, spec: sliSpec });

const objective = z
  .strictObject({
    displayName: z.string().min(1).optional(),
    op: z.enum(['lte', 'gte', 'lt', 'gt']).optional(),
    value: z.number().optional(),
    target: z.number().min(0).lt(1).optional(),
    targetPercent: z.number().min(0).lt(100).optional(),
    timeSliceTarget: z.number().gt(0).lte(1).optional(),
    timeSliceWindow: z.union([durationShorthandSchema, z.number().positive().describe('minutes')]).optional(),
    indicator: indicator.optional(),
    indicatorRef: name.optional(),
    compositeWeight: z.number().positive().optional(),
  })
  .refine(({ target, targetPercent }) => (target === undefined) !== (targetPercent === undefined), {
    error: 'an objective has one of target and targetPercent',
  });
export type SloObjective = z.output<typeof objective>;

const timeWindow = z
  .strictObject({
    duration: durationShorthandSchema,
    isRolling: z.boolean().optional(),
    calendar: z
      .strictObject({
        startTime: z
          .string()
          .regex(
            /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
            'a time such as "2026-01-01 00:00:00"',
          ),
        timeZone: z.string().regex(/^[A-Z][a-zA-Z_]+\/[A-Z][a-zA-Z_/-]+$/, 'a time zone such as "Europe/Berlin"'),
      })
      .optional(),
  })
  .refine(({ isRolling, calendar }) => isRolling === true || calendar !== undefined, {
    error: 'a window is rolling, or follows a calendar',
  });

const condition = z.strictObject({
  kind: z.enum(['burnrate']).optional(),
  op: z.enum(['lte', 'gte', 'lt', 'gt']),
  threshold: z.number(),
  lookbackWindow: durationShorthandSchema,
  alertAfter: durationShorthandSchema,
});
const conditionFields = { description: description.optional(), severity: z.string() };
const conditionSpec = z.strictObject({ ...conditionFields, condition });
/** As the examples of the specification have it inside a policy: without "op". */
const inlineConditionSpec = z.strictObject({ ...conditionFields, condition: condition.partial({ op: true }) });
const targetSpec = z.strictObject({ description: description.optional(), target: z.string() });
const policySpec = z.strictObject({
  description: description.optional(),
  alertWhenNoData: z.boolean(),
  alertWhenResolved: z.boolean(),
  alertWhenBreaching: z.boolean(),
  conditions: z
    .array(
      z.union([
        z.strictObject({ conditionRef: name }),
        z.strictObject({ kind: z.literal('AlertCondition'), metadata, spec: inlineConditionSpec }),
      ]),
    )
    .min(1)
    .max(1),
  notificationTargets: z
    .array(
      z.union([
        z.strictObject({ targetRef: name }),
        z.strictObject({ kind: z.literal('AlertNotificationTarget'), metadata, spec: targetSpec }),
      ]),
    )
    .min(1),
});

const sloSpecFields = z.strictObject({
  description: description.optional(),
  service: name,
  indicator: indicator.optional(),
  indicatorRef: name.optional(),
  timeWindow: z.array(timeWindow).min(1).max(1).optional(),
  budgetingMethod: z.enum(['Occurrences', 'Timeslices', 'RatioTimeslices']),
  objectives: z.array(objective).min(1),
  alertPolicies: z
    .array(
      z.union([
        name,
        z.strictObject({ alertPolicyRef: name }),
        z.strictObject({ kind: z.literal('AlertPolicy'), metadata, spec: policySpec }),
      ]),
    )
    .optional(),
});

const sloSpec = sloSpecFields.superRefine(
  ({ indicator: own, indicatorRef, objectives, budgetingMethod }, { addIssue }) => {
    const isComposite = objectives.some((one) => (one.indicator ?? one.indicatorRef) !== undefined);
    if (!isComposite && (own === undefined) === (indicatorRef === undefined))
      addIssue({ code: 'custom', message: 'an SLO has one of indicator and indicatorRef' });
    for (const [index, { timeSliceTarget, timeSliceWindow }] of objectives.entries())
      if (budgetingMethod === 'Timeslices' && (timeSliceTarget === undefined || timeSliceWindow === undefined))
        addIssue({
          code: 'custom',
          path: ['objectives', index],
          message: 'Timeslices need "timeSliceTarget" and "timeSliceWindow" (minutes, or such as "5m")',
        });
  },
);

const header = { apiVersion: z.literal(API_VERSION), metadata };
export const KIND_SCHEMAS = {
  Service: z.strictObject({
    ...header,
    kind: z.literal('Service'),
    spec: z.strictObject({ description: description.optional() }),
  }),
  SLO: z.strictObject({ ...header, kind: z.literal('SLO'), spec: sloSpec }),
  SLI: z.strictObject({ ...header, kind: z.literal('SLI'), spec: sliSpec }),
  DataSource: z.strictObject({
    ...header,
    kind: z.literal('DataSource'),
    spec: z.strictObject({
      description: description.optional(),
      type: z.string().min(1),
      connectionDetails: z.record(z.string(), z.json()),
    }),
  }),
  AlertPolicy: z.strictObject({ ...header, kind: z.literal('AlertPolicy'), spec: policySpec }),
  AlertCondition: z.strictObject({ ...header, kind: z.literal('AlertCondition'), spec: conditionSpec }),
  AlertNotificationTarget: z.strictObject({
    ...header,
    kind: z.literal('AlertNotificationTarget'),
    spec: targetSpec,
  }),
} as const;

export type Kind = keyof typeof KIND_SCHEMAS;
export type OpenSlo<K extends Kind> = z.output<(typeof KIND_SCHEMAS)[K]>;
export type AnyOpenSlo = OpenSlo<Kind>;

const K = KIND_SCHEMAS;
const anyObject = z.discriminatedUnion('kind', [
  K.Service,
  K.SLO,
  K.SLI,
  K.DataSource,
  K.AlertPolicy,
  K.AlertCondition,
  K.AlertNotificationTarget,
]);

/** One document of `contracts/objectives.yaml`: an object, or a list of them. For editors; published as JSON Schema. */
export const objectivesDocumentSchema = z.union([anyObject, z.array(anyObject).min(1)]);
