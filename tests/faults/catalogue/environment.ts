/** Faults of the layer environment: Environment Config. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendPatches } from '../inject.ts';

export const ENVIRONMENT_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L06-01',
    { title: 'Required var missing; app boots with undefined', severity: 'P0', layer: 'environment' },
    {
      missing: backendPatches('/__config', { '/AI_API_KEY': 'missing' }),
      invalid: backendPatches('/__config', { '/DATABASE_URL': 'invalid' }),
      'missing at one of two replicas': {
        faults: [{ ...appears('/__config', { patchJson: { '/AI_API_KEY': 'missing' } }), replica: 2 }],
      },
    },
  ),
  fault(
    'L06-08',
    {
      title: "Gate's own env missing (synthetic password unset)",
      severity: 'P0',
      layer: 'environment',
      expect: 'refused',
    },
    {
      unset: { env: { REFERENCE_API: '' }, says: /REFERENCE_API is empty/ },
    },
  ),
];
