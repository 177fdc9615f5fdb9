/** The values of declared secrets, taken from the environment. Problems name the variable and never its value. */
import type { Problem } from '../errors.ts';
import type { Env } from './interpolate.ts';
import { whyUnusable } from './usable-value.ts';
import type { YamlDocument } from './yaml-document.ts';

export function readSecrets(
  names: readonly string[],
  environmentName: string,
  env: Env,
  document: YamlDocument,
): { readonly secrets: ReadonlyMap<string, string>; readonly problems: readonly Problem[] } {
  const secrets = new Map<string, string>();
  const problems = names.flatMap((name, index): Problem[] => {
    const value = env[name];
    const why = value === undefined ? 'is not set' : whyUnusable(value);
    if (value !== undefined && value.trim() !== '') secrets.set(name, value);
    if (why === undefined) return [];
    const path = ['environments', environmentName, 'secrets', index];
    const { line, column } = document.place(path);
    return [
      {
        code: 'secret',
        file: document.file,
        line,
        column,
        path: path.join('.'),
        what: `the secret ${name} ${why}`,
        fix: `Set the environment variable ${name}.`,
      },
    ];
  });
  return { secrets, problems };
}

/** As written, so that they are known (and redacted) although something else in the environment is wrong. */
export function secretNames(document: unknown, environment: string): readonly string[] {
  let node = document;
  for (const key of ['environments', environment, 'secrets']) {
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, key)) return [];
    node = (node as Record<string, unknown>)[key];
  }
  return Array.isArray(node) ? node.filter((name) => typeof name === 'string') : [];
}
