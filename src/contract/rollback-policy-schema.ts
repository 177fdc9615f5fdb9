/** `rollback` of `contracts/policy.yaml`: when a release is rolled back without asking, and how each environment does it. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { LAYERS } from './layers.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63');
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable');

/** What stands in `{{…}}` of a driver's arguments. */
export const DRIVER_WORDS = ['target.commit', 'failed.commit', 'rollback.id'] as const;
/** What stands in `{{…}}` of `notify`. */
export const NOTIFY_WORDS = [...DRIVER_WORDS, 'system', 'environment', 'outcome', 'reason', 'because'] as const;

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** A program and its arguments: no shell ever sees them, so that nothing in a value can become a command. */
function argvOf(words: readonly string[]) {
  const known = words.map((word) => `{{${word}}}`).join(', ');
  return z
    .array(z.string().min(1).max(4096))
    .min(1)
    .max(100)
    .refine((argv) => placeholders(argv).every((word) => words.includes(word)), {
      error: words.length === 0 ? 'a placeholder, where none is filled in' : `a placeholder that is none of ${known}`,
    })
    .refine(([program = '']) => !program.includes('{{'), { error: 'the program itself cannot be a placeholder' });
}

function placeholders(argv: readonly string[]): string[] {
  return argv.flatMap((part) => [...part.matchAll(PLACEHOLDER)].map(([, word = '']) => word));
}

const timeout = durationSchema.describe('after it the driver is ended, and what it did is unknown');

const command = z.strictObject({
  kind: z.literal('command'),
  argv: argvOf(DRIVER_WORDS).describe('deploys {{target.commit}}; exit 0 = it was taken on'),
  dryRun: argvOf(DRIVER_WORDS).optional().describe('does everything but change what is served'),
  current: argvOf([]).optional().describe('prints the commit that is served, for when the system itself cannot say it'),
  cwd: z.string().min(1).optional().describe('from the folder that holds the contracts folder'),
  credentials: z.array(variable).default([]).describe('variables that only the driver sees, no check and no suite'),
  timeout,
});

const kubernetes = z.strictObject({
  kind: z.literal('kubernetes'),
  deployment: slug,
  namespace: slug,
  context: z.string().min(1).max(253).optional(),
  credentials: z.array(variable).default([]).describe('variables that only the driver sees, such as KUBECONFIG'),
  timeout,
});

const http = z.strictObject({
  kind: z.literal('http'),
  provider: z.enum(['render', 'netlify']),
  api: z
    .string()
    .refine(isApiUrl, 'an https:// URL (http:// on loopback only), without user name, query or fragment')
    .describe('such as https://api.render.com/v1'),
  service: z.string().regex(/^[A-Za-z0-9._-]{1,128}$/, 'the id of the service or site'),
  token: variable.describe('the variable that holds the token; only the driver sees it'),
  timeout,
});

const git = z.strictObject({
  kind: z.literal('git'),
  remote: z.string().min(1).max(1000).refine(isRemote, 'the address of a repository, without a password'),
  branch: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/, 'the name of a branch'),
  author: z.strictObject({ name: z.string().min(1).max(120), email: z.string().min(3).max(200) }),
  credentials: z.array(variable).default([]).describe('variables that only the driver sees'),
  timeout,
});

/** How a release comes back into service. Every driver names its target; none is told "the one before". */
export const rollbackDriverSchema = z.discriminatedUnion('kind', [command, kubernetes, http, git]);
export type RollbackDriver = z.output<typeof rollbackDriverSchema>;
export type CommandDriver = z.output<typeof command>;
export type KubernetesDriver = z.output<typeof kubernetes>;
export type HttpDriver = z.output<typeof http>;
export type GitDriver = z.output<typeof git>;

/** Neither an option of git, nor a program (`ext::…`), nor something that has to stay secret. */
function isRemote(text: string): boolean {
  if (text.startsWith('-') || text.includes('::')) return false;
  return !URL.canParse(text) || new URL(text).password === '';
}

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username + password + search + hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}

const confirm = z
  .strictObject({
    times: z.int().min(1).max(20).describe('checks that have to fail again'),
    of: z.int().min(1).max(20).describe('checks at most'),
  })
  .refine(({ times, of }) => times <= of, { error: '"times" is more than "of"' });

const deadlines = z.strictObject({
  confirm: durationSchema.describe('of each check that confirms the failure'),
  serve: durationSchema.describe('from the end of the driver until the target is served everywhere'),
  prove: durationSchema.describe('of the production suite afterwards'),
  poll: durationSchema.describe('between two questions to the runtime'),
});

const rehearsal = z.strictObject({
  maxAge: durationSchema.describe('an older rehearsal says nothing'),
  environments: z.array(slug).min(1).describe('where it may be rehearsed'),
});

/** What `authority/policy.yaml` says: all of it. */
export const rollbackDefaultsSchema = z.strictObject({
  criticalLayers: z.array(z.enum(LAYERS)).min(1).describe('a failure in one of these is worth a rollback'),
  confirm,
  budget: z.int().min(0).max(10).describe('rollbacks since the last proven production run, at most'),
  attributeWithin: durationSchema.describe('later than this after its own proof, a build is not to blame'),
  maxAge: durationSchema.describe('an older failed run is no reason to act now'),
  restoreWithin: durationSchema.describe('a rollback that takes longer is told as slow; a rehearsal fails'),
  deadlines,
  suite: argvOf([]).describe('the production suite: proves the target afterwards'),
  rehearsal,
});

const compatible = z.strictObject({
  database: z.string().min(1).max(100).describe('the schema version that the database has'),
  release: z.string().min(1).max(100).describe('the schema version that the older release was made for'),
  reason: z.string().trim().min(10).max(1000),
});
export type CompatibleSchema = z.output<typeof compatible>;

/** What a person writes. */
export const rollbackPolicySchema = z.strictObject({
  ...rollbackDefaultsSchema.partial().shape,
  deadlines: deadlines.partial().optional(),
  rehearsal: rehearsal.partial().optional(),
  compatible: z.array(compatible).default([]).describe('older releases that run on a newer schema'),
  notify: argvOf(NOTIFY_WORDS).optional().describe('is run when a rollback ends, however it ends'),
  drivers: z.record(slug, rollbackDriverSchema).default({}).describe('by environment'),
});

export type RollbackPolicy = z.output<typeof rollbackDefaultsSchema> &
  Pick<z.output<typeof rollbackPolicySchema>, 'compatible' | 'notify' | 'drivers'>;
