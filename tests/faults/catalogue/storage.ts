/** Faults of the layer storage: File Storage. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, problem, ROUTE_NOT_FOUND } from '../inject.ts';

export const STORAGE_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L07-01',
    { title: 'Upload dir not writable', severity: 'P0', layer: 'storage' },
    {
      'not writable': { faults: [{ kind: 'storage', action: 'read-only' }] },
      ENOENT: { faults: [{ kind: 'storage', action: 'missing' }] },
    },
  ),
  fault(
    'L07-02',
    { title: 'Disk full', severity: 'P0', layer: 'storage' },
    {
      '0 bytes': { faults: [{ ...appears('/files', problem(507)), match: { method: 'POST', path: '/files' } }] },
      'enough for 0-byte file only': {
        faults: [
          {
            ...appears('/files/*', { status: 200, body: '', contentType: 'text/plain' }),
            match: { method: 'GET', path: '/files/*' },
          },
        ],
      },
    },
  ),
  fault(
    'L07-03',
    { title: 'Upload 201 but file lost (ephemeral/other instance)', severity: 'P0', layer: 'storage' },
    {
      'split dirs': {
        faults: [{ ...appears('/files/*', ROUTE_NOT_FOUND), match: { method: 'GET', path: '/files/*' }, replica: 2 }],
      },
      'wiped on restart': {
        faults: [{ ...appears('/files/*', ROUTE_NOT_FOUND), match: { method: 'GET', path: '/files/*' } }],
      },
    },
  ),
];
