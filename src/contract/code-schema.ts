/** `code`: the repository that is deployed, and what it may say of itself. */
import { z } from 'zod';

const jsonPointer = z.string().regex(/^(?:\/[^/]*)*$/, 'a JSON pointer (RFC 6901) such as "/git_sha"');

const stateFileSchema = z.strictObject({
  path: z.string().min(1).describe('JSON or YAML, inside the repository'),
  commit: jsonPointer.optional().describe('where it names the commit that it speaks of; default: the expected one'),
  claims: z
    .record(jsonPointer, z.array(z.union([z.string(), z.number(), z.boolean()])).min(1))
    .refine((claims) => Object.keys(claims).length > 0, 'name at least one claim')
    .describe('pointer → the values by which it claims to be done, e.g. /status: [complete, validated]'),
});

export const codeSchema = z.strictObject({
  repository: z.string().default('.'),
  remote: z.string().default('origin'),
  remoteUrl: z.string().min(1).optional().describe('the address that the remote has to have'),
  branch: z.string().default('main'),
  openapi: z.string().optional().describe('path of the API contract inside the repository, to compare commits'),
  migrations: z
    .string()
    .optional()
    .describe('folder of the ordered migrations inside the repository (files begin with their number)'),
  lockfile: z.string().optional(),
  stateFile: stateFileSchema
    .optional()
    .describe('a file that says how far the work is: it may not claim unproven things'),
});

export type StateFileContract = z.output<typeof stateFileSchema>;
