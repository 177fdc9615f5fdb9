/** Faults of the layer dns: DNS/Domain. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, PAGE } from '../inject.ts';

export const DNS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L10-01',
    { title: 'Domain does not resolve', severity: 'P0', layer: 'dns' },
    {
      NXDOMAIN: { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { rcode: 'NXDOMAIN' } }] },
      SERVFAIL: { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { rcode: 'SERVFAIL' } }] },
      timeout: { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { silent: true } }] },
      'NXDOMAIN of the API host': { faults: [{ kind: 'dns', host: 'api.mosaic.test', answer: { rcode: 'NXDOMAIN' } }] },
    },
  ),
  fault(
    'L10-02',
    { title: 'Domain resolves to old server', severity: 'P0', layer: 'dns' },
    {
      'old ip': { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { addresses: ['127.0.0.9'] } }] },
      'one of two A stale': {
        faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { addresses: ['127.0.0.1', '127.0.0.9'] } }],
      },
    },
  ),
  fault(
    'L10-09',
    { title: 'Dangling CNAME takeover page 200', severity: 'P0', layer: 'dns' },
    {
      'foreign 200': {
        faults: [
          { kind: 'dns', host: 'app.mosaic.test', answer: { addresses: ['127.0.0.9', '127.0.0.1'] } },
          { ...appears('/*', PAGE), at: 'frontend' },
        ],
      },
    },
  ),
];
