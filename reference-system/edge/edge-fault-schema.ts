import { z } from 'zod';

const match = z.strictObject({
  method: z.string().toUpperCase().optional(),
  /** Path without query; `*` stands for any characters. */
  path: z.string().startsWith('/'),
});

/** A regular expression and what is put in its place; `$1` are its groups, `{count}` goes up with every answer. */
const replacement = z.strictObject({ pattern: z.string(), to: z.string() });

/** In a value, `$origin` is the request's Origin and `$value` what the header says already. */
const headerValue = z.string().nullable();

/** What a proxy, a CDN or a host does wrongly with requests that match; all that is given happens. */
export const edgeFault = z.strictObject({
  at: z.enum(['app', 'api']),
  match,
  /** Only to the first so many requests. */
  times: z.int().positive().optional(),
  /** On the way in. */
  request: z
    .strictObject({
      dropHeaders: z.array(z.string().toLowerCase()).optional(),
      rewriteUrl: replacement.optional(),
      method: z.string().toUpperCase().optional(),
      /** Longer bodies are answered 413. */
      bodyLimitBytes: z.int().nonnegative().optional(),
    })
    .optional(),
  /** On the way out. */
  answer: z
    .strictObject({
      /** Only answers with one of these statuses. */
      of: z.array(z.int()).optional(),
      status: z.int().min(100).max(599).optional(),
      /** null removes a header, a list sends it several times. */
      headers: z.record(z.string().toLowerCase(), z.union([headerValue, z.array(z.string())])).optional(),
      body: z.string().optional(),
      replace: z.array(replacement).optional(),
    })
    .optional(),
  /** Keeps the first answer to a GET of a URL and gives it to everybody afterwards. */
  cache: z
    .strictObject({
      /** says its age, as RFC 9111 §5.1 wants */
      age: z.boolean().optional(),
      /** stale-while-revalidate: fetches the next one each time (RFC 5861 §3) */
      revalidate: z.boolean().optional(),
    })
    .optional(),
  /** Closes the connection without an answer. */
  reset: z.literal(true).optional(),
});

export type EdgeFault = z.infer<typeof edgeFault>;
