/** `endpoints`: what an API contract cannot say about its operations. */
import { z } from 'zod';

const operationKey = z
  .string()
  .regex(/^(?:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) \/\S*$/, 'an operation such as "POST /search"');

export const endpointsSchema = z.strictObject({
  safeWrites: z
    .array(operationKey)
    .default([])
    .describe('operations that change nothing whatever their method, e.g. a search by POST: called with their example'),
  lenient: z
    .array(operationKey)
    .default([])
    .describe('operations that take any input by design: invalid input is not sent to them'),
  undocumented: z
    .array(
      z.strictObject({
        at: z.string().describe('service that is asked'),
        path: z.string().regex(/^\/[^\s]*$/, 'a path that begins with "/"'),
      }),
    )
    .default([])
    .describe('routes that users call and no API contract names; one that is gone is warned'),
});
