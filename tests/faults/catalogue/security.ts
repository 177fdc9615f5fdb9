/** Faults of the layer security: Security headers, sessions, rate limits, stale configuration. */
import type { CatalogueFault } from '../fault.ts';

export const SECURITY_FAULTS: readonly CatalogueFault[] = [];
