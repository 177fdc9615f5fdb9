/** `variables`: what the running system is configured with, as it says itself, or as the deploy environment has it. */
import { z } from 'zod';
import type { SchemaParts } from './schema-parts.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

export function toVariablesSchema<M extends z.ZodType>({ slug, path, pointer, matcher, severity }: SchemaParts<M>) {
  const rule = z.strictObject({
    source: z
      .enum(['system', 'deploy'])
      .default('system')
      .describe('who is asked: the running system, or the environment variables of this run'),
    attested: z
      .enum(['state', 'value', 'sha256'])
      .default('state')
      .describe('what the system says: a word ("present"), the value itself (never of a secret), or its digest'),
    pointer: pointer.optional().describe('where the system says it; default: /<NAME>'),
    is: matcher.optional().describe('what the value has to be'),
    url: z.array(z.string().min(2)).min(1).optional().describe('the value is a URL of one of these protocols: [https]'),
    forbidPrefixes: z
      .array(z.string().min(2))
      .default([])
      .describe('beginnings of a value of the wrong kind: sk_test_'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe('digest that the value has to have'),
    sameAs: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/)
      .optional()
      .describe('secret of the environment that the value has to equal'),
    warn: z.boolean().default(false).describe('a wrong value is warned, not failed'),
    severity: severity.optional(),
  });
  return z.strictObject({
    attestedBy: z
      .strictObject({ at: slug, path, headers: z.record(z.string(), z.string()).default({}) })
      .optional()
      .describe('where the running system says it, as JSON'),
    required: z.record(z.string().regex(NAME), rule.prefault({})),
  });
}

type VariablesContract = z.output<ReturnType<typeof toVariablesSchema>>;
export type VariableRule = VariablesContract['required'][string];
