/** `cors`: which origins may call a service from a browser, and which must not. */
import { z } from 'zod';

interface Parts {
  readonly slug: z.ZodString;
  readonly path: z.ZodString;
  readonly origin: z.ZodString;
}

export function toCorsSchema({ slug, path, origin }: Parts) {
  const status = z.int().min(400).max(599);
  return z
    .strictObject({
      id: slug,
      at: slug,
      path,
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
      headers: z
        .array(z.string().toLowerCase())
        .optional()
        .describe(
          'request headers that pages send and a browser asks for; without it "content-type" of what is not GET',
        ),
      allow: z.array(origin).default([]),
      refuse: z
        .array(z.union([origin, z.literal('null')]))
        .describe('origins that must not be allowed; empty where any origin may read'),
      credentials: z.boolean().default(false),
      errors: z
        .array(z.strictObject({ path, status }))
        .default([])
        .describe('errors that pages of an allowed origin have to be able to read; where they cannot, it is a warning'),
    })
    .refine(({ allow, refuse }) => allow.length + refuse.length > 0, 'neither allows nor refuses any origin')
    .refine(({ credentials, refuse }) => !credentials || refuse.length > 0, {
      error:
        'allows credentials and names no origin that is refused: add "refuse", e.g. ["https://evil.example", "null"]',
    });
}
