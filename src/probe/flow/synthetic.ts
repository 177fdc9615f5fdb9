/** The tag that everything carries which gate10 writes: so that the system's owners can tell it from what users write. */
import type { ProbeContext } from '../context.ts';
import { startValues } from './flow.ts';
import { fillTemplate } from './template.ts';

/** Header names in lower case. Without a declaration the client's own `user-agent` and `x-gate10-run` are the tag. */
export function syntheticTag(context: Pick<ProbeContext, 'system' | 'run'>): Readonly<Record<string, string>> {
  const { headers = {}, userAgent } = context.system.contract.synthetic ?? {};
  const values = startValues(context);
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), fillTemplate(value, values)]);
  return { ...(userAgent === undefined ? {} : { 'user-agent': userAgent }), ...Object.fromEntries(named) };
}
