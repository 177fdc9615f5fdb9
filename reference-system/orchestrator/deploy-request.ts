import { z } from 'zod';
import { allReplicas } from './rollout.ts';

const replica = z.union([z.literal(1), z.literal(2)]);

const deployRequest = z.strictObject({
  release: z.string().min(1),
  replicas: z
    .array(replica)
    .min(1)
    .transform((indexes) => [...new Set<number>(indexes)].sort())
    .default(allReplicas),
});

/** Reads the body of `POST /deploy`; without `replicas` all of them are deployed to. Throws with what is wrong in it. */
export function parseDeployRequest(body: unknown): z.infer<typeof deployRequest> {
  const parsed = deployRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Error(`Failed to read the deployment: ${z.prettifyError(parsed.error)}`);
}
