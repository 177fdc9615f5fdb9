/** `authority/dora-rules.yaml`: the windows within which a failure belongs to a deployment. */
import { z } from 'zod';
import { readAuthority } from '../../contract/authority-file.ts';

const positive = z.number().positive();
const pattern = z.string().refine((text) => {
  try {
    return new RegExp(text, 'i').source.length > 0;
  } catch {
    return false;
  }
}, 'a regular expression');

const doraRulesSchema = z.strictObject({
  schema: z.literal('gate10/dora-rules/v1'),
  sources: z.record(z.string(), z.string()),
  cites: z.record(z.string(), z.array(z.string()).min(1)),
  windowDays: positive,
  wholeHistoryRows: positive,
  lookbackDays: positive,
  sameDeploymentMinutes: positive,
  attributionHours: positive,
  hotfixHours: positive,
  hotfixSubjects: z.array(pattern).min(1),
  revertHours: positive,
  warnings: z.array(z.string().min(1)).min(1),
});
export type DoraRules = z.output<typeof doraRulesSchema>;

/** Throws OwnFaultError: the file is gate10's, not the adopter's. */
export function loadDoraRules(): DoraRules {
  return readAuthority('dora-rules.yaml', doraRulesSchema);
}
