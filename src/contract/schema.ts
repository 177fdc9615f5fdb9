/**
 * `contracts/system.yaml`: what this system promises, as data. The only file an adopter has to write.
 *
 * Strict objects: an unknown key is an error, never ignored. Durations are written `250ms`, `30s`, `5m`, `1h` and become
 * milliseconds. Values may use `${NAME}` and `${NAME:-default}` (environment variables); they are filled in for the
 * environment that is run, so that other environments may stay unset. Numbers that judge have no default here: where a
 * contract leaves them out, `authority/defaults.yaml` fills them in before validation (defaults.ts).
 */
import { z } from 'zod';
import { codeSchema } from './code-schema.ts';
import { toCorsSchema } from './cors-schema.ts';
import { databaseTargetSchema, toDatabaseSchema } from './database-schema.ts';
import { toDeadlinesSchema } from './deadlines-schema.ts';
import { dnsRecordSchema } from './dns-record-schema.ts';
import { durationSchema as duration } from './duration.ts';
import { toEdgeSchema } from './edge-schema.ts';
import { endpointsSchema } from './endpoints-schema.ts';
import { toExternalApisSchema, toExternalTargetSchema } from './external-apis-schema.ts';
import { hostsSchema } from './hosts-schema.ts';
import { toIntegrationSchema, writesSchema } from './integration-schema.ts';
import { accessibilitySchema, toJourneySchema } from './journeys-schema.ts';
import { LAYERS } from './layers.ts';
import { toMonitoringSchema, toPrometheusSchema } from './monitoring-schema.ts';
import { ownerSchema, ownersSchema } from './owner-schema.ts';
import { samplingSchema } from './sampling-schema.ts';
import { securitySchema } from './security-schema.ts';
import { toSettleSchema } from './settle-schema.ts';
import { syntheticSchema } from './synthetic-schema.ts';
import { toVariablesSchema } from './variables-schema.ts';

const SYSTEM_SCHEMA_ID = 'gate10/system/v1';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63');
const absolutePath = z.string().regex(/^\/[^\s]*$/, 'a path that begins with "/"');
const jsonPointer = z.string().regex(/^(?:\/[^/]*)*$/, 'a JSON pointer (RFC 6901) such as "/git_sha"');
/** http(s) without user info; the port may come from the environment. */
const httpUrl = z
  .string()
  .refine((text) => isHttpUrl(text), 'an absolute http:// or https:// URL without user name or password');
const origin = z
  .string()
  .refine((text) => isHttpUrl(text) && new URL(text).origin === text, 'an origin such as "https://app.example.com"');
const sha = z.string().regex(/^[0-9a-f]{7,64}$/, 'a commit id: 7 to 64 lower-case hex digits, in quotes');
const severity = z.enum(['P0', 'P1', 'P2', 'P3']);
const ratio = z.number().gt(0).lte(1);

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
}

/** Where a value is found in an answer. Exactly one of them; `match` keeps the first capture group. */
const extractorSchema = z.union([
  jsonPointer,
  z.strictObject({ header: z.string().min(1), match: z.string().max(200).optional() }),
  z.strictObject({ body: z.string().max(200).describe('regular expression; its first group is the value') }),
]);

/** What a value has to be. A plain scalar means "equals". */
const matcherSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.strictObject({
    equals: z.json().optional(),
    oneOf: z.array(z.json()).min(1).optional(),
    type: z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']).optional(),
    matches: z.string().max(200).optional(),
    contains: z.string().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    minLength: z.int().nonnegative().optional(),
    minItems: z.int().nonnegative().optional().describe('is a list of at least so many'),
    maxItems: z.int().nonnegative().optional().describe('is a list of at most so many'),
    not: z.json().optional().describe('is there, and is not this'),
    lacks: z.string().optional().describe('is text or a list that does not contain this text'),
    present: z.boolean().optional(),
  }),
]);

/** What the schemas of single blocks (database-schema.ts …) are made of. */
const parts = {
  slug,
  path: absolutePath,
  pointer: jsonPointer,
  duration,
  ratio,
  httpUrl,
  severity,
  matcher: matcherSchema,
  extractor: extractorSchema,
};

const fileField = z.strictObject({
  fileName: z.string(),
  contentType: z.string(),
  content: z.string(),
  repeat: z.int().min(2).max(1_000_000).optional().describe('the content so often, for a file of some size'),
});

const requestSchema = z.strictObject({
  at: slug.optional().describe('service; default: the promise\'s "at"'),
  method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  path: z.string().regex(/^\/[^\s]*$/),
  headers: z.record(z.string(), z.string()).optional(),
  json: z.json().optional(),
  body: z.string().optional(),
  multipart: z.record(z.string(), z.union([z.string(), fileField])).optional(),
});

const statusCode = z.int().min(100).max(599);

const expectSchema = z.strictObject({
  status: z.union([
    statusCode,
    z.array(statusCode).min(1),
    z
      .strictObject({ not: z.array(statusCode).min(1) })
      .describe('any answer below 500 but these: a service that fails has refused nothing'),
  ]),
  contentType: z.string().optional().describe('media type without parameters, e.g. application/json'),
  headers: z.record(z.string(), matcherSchema).optional(),
  json: z.record(jsonPointer, matcherSchema).optional(),
  text: matcherSchema.optional(),
  within: duration.optional().describe('the whole answer, body included, has to be there by then'),
  contract: z.boolean().optional().describe('validate the answer against the OpenAPI contract of the service'),
});

const stepSchema = z.strictObject({
  name: z.string().min(1).optional(),
  precondition: z
    .boolean()
    .optional()
    .describe('uses a credential of our own ({{secret.…}}): where it is refused with 4xx, the row is inconclusive'),
  request: requestSchema,
  repeat: z
    .int()
    .min(2)
    .max(100)
    .optional()
    .describe(
      'asked so often, each time on a new connection; every answer has to be right: finds one bad replica of several',
    ),
  expect: expectSchema,
  capture: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), extractorSchema).optional(),
});

/** One promise to users: a request, or a short flow of them, and what has to come back. */
export const promiseSchema = z.strictObject({
  id: slug,
  layer: z.enum(LAYERS),
  title: z.string().min(5).max(160),
  severity,
  authority: z.string().optional(),
  at: slug,
  writes: z.boolean().default(false).describe('true where a step creates or changes data; then "cleanup" is required'),
  steps: z.array(stepSchema).min(1).max(20),
  cleanup: z.array(stepSchema).max(10).optional().describe('run after the steps, whatever became of them'),
  verify: z.array(stepSchema).max(5).optional().describe('run after the cleanup: show that what was made is gone'),
  pace: duration.optional().describe('least time between the requests of two steps'),
  warns: z.boolean().default(false).describe('broken, it is a warning: the release may go on'),
  eachReplica: z
    .boolean()
    .default(false)
    .describe(
      'run once at each declared replica of "at" instead: finds the one that cannot write; {{run.replica}} is its number',
    ),
});

export const journeySchema = toJourneySchema({ ...parts, step: stepSchema });

export const edgeSchema = toEdgeSchema(parts);

/** What a request needs to be let in: `authorization: "Bearer {{secret.NAME}}"`. */
const requestHeaders = z.record(z.string(), z.string()).optional();

const identitySchema = z
  .strictObject({
    service: slug,
    path: absolutePath,
    headers: requestHeaders,
    commit: extractorSchema.optional(),
    version: extractorSchema.optional(),
    stamp: extractorSchema
      .optional()
      .describe('where neither is said: what every deployment changes, such as an ETag or the name of the main script'),
    instance: extractorSchema.optional(),
    startedAt: extractorSchema.optional(),
    environment: extractorSchema.optional(),
    schemaVersion: extractorSchema.optional(),
    lockfileSha256: extractorSchema.optional(),
  })
  .refine((identity) => (identity.commit ?? identity.version ?? identity.stamp) !== undefined, {
    error:
      'identity has neither "commit" nor "version": a deployment that cannot say which build it is cannot be proven',
  });

const healthSchema = z.strictObject({
  service: slug,
  path: absolutePath,
  headers: requestHeaders,
  expect: expectSchema,
});

export const corsSchema = toCorsSchema({ slug, path: absolutePath, origin });

const frontendSchema = z.strictObject({
  service: slug,
  pages: z
    .array(
      z.strictObject({
        path: absolutePath,
        ready: z.string().describe('CSS selector that is visible when the page has rendered'),
        shows: z.array(z.string()).default([]).describe('texts that a user must see'),
        forbids: z.array(z.string()).default([]).describe('texts of maintenance, parking and default pages'),
        within: duration,
        isolated: z
          .boolean()
          .optional()
          .describe('the page needs cross-origin isolation (COOP and COEP), e.g. for threads'),
      }),
    )
    .min(1),
  buildCommit: z
    .string()
    .optional()
    .describe('CSS selector of the meta element whose content is the commit of the build'),
  consoleBaseline: z.array(z.string()).default([]).describe('known console errors (substrings); new ones are findings'),
  hosts: z.array(z.string()).default([]).describe('further hosts that pages may load from'),
  sourceMaps: z.enum(['hidden', 'public']).default('hidden').describe('public: the source is meant to be read'),
});

const sliSchema = z.strictObject({
  routes: z
    .array(z.strictObject({ at: slug, path: absolutePath, headers: requestHeaders, expect: expectSchema.optional() }))
    .min(1),
  latency: z.strictObject({ p95: duration, p99: duration }).optional(),
  availability: z
    .strictObject({
      objective: ratio.describe('the long-term objective, e.g. 0.999'),
      gate: ratio.describe(
        'what one run has to show at the declared confidence, e.g. 0.99; needs ceil(ln(1-confidence)/ln(gate)) clean samples',
      ),
    })
    .optional(),
  correctness: ratio.optional(),
});

const layerDeclaration = z.union([
  z.literal('declared'),
  z.strictObject({ absent: z.string().min(10).describe('the reason why this system does not have the layer') }),
]);

const serviceTarget = z.strictObject({
  url: httpUrl,
  http: httpUrl.optional().describe('the plain-HTTP address that has to redirect to "url"'),
  replicas: z.array(httpUrl).optional().describe('addresses of single replicas, where they can be reached'),
});

export const environmentSchema = z.strictObject({
  description: z.string().optional(),
  services: z.record(slug, serviceTarget),
  expect: z
    .strictObject({
      commit: sha.optional(),
      previous: z.union([sha, z.literal('')]).optional(),
      version: z.string().optional(),
      stamp: z.string().min(1).optional().describe('what identity.stamp has to say'),
      environment: z.string().min(1).optional().describe('what the identity endpoint must say about its environment'),
      deployedAt: z.iso.datetime().optional(),
      schemaVersion: z.union([z.int(), z.string()]).optional(),
    })
    .default({}),
  repository: z.string().optional().describe('overrides code.repository'),
  database: databaseTargetSchema.optional(),
  prometheus: toPrometheusSchema(parts).optional().describe('where the alerts have to be loaded'),
  externalApis: z.record(slug, toExternalTargetSchema(parts)).default({}).describe('by the id of the external API'),
  dns: z.strictObject({
    resolvers: z
      .array(z.string().regex(/^[0-9a-fA-F.:[\]]+$/))
      .default([])
      .describe('address or address:port; none = those of the machine'),
    addresses: z
      .record(z.string(), z.array(z.string()).min(1))
      .default({})
      .describe('host → the addresses it has to have'),
    records: z.array(dnsRecordSchema).default([]).describe('further records of the zone'),
    slow: duration.describe('an answer that takes longer is a warning'),
    tries: z.int().min(1).max(20).describe('a slow resolver is asked so often; the quickest answer counts'),
  }),
  tls: z.strictObject({
    ca: z.string().optional().describe('PEM file of a private CA to trust, besides the public ones'),
    minDaysLeft: z.number().nonnegative(),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']),
    maxClockSkew: duration.describe('beyond it, expiry is not judged: the clock here or there is wrong'),
  }),
  settle: toSettleSchema(parts),
  sampling: samplingSchema,
  concurrency: z.int().min(1).max(256).describe('connections of the check engine'),
  pace: z
    .strictObject({
      retryAfter: duration.describe('how long a run waits, all in all, where it is told to (429 with Retry-After)'),
      perSecond: z
        .number()
        .positive()
        .max(1000)
        .optional()
        .describe('requests of the check engine per second, at most'),
    })
    .optional(),
  deadlines: toDeadlinesSchema(parts),
  writes: writesSchema,
  secrets: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]*$/))
    .default([])
    .describe('names of the environment variables that hold secrets'),
});

export const systemSchema = z.strictObject({
  schema: z.literal(SYSTEM_SCHEMA_ID),
  system: slug,
  description: z.string().optional(),
  owner: ownerSchema.optional(),
  owners: ownersSchema,
  frontDoor: slug,
  code: codeSchema.prefault({}),
  services: z.record(slug, z.strictObject({ kind: z.enum(['frontend', 'backend']), openapi: z.string().optional() })),
  identity: identitySchema,
  health: healthSchema.optional(),
  edges: z.array(edgeSchema).default([]),
  cors: z.array(corsSchema).default([]),
  frontend: frontendSchema.optional(),
  slis: sliSchema.optional(),
  endpoints: endpointsSchema.prefault({}),
  integration: toIntegrationSchema(parts).optional(),
  hosts: hostsSchema.optional(),
  security: securitySchema.prefault({}),
  synthetic: syntheticSchema.optional(),
  database: toDatabaseSchema(parts).optional().describe('checked where an environment gives its address'),
  externalApis: toExternalApisSchema(parts).default([]),
  variables: toVariablesSchema(parts).optional(),
  monitoring: toMonitoringSchema(parts).optional(),
  promises: z.array(promiseSchema).default([]),
  journeys: z.array(journeySchema).default([]),
  accessibility: accessibilitySchema.prefault({}),
  layers: z.partialRecord(z.enum(LAYERS), layerDeclaration),
  environments: z
    .record(slug, environmentSchema)
    .refine((all) => Object.keys(all).length > 0, 'declare at least one environment'),
});

export type SystemContract = z.output<typeof systemSchema>;
export type EnvironmentContract = z.output<typeof environmentSchema>;
export type PromiseContract = z.output<typeof promiseSchema>;
export type JourneyContract = z.output<typeof journeySchema>;
export type AccessibilityContract = z.output<typeof accessibilitySchema>;
export type StepContract = z.output<typeof stepSchema>;
export type RequestContract = z.output<typeof requestSchema>;
export type ExpectContract = z.output<typeof expectSchema>;
export type EdgeContract = z.output<typeof edgeSchema>;
export type Extractor = z.output<typeof extractorSchema>;
export type Matcher = z.output<typeof matcherSchema>;
export type SliContract = z.output<typeof sliSchema>;

/** `file:line` of every promise, edge, page …, keyed by its path in the document (`promises.3`). */
export type SourceMap = Readonly<Record<string, { readonly file: string; readonly line: number }>>;

/** A contract made ready for one environment: read, checked, interpolated. */
export interface ResolvedSystem {
  readonly contract: SystemContract;
  readonly environmentName: string;
  readonly environment: EnvironmentContract;
  /** Absolute path of the folder that `system.yaml` lies in; `openapi`, `ca` are relative to it. */
  readonly contractsDir: string;
  readonly sources: SourceMap;
  /** SHA-256 over the files that were read (system.yaml and the OpenAPI documents it names). */
  readonly digest: string;
  /** Values of the declared secrets, by name; never written anywhere. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What the deploy environment has for the variables whose source it is; never written anywhere. */
  readonly deployed?: ReadonlyMap<string, string | undefined>;
}
