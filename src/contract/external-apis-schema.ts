/** `externalApis`: what the system calls outside of itself, and how one cheap call shows that it works. */
import { z } from 'zod';
import type { SchemaParts } from './schema-parts.ts';

const ENVIRONMENT_VARIABLE = /^[A-Z][A-Z0-9_]*$/;

/** Where and with which key one environment calls it. */
export function toExternalTargetSchema({ httpUrl }: SchemaParts) {
  return z.strictObject({
    url: httpUrl,
    key: z.string().regex(ENVIRONMENT_VARIABLE).optional().describe('name of the secret that is {{key}}'),
    forbidPrefixes: z.array(z.string().min(2)).default([]).describe('beginnings of a key of the wrong kind: sk_test_'),
    requirePrefixes: z.array(z.string().min(2)).default([]).describe('one of them has to begin the key: sk_live_'),
  });
}

export function toExternalApisSchema<M extends z.ZodType, E extends z.ZodType>(parts: SchemaParts<M, E>) {
  const { slug, path, pointer, matcher, extractor, severity } = parts;
  const status = z.int().min(100).max(599);
  const answer = {
    expect: z
      .strictObject({
        status: z.array(status).min(1).optional().describe('default: any 2xx'),
        json: z.record(pointer, matcher).default({}),
      })
      .prefault({})
      .describe('otherwise failed'),
    prefers: z.record(pointer, matcher).default({}).describe('otherwise warned: another model or region answers'),
    headroom: z
      .strictObject({
        remaining: extractor.describe('what is left of the quota'),
        limit: extractor.optional().describe('the quota; then "warnBelow" is a share of it'),
        warnBelow: z.number().nonnegative(),
      })
      .optional(),
  };
  const api = z.strictObject({
    id: slug,
    title: z.string().min(5).max(160).optional(),
    severity: severity.optional(),
    call: z
      .strictObject({
        method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
        path,
        headers: z.record(z.string(), z.string()).default({}),
        json: z.json().optional(),
        ...answer,
      })
      .optional()
      .describe('sent once in a run, never again, whatever comes; {{key}} is the key of the environment'),
    attestedBy: z
      .strictObject({ at: slug, path, ...answer })
      .optional()
      .describe('a service of the system that calls it when it is asked'),
  });
  return z.array(
    api.refine(({ call, attestedBy }) => (call ?? attestedBy) !== undefined, 'needs "call" or "attestedBy"'),
  );
}

export type ExternalTarget = z.output<ReturnType<typeof toExternalTargetSchema>>;
