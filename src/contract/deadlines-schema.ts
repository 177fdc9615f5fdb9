/** `environments.*.deadlines`: of one request, and of all checks together. */
import { z } from 'zod';
import type { SchemaParts } from './schema-parts.ts';

export function toDeadlinesSchema({ duration }: Pick<SchemaParts<z.ZodType>, 'duration'>) {
  return z.strictObject({
    connect: duration,
    headers: duration,
    total: duration,
    run: duration.describe(
      'for all checks together, once the build has settled; what is not seen by then is not judged',
    ),
    cleanup: duration.describe(
      'how long after it what was written is still undone; the rest is left to gate10 cleanup',
    ),
  });
}
