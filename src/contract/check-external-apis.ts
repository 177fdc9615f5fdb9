/** External APIs: every one can be asked in the environment that is run, and every name in it exists. */
import type { Finding, ReadableContract } from './findings.ts';

export function* checkExternalApis(contract: ReadableContract, environmentName: string): Generator<Finding> {
  const apis = contract.externalApis ?? [];
  const services = Object.keys(contract.services ?? {});
  const environment = contract.environments[environmentName];
  for (const [index, { id, call, attestedBy }] of apis.entries()) {
    if (attestedBy !== undefined && services.length > 0 && !services.includes(attestedBy.at)) {
      const path = ['externalApis', index, 'attestedBy', 'at'];
      yield { path, what: `the service "${attestedBy.at}" is not declared`, expected: `one of ${services.join(', ')}` };
    }
    const target = environment?.externalApis[id];
    if (environment !== undefined && target === undefined && attestedBy === undefined) {
      const what = `the external API "${id}" cannot be asked in the environment "${environmentName}"`;
      const fix = `Add environments.${environmentName}.externalApis.${id}.url, or "attestedBy".`;
      yield { path: ['externalApis', index], what, fix };
    }
    const path = ['environments', environmentName, 'externalApis', id];
    if (target?.key !== undefined && environment?.secrets.includes(target.key) === false) {
      const fix = `Add ${target.key} to environments.${environmentName}.secrets.`;
      yield { path: [...path, 'key'], what: `the key ${target.key} is not one of the secrets`, fix };
    }
    if (target !== undefined && call === undefined) {
      yield { path, what: `the external API "${id}" has no "call"`, fix: 'Add externalApis[].call, or remove this.' };
    }
    if (target !== undefined && target.key === undefined && JSON.stringify(call ?? {}).includes('{{key}}')) {
      yield { path, what: '{{key}} is used and there is no "key"', fix: 'Add "key", the name of the secret.' };
    }
  }
  for (const id of Object.keys(environment?.externalApis ?? {})) {
    if (apis.some((api) => api.id === id)) continue;
    const path = ['environments', environmentName, 'externalApis', id];
    yield { path, what: `the external API "${id}" is not declared`, fix: 'Declare it under "externalApis".' };
  }
}
