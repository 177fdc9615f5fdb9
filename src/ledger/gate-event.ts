/** A release gate decided. */
import { z } from 'zod';
import { verdictSchema } from '../contract/verdict-words.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const toGateDecidedSchema = () =>
  z.strictObject({
    type: z.literal('gate.decided'),
    id: z.string(),
    system: z.string(),
    environment: z.string(),
    release: z.string().optional(),
    commit: z.string().optional(),
    at: z.iso.datetime(),
    verdict: verdictSchema,
    exitCode: z.int(),
    shadow: z.boolean().describe('it only watched: nothing was opened or blocked'),
    because: z.array(z.string()),
    traceId: z.string(),
    manifestSha256: sha256.optional(),
    inputsSha256: sha256.describe('of the canonical JSON of what the gate saw'),
    decisionSha256: sha256.describe('of the bytes of decision.json'),
    envelopeSha256: sha256.optional().describe('of the bytes of vsa.dsse.json; none = nothing was signed'),
    thresholds: z.array(z.strictObject({ path: z.string(), sha256 })),
  });
export type GateDecided = z.output<ReturnType<typeof toGateDecidedSchema>>;
