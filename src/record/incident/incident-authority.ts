/** `authority/incidents.yaml`: how bad an incident is, what is advised, and by when its postmortem is due. */
import { z } from 'zod';
import { citesWhatIsListed, readAuthority } from '../../contract/authority-file.ts';
import { durationSchema } from '../../contract/duration.ts';
import { LAYERS } from '../../contract/layers.ts';
import { INCIDENT_SEVERITIES } from '../../contract/notify-schema.ts';

const layers = z.array(z.enum(LAYERS));

const incidentAuthoritySchema = z
  .strictObject({
    schema: z.literal('gate10/incidents/v1'),
    sources: z.record(z.string(), z.string().min(10)),
    cites: z.record(z.string(), z.array(z.string()).min(1)),
    severities: z.record(z.enum(INCIDENT_SEVERITIES), z.string().min(1)),
    layers: z.record(z.enum(LAYERS), z.enum(INCIDENT_SEVERITIES)).describe('where no failed check says it'),
    criticalLayers: layers.min(1),
    migrationLayers: layers,
    postmortem: z.strictObject({ published: durationSchema, latest: durationSchema }),
    postmortemFrom: z.literal('closed'),
  })
  .refine(citesWhatIsListed, { error: 'a source that is not listed' });
export type IncidentAuthority = z.output<typeof incidentAuthoritySchema>;

/** Throws OwnFaultError: the file is gate10's, not the adopter's. */
export function loadIncidentAuthority(): IncidentAuthority {
  return readAuthority('incidents.yaml', incidentAuthoritySchema);
}
