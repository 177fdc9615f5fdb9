/** The driver that the policy names for an environment. */
import type { RollbackDriver } from '../../contract/rollback-policy-schema.ts';
import { InputError } from '../../errors.ts';
import type { Driver, DriverTools } from './driver.ts';
import { createCommandDriver } from './drivers/command.ts';
import { createGitDriver } from './drivers/git.ts';
import { createHttpDriver } from './drivers/http.ts';
import { createKubernetesDriver } from './drivers/kubernetes.ts';

/** Names of the variables that only the driver may see: neither checks nor suites get them. */
export function credentialsOf(rules: RollbackDriver | undefined): readonly string[] {
  if (rules === undefined) return [];
  return rules.kind === 'http' ? [rules.token] : rules.credentials;
}

/** Throws InputError where a credential is not set: a rollback has to find that out before anything is broken. */
export function createDriver(rules: RollbackDriver, environment: string, tools: DriverTools): Driver {
  const missing = credentialsOf(rules).filter((name) => !tools.env[name]);
  if (missing.length > 0)
    throw new InputError(
      missing.map((name) => ({
        code: 'rollback-credential',
        file: 'contracts/policy.yaml',
        path: `rollback.drivers.${environment}`,
        what: `the variable ${name} is not set`,
        fix: 'Set it for this command only: checks and suites must not have it.',
      })),
    );
  switch (rules.kind) {
    case 'command':
      return createCommandDriver(rules, tools);
    case 'kubernetes':
      return createKubernetesDriver(rules, tools);
    case 'http':
      return createHttpDriver(rules, tools);
    case 'git':
      return createGitDriver(rules, tools);
  }
}
