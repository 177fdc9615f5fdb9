/** Values of the secrets that the contract names, as far as they are set here. */
import { readContract } from '../contract/read-contract.ts';
import { secretNames } from '../contract/secrets.ts';
import { InputError } from '../errors.ts';
import { type CliContext, contractsDir } from './context.ts';

/** By the name of their variable; of all environments. No contract: none are known. */
export function declaredSecrets(context: CliContext): ReadonlyMap<string, string> {
  try {
    const { value } = readContract(contractsDir(context)).document;
    const { environments } = value as { environments?: object };
    const names = Object.keys(environments ?? {}).flatMap((environment) => secretNames(value, environment));
    return new Map(names.flatMap((name) => (context.env[name] ? [[name, context.env[name]] as const] : [])));
  } catch (error) {
    if (error instanceof InputError && error.problems.every(({ code }) => code === 'missing-file')) return new Map();
    throw error;
  }
}
