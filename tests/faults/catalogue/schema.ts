/** Faults of the layer schema: Database Schema. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendPatches } from '../inject.ts';

export const SCHEMA_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L14-01',
    { title: 'Migration not applied', severity: 'P0', layer: 'schema' },
    {
      'migration not run': backendPatches('/__version', { '/schema_version': 3 }),
      'migration not run, seen by one of two replicas': {
        faults: [{ ...appears('/__version', { patchJson: { '/schema_version': 3 } }), replica: 2 }],
      },
    },
  ),
];
