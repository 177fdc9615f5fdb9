/** `contracts/system.yaml` → a contract made ready for one environment, or every problem that it has. */
import { createHash } from 'node:crypto';
import { InputError, type Problem } from '../errors.ts';
import { deployedVariables } from './check-variables.ts';
import { databaseSecrets } from './database-secrets.ts';
import { applyDefaults, loadDefaults } from './defaults.ts';
import { inOrder } from './in-order.ts';
import type { Env } from './interpolate.ts';
import { openApiProblems, readNamedFiles } from './named-files.ts';
import { missingEnvironment, readContract } from './read-contract.ts';
import { redactProblems } from './redact-problems.ts';
import { refusedSettings } from './refused-settings.ts';
import { type ResolvedDocument, resolveDocument } from './resolve-document.ts';
import type { ResolvedSystem } from './schema.ts';
import { readSecrets, secretNames } from './secrets.ts';
import { sourcesOf } from './sources.ts';
import type { YamlDocument } from './yaml-document.ts';

export interface LoadOptions {
  /** absolute path of the folder that holds `system.yaml` */
  readonly contractsDir: string;
  readonly environment: string;
  readonly env: Env;
}

/** Throws InputError with all problems at once (exit 2); no problem shows the value of a variable. */
export function loadSystem({ contractsDir, environment, env }: LoadOptions): ResolvedSystem {
  const { bytes: contractBytes, document } = readContract(contractsDir);
  const missing = missingEnvironment(document, environment);
  if (missing !== undefined && !isMapping(document.value)) throw new InputError([missing]);
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
  const named = { readable: resolved.readable, ca: chosen?.tls.ca, environment, contractsDir, document };
  const files = readNamedFiles(named);
  const problems = [...refusedSettings(env), ...ofContract(resolved, missing), ...secretProblems, ...files.problems];
  if (problems.length > 0 || !resolved.contract || !chosen) {
    throw new InputError(redactProblems(inOrder([...problems, ...openApiProblems(named)]), redacted));
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
    deployed: deployedVariables(resolved.contract.variables, env),
  };
}

/** An environment that is not there is said once, whatever else its absence makes wrong. */
function ofContract({ problems }: ResolvedDocument, missing: Problem | undefined): readonly Problem[] {
  if (missing === undefined) return problems;
  return [missing, ...problems.filter(({ path: at }) => at !== missing.path)];
}

function isMapping(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
