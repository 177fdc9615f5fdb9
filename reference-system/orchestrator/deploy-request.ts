import { z } from 'zod';
import { allReplicas } from './rollout.ts';

const replica = z.union([z.literal(1), z.literal(2)]);

/** Body of `POST /deploy`. Without `replicas` all of them are deployed to. */
export const deployRequest = z.strictObject({
  release: z.string().min(1),
  replicas: z
    .array(replica)
    .min(1)
    .transform((indexes) => [...new Set<number>(indexes)].sort())
    .default(allReplicas),
});
