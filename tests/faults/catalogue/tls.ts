/** Faults of the layer tls: SSL/TLS. */
import { type CatalogueFault, fault } from '../fault.ts';

export const TLS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L11-03',
    { title: 'Wrong host name', severity: 'P0', layer: 'tls' },
    {
      'other name': { faults: [{ kind: 'certificate', host: 'app.mosaic.test', variant: 'wrong-host' }] },
      'other name at the API host': {
        faults: [{ kind: 'certificate', host: 'api.mosaic.test', variant: 'wrong-host' }],
      },
    },
  ),
  fault(
    'L11-05',
    { title: 'Self-signed', severity: 'P0', layer: 'tls' },
    {
      'self signed': { faults: [{ kind: 'certificate', host: 'app.mosaic.test', variant: 'self-signed' }] },
      'private CA not trusted': { foreignCa: true },
    },
  ),
  fault(
    'L11-06',
    { title: 'ignoreHTTPSErrors:true in user config', severity: 'P0', layer: 'tls', expect: 'refused' },
    {
      'NODE_TLS_REJECT_UNAUTHORIZED=0': {
        env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        says: /switches certificate checks off/,
      },
    },
  ),
];
