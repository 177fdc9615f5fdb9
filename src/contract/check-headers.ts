/** Headers that identity, health and service levels are asked with: they may use secrets, and nothing else is known there. */
import type { Finding, ReadableContract } from './findings.ts';
import { templateNames } from './template-names.ts';
import type { DataPath } from './yaml-document.ts';

/** `secretNames` are those of the environment that is run. */
export function* checkHeaders(contract: ReadableContract, secretNames: readonly string[]): Generator<Finding> {
  const secrets = secretNames.map((name) => `secret.${name}`);
  yield* unknownNames(contract.identity?.headers, ['identity', 'headers'], secrets);
  yield* unknownNames(contract.health?.headers, ['health', 'headers'], secrets);
  for (const [index, route] of (contract.slis?.routes ?? []).entries())
    yield* unknownNames(route.headers, ['slis', 'routes', index, 'headers'], secrets);
  yield* unknownNames(contract.synthetic?.headers, ['synthetic', 'headers'], ['run.id']);
}

function* unknownNames(headers: unknown, path: DataPath, known: readonly string[]): Generator<Finding> {
  for (const name of templateNames(headers ?? {})) {
    if (known.includes(name)) continue;
    const expected = known.length === 0 ? 'a secret of this environment' : `one of ${known.join(', ')}`;
    const fix = name.startsWith('secret.') ? 'List it under "secrets" of the environment.' : 'Remove it.';
    yield { path, what: `{{${name}}} is used and not known here`, expected, fix };
  }
}
