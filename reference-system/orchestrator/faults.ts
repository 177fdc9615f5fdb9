import { z } from 'zod';
import { behaviour } from '../backend/faults/behaviour.ts';
import { databaseFault } from '../database/database-fault.ts';
import { schemaChangeNames } from '../database/schema-changes.ts';
import { edgeFault } from '../edge/edge-fault-schema.ts';
import { providerFault } from '../provider/provider-fault.ts';
import { routeFault } from '../route-fault-schema.ts';
import { storageFaults } from './storage.ts';

const hosts = z.enum(['app.mosaic.test', 'api.mosaic.test']);
const durationMs = z.number().min(0).max(600_000);
const replica = z.union([z.literal(1), z.literal(2)]);

const dnsAnswer = z.union([
  z.strictObject({ rcode: z.enum(['NXDOMAIN', 'SERVFAIL']) }),
  z.strictObject({ addresses: z.array(z.union([z.ipv4(), z.ipv6()])), ttlSeconds: z.int().nonnegative().optional() }),
  z.strictObject({ cname: z.hostname(), addresses: z.array(z.ipv4()) }),
  z.strictObject({ without: z.array(z.enum(['CAA', 'TXT'])) }),
  z.strictObject({ silent: z.literal(true) }),
  z.strictObject({ delayMs: durationMs }),
]);

const certificateVariant = z.enum([
  'valid',
  'expired',
  'wrong-host',
  'self-signed',
  'incomplete-chain',
  'expires-soon',
  'not-yet-valid',
  'ip-only',
  'wildcard-too-high',
  'no-names',
  'unknown-authority',
  'wrong-intermediate',
  'expired-intermediate',
  'not-for-servers',
  'weak-key',
  'weak-signature',
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
    variant: z.union([certificateVariant, z.enum(['tls1.0', 'tls1.1'])]),
  }),
  z.strictObject({
    kind: z.literal('dns'),
    host: hosts,
    /** only at the first or the second name server; both where it is left out */
    resolver: z.union([z.literal(1), z.literal(2)]).optional(),
    answer: dnsAnswer,
  }),
  z.strictObject({ kind: z.literal('edge'), ...edgeFault.shape }),
  /** the proxy sends its requests to a process of release A that was never stopped */
  z.strictObject({ kind: z.literal('stale-upstream'), share: z.number().gt(0).max(1).optional() }),
  z.strictObject({ kind: z.literal('proxy-rewrite'), pattern: z.string(), to: z.string() }),
  z.strictObject({ kind: z.literal('proxy-timeout'), ms: z.number().positive() }),
  z.strictObject({ kind: z.literal('plain-http'), host: hosts, status: z.int(), location: z.string().optional() }),
  /** the old server still runs at its old address, or somebody else's */
  z.strictObject({
    kind: z.literal('second-server'),
    host: hosts,
    address: z.ipv4(),
    serves: z.enum(['old-release', 'page']),
    certificate: certificateVariant.optional(),
  }),
  databaseFault,
  /** The schema is out of step with the code. */
  z.strictObject({ kind: z.literal('schema'), change: z.enum(schemaChangeNames) }),
  /** The code of the backend does something wrong. */
  z.strictObject({ kind: z.literal('behaviour'), replica: replica.optional(), behaviour }),
  /** The process runs the code of release A, and says of itself that it is B: its files were replaced under it. */
  z.strictObject({ kind: z.literal('old-code'), replica: replica.optional() }),
  /** Variables that the replicas are started with instead: null takes one away, `{{value}}` stands for its own value. */
  z.strictObject({
    kind: z.literal('environment'),
    replica: replica.optional(),
    set: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().nullable()),
  }),
  z.strictObject({ kind: z.literal('provider'), ...providerFault.shape }),
  z.strictObject({
    kind: z.literal('replica'),
    replica,
    /** out-of-rotation: it runs, and the balancer sends it nothing */
    action: z.enum(['stop', 'crash-loop', 'out-of-rotation']),
    everyMs: z.number().min(200).optional(),
  }),
  z.strictObject({ kind: z.literal('redirect-missing') }),
  z.strictObject({ kind: z.literal('storage'), action: z.enum(storageFaults) }),
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
