/** Reads `contracts/gates.yaml`. Without the file there are the built-in gates alone. */
import path from 'node:path';
import { InputError } from '../errors.ts';
import { type GatesContract, gatesSchema } from './gates-schema.ts';
import { toProblems } from './issues.ts';
import { parseYaml } from './yaml-document.ts';
import { readSource } from './yaml-source.ts';

/** `contractsDir` is absolute. Throws InputError with all problems at once. */
export function loadGates(contractsDir: string): GatesContract {
  const shownAs = path.posix.join(path.basename(contractsDir), 'gates.yaml');
  const source = readSource(path.join(contractsDir, 'gates.yaml'), shownAs);
  if (!source.ok && source.problems.every(({ code }) => code === 'missing-file'))
    return { schema: 'gate10/gates/v1', gates: [], criticalFeatures: [], documentation: [] };
  if (!source.ok) throw new InputError(source.problems);
  const parsed = parseYaml(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const checked = gatesSchema.safeParse(parsed.document.value);
  if (!checked.success) throw new InputError(toProblems(checked.error.issues, parsed.document, gatesSchema));
  return checked.data;
}
