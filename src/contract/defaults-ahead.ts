/** The defaults, read when a build was made (scripts/build.ts puts them here). From the source there are none. */
import type { Defaults } from './defaults.ts';

export const DEFAULTS_AHEAD: (Pick<Defaults, 'values' | 'commands'> & { readonly sha256: string }) | undefined =
  undefined as (Pick<Defaults, 'values' | 'commands'> & { readonly sha256: string }) | undefined;
