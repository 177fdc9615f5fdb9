/** `slo.json` as `gate10 slo` writes it, in the form that all blocks have. */
import { z } from 'zod';
import { verdictSchema } from '../../contract/verdict-words.ts';
import type { BlockFile } from './block-schema.ts';

/** The part that is read here; what else is in the file is left alone. */
export const sloFileSchema = z.looseObject({
  schema: z.literal('gate10/slo/v1'),
  generated_at: z.iso.datetime(),
  system: z.string().nullish(),
  environment: z.string(),
  verdict: verdictSchema,
  because: z.array(z.string()),
  inputs: z.array(z.looseObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
  objectives: z.array(
    z.looseObject({
      id: z.string().min(1).max(200),
      status: verdictSchema,
      target: z.number(),
      value: z.number().nullable(),
      unit: z.enum(['ms', 'ratio']).nullable(),
      error_budget: z.looseObject({ left: z.number().nullable() }),
    }),
  ),
});

export function fromSloFile(file: z.output<typeof sloFileSchema>): BlockFile {
  const { schema, generated_at, system, environment, verdict, because, inputs, objectives } = file;
  return {
    ...{ schema, generated_at, status: verdict, because, environment, inputs },
    ...(typeof system === 'string' && { system }),
    totals: {
      objectives: objectives.length,
      met: objectives.filter(({ status }) => status === 'passed').length,
    },
    objectives: objectives.map(({ id, status, target, value, unit, error_budget: { left } }) => ({
      ...{ name: id, status, target, value, error_budget_remaining: left },
      ...(unit !== null && { unit }),
    })),
  };
}
