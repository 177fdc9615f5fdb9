/**
 * `release-manifest.json`: what goes out, onto what, and how it comes back. No standard has room for the rollout window and
 * the rollback plan, so the schema is ours and published; artifacts carry a purl where one is known.
 *
 * The file is deterministic (RFC 8785 order, no time of its making), and its SHA-256 is what approvals and waivers name.
 */
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 lower-case hex digits');
const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'a full commit id in lower case');
/** Below the folder of the manifest: neither absolute nor with a step up. */
const relativePath = z
  .string()
  .min(1)
  .max(500)
  .regex(
    /^(?![/\\])(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!.*\/\/)[^\\\u0000-\u001f\u007f:]+$/,
    'a path below the folder of the manifest, with "/" and without ".."',
  );
export const releaseNameSchema = z
  .string()
  .regex(
    /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'letters, digits, ".", "_" and "-", at most 128, without ".."',
  );

const namedDigest = z.strictObject({ path: relativePath, sha256 });

const artifactSchema = z.strictObject({
  path: relativePath,
  sha256,
  bytes: z.int().nonnegative(),
  purl: z
    .string()
    .regex(/^pkg:[a-z][a-z0-9.+-]*\/\S+$/, 'a package URL such as pkg:npm/name@1.2.3')
    .optional(),
});

const deltaSchema = z
  .strictObject({
    path: relativePath,
    before: sha256.nullable().describe('null = it was not there'),
    after: sha256.nullable().describe('null = it is gone'),
  })
  .refine(({ before, after }) => before !== after, { error: 'before and after are the same: this is no delta' });

const migrationSchema = z.strictObject({
  path: relativePath,
  sha256,
  reversible: z.boolean().describe('the release before can be brought back without losing data'),
  compatible: z.boolean().describe('the release before runs on the schema that this migration leaves'),
  because: z.string().min(1).describe('what says so'),
});

const windowSchema = z
  .strictObject({ notBefore: z.iso.datetime(), notAfter: z.iso.datetime() })
  .refine(({ notBefore, notAfter }) => Date.parse(notBefore) < Date.parse(notAfter), {
    error: 'the rollout window ends before it begins',
    path: ['notAfter'],
  });

const rollbackSchema = z.strictObject({
  target: commit.nullable().describe('the release to go back to; null = there is none'),
  automatic: z.boolean().describe('may be done without asking a person'),
  veto: z.string().min(1).optional().describe('why there is no way back: production is frozen instead'),
});

/** Commit authors are named as git names them: none of them approves this release alone. */
const authorSchema = z.string().min(1).max(320);

export const releaseManifestSchema = z
  .strictObject({
    schema: z.literal('gate10/release-manifest/v1'),
    release: releaseNameSchema,
    system: z.string().min(1),
    environment: z.string().min(1),
    commit,
    previous: z.strictObject({ commit }).nullable().describe('what is deployed there now; null = nothing was'),
    authors: z.array(authorSchema).describe('of the commits since the previous release, without repeats'),
    artifacts: z.array(artifactSchema),
    configuration: z.strictObject({
      files: z.array(deltaSchema),
      variables: z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) }).describe('names only'),
    }),
    thresholds: z
      .array(namedDigest)
      .describe('every file that says what is good enough: authority/, policy.yaml, objectives.yaml'),
    thresholdChanges: z
      .array(z.strictObject({ path: relativePath, rfc: namedDigest }))
      .describe('which of them were changed on purpose, and the record that says why'),
    rollout: windowSchema.nullable().describe('null = at any time'),
    rollback: rollbackSchema,
    migrations: z.array(migrationSchema),
    scorecard: namedDigest.nullable(),
    sbom: namedDigest.nullable(),
    dashboards: z.array(z.url({ protocol: /^https?$/ })),
  })
  .superRefine((manifest, context) => {
    const { rollback, migrations } = manifest;
    if (rollback.target === manifest.commit)
      context.addIssue({
        code: 'custom',
        path: ['rollback', 'target'],
        message: 'the rollback goes to the release itself',
      });
    const noWayBack = migrations.find(({ reversible, compatible }) => !reversible && !compatible);
    if (noWayBack !== undefined && rollback.automatic)
      context.addIssue({
        code: 'custom',
        path: ['rollback', 'automatic'],
        message: `the migration ${noWayBack.path} cannot be taken back, so nothing may roll back by itself`,
      });
  });
export type ReleaseManifest = z.output<typeof releaseManifestSchema>;
