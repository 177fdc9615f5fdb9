import { z } from 'zod';
import { providerFault } from '../provider/provider-fault.ts';
import { routeFault } from '../route-fault-schema.ts';

const hosts = z.enum(['app.mosaic.test', 'api.mosaic.test']);
const durationMs = z.number().min(0).max(600_000);
const replica = z.union([z.literal(1), z.literal(2)]);

const dnsAnswer = z.union([
  z.strictObject({ rcode: z.enum(['NXDOMAIN', 'SERVFAIL']) }),
  z.strictObject({ addresses: z.array(z.ipv4()) }),
  z.strictObject({ silent: z.literal(true) }),
  z.strictObject({ delayMs: durationMs }),
]);

/** A fault of the rig. A set of them replaces the one before; the empty set is a healthy system. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('route'),
    at: z.enum(['frontend', 'backend']),
    replica: replica.optional(),
    ...routeFault.shape,
  }),
  z.strictObject({ kind: z.literal('proxy-rule-missing') }),
  z.strictObject({ kind: z.literal('proxy-dead-host') }),
  z.strictObject({ kind: z.literal('proxy-spa-fallback') }),
  z.strictObject({
    kind: z.literal('certificate'),
    host: hosts,
    variant: z.enum(['expired', 'wrong-host', 'self-signed', 'incomplete-chain', 'expires-soon', 'tls1.1']),
  }),
  z.strictObject({ kind: z.literal('dns'), host: hosts, answer: dnsAnswer }),
  z.strictObject({ kind: z.literal('database'), action: z.literal('stop') }),
  z.strictObject({ kind: z.literal('provider'), ...providerFault.shape }),
  z.strictObject({
    kind: z.literal('replica'),
    replica,
    action: z.enum(['stop', 'crash-loop']),
    everyMs: z.number().min(200).optional(),
  }),
  z.strictObject({ kind: z.literal('redirect-missing') }),
  z.strictObject({ kind: z.literal('storage'), action: z.enum(['read-only', 'missing']) }),
]);

export const faultsSchema = z.array(faultSchema);

export type Fault = z.infer<typeof faultSchema>;
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** The faults of one kind, in their order. */
export function faultsOf<Kind extends Fault['kind']>(faults: Fault[], kind: Kind): FaultOf<Kind>[] {
  return faults.filter((fault): fault is FaultOf<Kind> => fault.kind === kind);
}

/** Reads a fault set; throws with every problem and its place. */
export function parseFaults(value: unknown): Fault[] {
  const parsed = faultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `faults.${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Failed to read the faults: ${problems.join('; ')}.`);
}
