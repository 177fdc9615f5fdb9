/** Headers of the contract with the secrets filled in, by lower-case name. */
import type { ResolvedSystem } from '../../contract/schema.ts';
import { fillTemplate } from '../flow/template.ts';

/** Only `{{secret.NAME}}` is known here (check-headers.ts). */
export function fillHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  { secrets }: Pick<ResolvedSystem, 'secrets'>,
): Readonly<Record<string, string>> {
  const values = new Map([...secrets].map(([name, value]) => [`secret.${name}`, value]));
  const filled = Object.entries(headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    fillTemplate(value, values),
  ]);
  return Object.fromEntries(filled);
}
