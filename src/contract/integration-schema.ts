/** `integration` and `environments.*.writes`: what the API tests may do, and how they get in. */
import { z } from 'zod';
import type { SchemaParts } from './schema-parts.ts';

const operationKey = z
  .string()
  .regex(/^(?:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) \/\S*$/, 'an operation such as "POST /search"');

export const writesSchema = z
  .enum(['free', 'synthetic', 'none'])
  .default('synthetic')
  .describe(
    'what the API tests may write: free = anything, invented data too; synthetic = only what carries the declared identity of "synthetic"; none = nothing',
  );

export function toIntegrationSchema({ slug }: Pick<SchemaParts<z.ZodType>, 'slug'>) {
  return z.strictObject({
    session: z
      .strictObject({
        promise: slug.describe('the promise whose first steps make an account and log it in; its cleanup removes it'),
        headers: z
          .record(z.string(), z.string())
          .describe('what a request of that account carries, e.g. authorization: "Bearer {{token}}"'),
      })
      .optional(),
    stricter: z
      .array(operationKey)
      .default([])
      .describe('operations that refuse more than their schema can say: valid input may be refused with 400 or 422'),
    shared: z
      .array(operationKey)
      .default([])
      .describe('operations that let every account have what one of them made, e.g. the pages of a wiki'),
  });
}
