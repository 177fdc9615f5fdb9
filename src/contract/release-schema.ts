/** `contracts/release.yaml`: what a release of this system is made of. Read by `gate10 manifest` alone. */
import { z } from 'zod';

const text = z.string().trim().min(1).max(500);
/** From the project's folder down; as `path.matchesGlob` reads it. */
const glob = text.regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\]+$/, 'a path or glob inside the project, with "/"');

const artifact = z.strictObject({
  path: glob,
  purl: z
    .string()
    .regex(/^pkg:[a-z][a-z0-9.+-]*\/\S+$/, 'a package URL such as pkg:npm/name@1.2.3')
    .optional()
    .describe('where the artifact is one file only'),
});

const migration = z.strictObject({
  reversible: z.boolean().describe('the release before can be brought back without losing data'),
  compatible: z.boolean().describe('the release before runs on the schema that it leaves'),
  because: z.string().trim().min(10).max(500),
});

const thresholdChange = z.strictObject({
  file: glob.describe('the file that was changed, such as contracts/policy.yaml'),
  rfc: glob.describe('the record that says what was changed and why'),
});

/** The file as a person writes it. */
export const releaseSchema = z.strictObject({
  schema: z.literal('gate10/release/v1'),
  artifacts: z.array(z.union([glob, artifact])).min(1),
  configuration: z
    .array(glob)
    .default([])
    .describe('files whose changes since the release before are listed; the contracts always are'),
  migrations: z
    .strictObject({ folder: glob, files: z.record(text, migration).default({}) })
    .optional()
    .describe('the folder of the migrations, and what each new one allows'),
  rollback: z.strictObject({ automatic: z.boolean() }).default({ automatic: false }),
  thresholdChanges: z.array(thresholdChange).default([]),
  dashboards: z.array(z.url({ protocol: /^https?$/ })).default([]),
});
export type ReleaseContract = z.output<typeof releaseSchema>;
