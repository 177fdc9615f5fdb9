/** `contracts/system.yaml` → a contract made ready for one environment, or every problem that it has. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import { databaseSecrets } from './database-secrets.ts';
import { applyDefaults, loadDefaults } from './defaults.ts';
import { inOrder } from './in-order.ts';
import type { Env } from './interpolate.ts';
import { readContract } from './read-contract.ts';
import { redactProblems } from './redact-problems.ts';
import { resolveDocument } from './resolve-document.ts';
import type { ResolvedSystem } from './schema.ts';
import { readSecrets, secretNames } from './secrets.ts';
import { sourcesOf } from './sources.ts';
import type { DataPath, YamlDocument } from './yaml-document.ts';
import { MAX_OPENAPI_BYTES, readSource } from './yaml-source.ts';

export interface LoadOptions {
  /** absolute path of the folder that holds `system.yaml` */
  readonly contractsDir: string;
  readonly environment: string;
  readonly env: Env;
}

/** Throws InputError with all problems at once (exit 2); no problem shows the value of a variable. */
export function loadSystem({ contractsDir, environment, env }: LoadOptions): ResolvedSystem {
  const { bytes: contractBytes, document } = readContract(contractsDir, environment);
  const defaults = loadDefaults();
  const withDefaults: YamlDocument = { ...document, value: applyDefaults(document.value, defaults.values) };
  const resolved = resolveDocument(withDefaults, environment, env);
  const chosen = resolved.readable.environments[environment];
  const { secrets, problems: secretProblems } = readSecrets(
    secretNames(document.value, environment),
    environment,
    env,
    document,
  );
  const redacted = new Map([...databaseSecrets(chosen?.database?.url), ...secrets]);
  const files = readNamedFiles(resolved, chosen?.tls.ca, environment, contractsDir, document);
  const problems = [...refusedSettings(env), ...resolved.problems, ...secretProblems, ...files.problems];
  if (problems.length > 0 || !resolved.contract || !chosen) {
    throw new InputError(redactProblems(inOrder(problems), redacted));
  }

  const digest = createHash('sha256');
  for (const bytes of [contractBytes, defaults.bytes, ...files.bytes]) {
    digest.update(`${bytes.length}\n`).update(bytes);
  }
  return {
    contract: { ...resolved.contract, environments: { [environment]: chosen } },
    environmentName: environment,
    environment: chosen,
    contractsDir,
    sources: sourcesOf(document),
    digest: digest.digest('hex'),
    secrets: redacted,
  };
}

function refusedSettings(env: Env): readonly Problem[] {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  const what =
    'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off, so that nothing about TLS can be proven';
  return [{ code: 'tls-unchecked', what, fix: 'Unset it; name a private CA under "tls.ca" of the environment.' }];
}

/** The OpenAPI documents and the CA that the contract names: they have to be there before anything is probed. */
function readNamedFiles(
  { readable }: ReturnType<typeof resolveDocument>,
  ca: string | undefined,
  environment: string,
  contractsDir: string,
  document: YamlDocument,
): { readonly bytes: readonly Uint8Array[]; readonly problems: readonly Problem[] } {
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
