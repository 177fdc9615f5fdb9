/** Who answers for a system: a team, a rota, a person. */
import { z } from 'zod';
import { LAYERS } from './layers.ts';

const ownerName = z.string().trim().min(1).max(120);

export const ownerSchema = ownerName.describe('who answers for the system: shown in the readiness scorecard');

export const ownersSchema = z
  .partialRecord(z.enum(LAYERS), ownerName)
  .describe('layers that somebody else answers for')
  .default({});
