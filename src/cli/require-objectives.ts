/** `contracts/objectives.yaml` for a command that cannot do without. */
import path from 'node:path';
import type { Objectives } from '../contract/objectives/objective.ts';
import { readObjectives } from '../contract/objectives/read-objectives.ts';
import { InputError } from '../errors.ts';
import type { SloStandard } from '../record/slo/slo-standard.ts';
import { type CliContext, contractsDir } from './context.ts';

/** Throws InputError. */
export function requireObjectives(context: CliContext, standard: SloStandard): Objectives {
  const folder = contractsDir(context);
  const objectives = readObjectives(folder, { defaultWindow: standard.period });
  if (objectives !== undefined) return objectives;
  const file = path.posix.join(path.basename(folder), 'objectives.yaml');
  const fix = 'Create it (docs/objectives.md), or point GATE10_CONTRACTS at the folder that holds it.';
  throw new InputError([{ code: 'missing-file', file, what: 'there are no objectives', fix }]);
}
