/** The fifteenth row: what every declared host has to keep to, without any promise that asks for it. */
import type { Check, ProbeContext } from '../context.ts';
import { listSecurityCookies } from './security-cookies.ts';
import { listSecurityErrors } from './security-errors.ts';
import { listSecurityHeaders } from './security-headers.ts';
import { listRateLimits } from './security-rate-limits.ts';

export function listSecurity(system: ProbeContext['system']): Check[] {
  return [
    ...listSecurityHeaders(system),
    ...listSecurityErrors(system),
    ...listSecurityCookies(system),
    ...listRateLimits(system),
  ];
}
