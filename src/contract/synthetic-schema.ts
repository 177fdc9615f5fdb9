/** How this system tells what gate10 writes from what its users write. */
import { z } from 'zod';

export const syntheticSchema = z
  .strictObject({
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe('sent with every request of a promise that writes; may use {{run.id}}'),
    userAgent: z.string().min(1).optional().describe('instead of "gate10", in those requests'),
    mark: z
      .string()
      .min(3)
      .optional()
      .describe(
        'text that stands in every write of a promise, e.g. "@synthetic.invalid"; a write without it is refused',
      ),
  })
  .refine(({ headers, userAgent, mark }) => (headers ?? userAgent ?? mark) !== undefined, {
    error: 'names no tag: add "headers", "userAgent" or "mark"',
  });
