/** Spectral, which an adopter installs where contracts are linted: not a dependency of those who only prove deployments. */
import type { RulesetDefinition, Spectral } from '@stoplight/spectral-core';
import { InputError } from '../../errors.ts';

export interface SpectralParts {
  readonly Spectral: typeof Spectral;
  /** the functions that come with Spectral, by name */
  readonly functions: Readonly<Record<string, unknown>>;
  /** the ruleset `spectral:oas` */
  readonly oas: RulesetDefinition & { readonly rules: Readonly<Record<string, object>> };
}

/** Throws InputError where it is not installed. */
export async function loadSpectral(): Promise<SpectralParts> {
  try {
    const [core, functions, rulesets] = await Promise.all([
      import('@stoplight/spectral-core'),
      import('@stoplight/spectral-functions'),
      import('@stoplight/spectral-rulesets'),
    ]);
    return {
      Spectral: core.Spectral,
      functions: { ...functions },
      oas: rulesets.oas as unknown as SpectralParts['oas'],
    };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const packages = ['core', 'functions', 'rulesets'].map((name) => `@stoplight/spectral-${name}`).join(' ');
    const what = 'Spectral, which lints API contracts, is not installed';
    throw new InputError([{ code: 'not-installed', what, fix: `Run: npm install --save-dev ${packages}` }], { cause });
  }
}
