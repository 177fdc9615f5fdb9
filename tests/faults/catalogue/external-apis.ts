/** Faults of the layer external-apis: External APIs. */
import { type CatalogueFault, fault } from '../fault.ts';

export const EXTERNAL_APIS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L05-01',
    { title: 'Key revoked: dependency 401', severity: 'P0', layer: 'external-apis' },
    {
      '401': { faults: [{ kind: 'provider', status: 401 }] },
      '403': { faults: [{ kind: 'provider', status: 403 }] },
    },
  ),
];
