/** `security`: how strictly the fifteenth row is judged, and what a system promises of its rate limits. */
import { z } from 'zod';

const strictness = z.enum(['required', 'recommended']);

export const securitySchema = z.strictObject({
  headers: strictness.default('recommended').describe('required = a missing or weak header is failed, not warned'),
  cookies: strictness.default('recommended').describe('required = an unprotected session cookie is failed, not warned'),
  rateLimits: z
    .array(
      z.strictObject({
        at: z.string().describe('service that is asked'),
        path: z
          .string()
          .regex(/^\/[^\s]*$/, 'a path that begins with "/"')
          .describe('safe to GET without a login'),
        limit: z.int().positive().optional().describe('the most that its RateLimit headers may allow'),
        burst: z
          .int()
          .min(2)
          .max(500)
          .optional()
          .describe('without such headers: so many requests at once have to meet a 429'),
      }),
    )
    .default([]),
});

export type SecurityContract = z.output<typeof securitySchema>;
export type RateLimitContract = SecurityContract['rateLimits'][number];
