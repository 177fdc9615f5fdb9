/** The files that a contract names. */
import path from 'node:path';
import type { Problem } from '../errors.ts';
import type { ReadableContract } from './findings.ts';
import { findOpenApiProblems } from './openapi.ts';
import type { DataPath, YamlDocument } from './yaml-document.ts';
import { MAX_OPENAPI_BYTES, readSource } from './yaml-source.ts';

export interface NamedFiles {
  readonly readable: ReadableContract;
  /** path of the environment's private CA */
  readonly ca: string | undefined;
  readonly environment: string;
  readonly contractsDir: string;
  readonly document: YamlDocument;
}

/** The OpenAPI documents and the CA that the contract names: they have to be there before anything is probed. */
export function readNamedFiles({ readable, ca, environment, contractsDir, document }: NamedFiles): {
  readonly bytes: readonly Uint8Array[];
  readonly problems: readonly Problem[];
} {
  const bytes: Uint8Array[] = [];
  const problems: Problem[] = [];
  const read = (name: string, at: DataPath, maxBytes?: number): Uint8Array | undefined => {
    const source = readSource(path.resolve(contractsDir, name), name, maxBytes);
    if (source.ok) return source.bytes;
    const { line, column } = document.place(at);
    for (const { code, what, expected, fix } of source.problems) {
      problems.push({
        code,
        // the CA's path may come from a variable, so it is not shown
        file: document.file,
        line,
        column,
        path: at.join('.'),
        what: `${at.at(-1)}: ${what}`,
        ...(expected === undefined ? {} : { expected }),
        fix: code === 'too-large' && fix ? fix : 'Correct the path; it is relative to the contracts folder.',
      });
    }
    return undefined;
  };
  for (const [service, { openapi }] of Object.entries(readable.services ?? {})) {
    const found =
      openapi === undefined ? undefined : read(openapi, ['services', service, 'openapi'], MAX_OPENAPI_BYTES);
    if (found) bytes.push(found);
  }
  if (ca !== undefined) read(ca, ['environments', environment, 'tls', 'ca']);
  return { bytes, problems };
}

/**
 * What is wrong inside the API contracts. They are read in full before anything is probed; where the contract itself is
 * wrong that never comes, and they are read for their problems alone. A file that is not there is told by `readNamedFiles`.
 */
export function openApiProblems({ readable, contractsDir }: NamedFiles): readonly Problem[] {
  const files = Object.values(readable.services ?? {}).flatMap(({ openapi }) => openapi ?? []);
  return [...new Set(files)]
    .filter((name) => readSource(path.resolve(contractsDir, name), name, MAX_OPENAPI_BYTES).ok)
    .flatMap((name) => findOpenApiProblems(name, contractsDir));
}
