/** Which files of a repository decide where requests go: `authority/configuration-files.yaml`. */
import { z } from 'zod';
import { readAuthority } from '../../contract/authority-file.ts';

const toPattern = () => z.string().transform((text) => new RegExp(text));

const toConfigurationFilesSchema = () =>
  z
    .strictObject({
      schema: z.literal('gate10/configuration-files/v1'),
      sources: z.record(z.string(), z.string().min(10)),
      files: z
        .array(
          z.strictObject({
            match: toPattern(),
            kind: z.enum(['routing', 'deploy', 'environment', 'pipeline']),
            comments: z.enum(['#', '//', 'none']),
            only: z.literal('scripts').optional(),
            source: z.string(),
          }),
        )
        .min(1),
      leaveOut: toPattern(),
      development: toPattern(),
      neutral: z.array(z.strictObject({ match: toPattern(), source: z.string() })),
    })
    .refine(
      ({ files, neutral, sources }) => [...files, ...neutral].every(({ source }) => Object.hasOwn(sources, source)),
      {
        error: 'a source that is not listed',
      },
    );

export type ConfigurationFiles = z.output<ReturnType<typeof toConfigurationFilesSchema>>;

/** A file that is looked at. */
export interface ConfigurationFile {
  readonly path: string;
  readonly kind: ConfigurationFiles['files'][number]['kind'];
  readonly comments: '#' | '//' | 'none';
  /** Only these lines of it say anything: the scripts of a package.json. */
  readonly only: 'scripts' | undefined;
  /** Only a developer's machine reads it. */
  readonly development: boolean;
}

/** Throws OwnFaultError: the file is gate10's, not the adopter's. */
export function loadConfigurationFiles(): ConfigurationFiles {
  return readAuthority('configuration-files.yaml', toConfigurationFilesSchema());
}

/** In the order of the paths; everything else of a repository is code, text or data. */
export function chooseFiles(paths: readonly string[], authority: ConfigurationFiles): ConfigurationFile[] {
  return paths.flatMap((path) => {
    const found = authority.leaveOut.test(path) ? undefined : authority.files.find(({ match }) => match.test(path));
    if (found === undefined) return [];
    const { kind, comments, only } = found;
    return [{ path, kind, comments, only, development: authority.development.test(path) }];
  });
}
