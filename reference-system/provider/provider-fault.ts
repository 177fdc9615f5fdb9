import { z } from 'zod';

/** What is wrong with the provider: an error status for every call, a delay before every answer, or both. */
export const providerFault = z.strictObject({
  status: z.int().min(400).max(599).optional(),
  delayMs: z.number().positive().optional(),
});

export type ProviderFault = z.infer<typeof providerFault>;
