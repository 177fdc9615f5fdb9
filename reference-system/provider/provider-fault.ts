import { z } from 'zod';

/** What is wrong with the provider; fields of one fault hold together. */
export const providerFault = z.strictObject({
  /** Every call is answered with this error. */
  status: z.int().min(400).max(599).optional(),
  /** Seconds, or whatever else such a header may hold. */
  retryAfter: z.string().optional(),
  delayMs: z.number().positive().optional(),
  /** Takes the call and never answers. */
  silent: z.literal(true).optional(),
  /** Answers byte by byte, with this pause between them. */
  dripMs: z.number().positive().optional(),
  /** Answers with another model than the one that was asked for. */
  model: z.string().optional(),
  /** Takes keys of its test mode, too. */
  testKeys: z.literal(true).optional(),
  /** Says that it answers from there. */
  region: z.string().optional(),
  /** Says that so many calls are left. */
  remaining: z.int().min(0).optional(),
  /** Answers 200 with this text instead. */
  body: z.string().optional(),
  /** Only these paths, e.g. "/v1/embeddings"; default: all. */
  path: z.string().startsWith('/v1/').optional(),
});

export type ProviderFault = z.infer<typeof providerFault>;
