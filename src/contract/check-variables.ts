/** Variables: somebody can be asked for each, and what it is compared with exists. */
import type { Finding, ReadableContract } from './findings.ts';

export function* checkVariables(
  { variables, services, environments }: ReadableContract,
  name: string,
): Generator<Finding> {
  if (variables === undefined) return;
  const { attestedBy, required } = variables;
  const known = Object.keys(services ?? {});
  if (attestedBy !== undefined && known.length > 0 && !known.includes(attestedBy.at)) {
    const what = `the service "${attestedBy.at}" is not declared`;
    yield { path: ['variables', 'attestedBy', 'at'], what, expected: `one of ${known.join(', ')}` };
  }
  const secrets = environments[name]?.secrets;
  for (const [variable, { source, attested, sha256, sameAs }] of Object.entries(required)) {
    const path = ['variables', 'required', variable];
    if (source === 'system' && attestedBy === undefined) {
      const fix = 'Add variables.attestedBy, or "source: deploy".';
      yield { path, what: `nobody says what ${variable} is`, fix };
    }
    if (sameAs !== undefined && secrets?.includes(sameAs) === false) {
      const fix = `Add ${sameAs} to environments.${name}.secrets.`;
      yield { path: [...path, 'sameAs'], what: `${sameAs} is not one of the secrets`, fix };
    }
    if (source === 'system' && attested === 'sha256' && (sha256 ?? sameAs) === undefined) {
      const fix = 'Add "sha256" or "sameAs".';
      yield { path, what: `the digest of ${variable} is compared with nothing`, fix };
    }
    if (source === 'system' && attested === 'state' && (sha256 ?? sameAs) !== undefined) {
      const fix = 'Set "attested" to sha256 or value.';
      yield { path, what: `a state says nothing that ${variable} could be compared by`, fix };
    }
  }
}

/** The values of the variables whose source is the deploy environment. */
export function deployedVariables(
  variables: ReadableContract['variables'],
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string | undefined> {
  const names = Object.entries(variables?.required ?? {}).filter(([, { source }]) => source === 'deploy');
  return new Map(names.map(([name]) => [name, env[name]]));
}
