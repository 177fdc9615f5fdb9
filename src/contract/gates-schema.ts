/** `contracts/gates.yaml`: the gates of a pipeline that are a team's own, and what may never get lost. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';

/** Of a pipeline, in its order: before a commit, before a push, in CI, after a deployment. */
export const GATE_MODES = ['local', 'ci', 'integration', 'production'] as const;
export type GateMode = (typeof GATE_MODES)[number];

/** Built in; a gate of one's own cannot take their names. */
export const BUILT_IN_GATES = [
  'secret-detection',
  'critical-features',
  'production-connectivity',
  'production-smoke',
] as const;

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63');

const commandGate = z.strictObject({
  name: slug.refine((name) => !(BUILT_IN_GATES as readonly string[]).includes(name), {
    error: 'the name of a built-in gate',
  }),
  modes: z.array(z.enum(GATE_MODES)).min(1),
  argv: z
    .array(z.string().min(1).max(4096))
    .min(1)
    .max(100)
    .describe('the program and its arguments; no shell reads them'),
  timeout: durationSchema.describe('after it the program is ended, and the gate is not decided'),
});
export type CommandGate = z.output<typeof commandGate>;

const criticalFeature = z.strictObject({
  feature: z.string().trim().min(3).max(200),
  file: z
    .string()
    .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\]{1,500}$/, 'a path inside the project, with "/"')
    .describe('that holds it'),
  contains: z.string().min(3).max(500).describe('a text without which it is gone'),
});
export type CriticalFeature = z.output<typeof criticalFeature>;

export const gatesSchema = z
  .strictObject({
    schema: z.literal('gate10/gates/v1'),
    gates: z.array(commandGate).default([]).describe('run in their order, after those that are built in'),
    criticalFeatures: z.array(criticalFeature).default([]),
    documentation: z
      .array(criticalFeature.shape.file)
      .default([])
      .describe('what has to be written with every release, such as CHANGELOG.md (gate10 complete)'),
  })
  .refine(({ gates }) => new Set(gates.map(({ name }) => name)).size === gates.length, {
    error: 'two gates have one name',
    path: ['gates'],
  });
export type GatesContract = z.output<typeof gatesSchema>;
