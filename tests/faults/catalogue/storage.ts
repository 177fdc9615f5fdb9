/** Faults of the layer storage: File Storage. */
import { behaves, operation, storage } from '../broken.ts';
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, problem, ROUTE_NOT_FOUND } from '../inject.ts';

const P0 = { severity: 'P0', layer: 'storage' } as const;
const P1 = { severity: 'P1', layer: 'storage' } as const;
const P2 = { severity: 'P2', layer: 'storage' } as const;
const HEALTH_IS_FINE = {
  ...appears('/health', {
    patchJson: { '/ok': true, '/status': 'pass', '/checks/storage': { ok: true, latency_ms: 1 } },
  }),
};
const HEALTH_IS_200 = appears('/health', { status: 200 });

/** With a health answer that has asked nothing of the folder. */
function unseen(injected: ReturnType<typeof storage>): ReturnType<typeof storage> {
  return { faults: [...(injected.faults ?? []), HEALTH_IS_FINE, HEALTH_IS_200] };
}

export const STORAGE_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L07-01',
    { ...P0, title: 'Upload dir not writable' },
    {
      EACCES: storage('read-only'),
      'EACCES, and health says 200': unseen(storage('read-only')),
      ENOENT: storage('missing'),
      'ENOENT, and health says 200': unseen(storage('missing')),
      'EROFS bind mount': storage('read-only-mount'),
      'EROFS bind mount, and health says 200': unseen(storage('read-only-mount')),
    },
  ),
  fault(
    'L07-02',
    { ...P0, title: 'Disk full' },
    {
      '0 bytes': storage('full'),
      '0 bytes, and health says 200': unseen(storage('full')),
      'enough for 0-byte file only': storage('full-but-empty-files'),
      'enough for 0-byte file only, and health says 200': unseen(storage('full-but-empty-files')),
      'inodes exhausted': storage('no-inodes'),
      'inodes exhausted, and health says 200': unseen(storage('no-inodes')),
    },
  ),
  fault(
    'L07-03',
    { ...P0, title: 'Upload 201 but file lost (ephemeral/other instance)' },
    {
      'split dirs': behaves({ name: 'split-uploads' }),
      'wiped on restart': behaves({ name: 'lost-uploads' }),
      'wiped at one of two replicas': behaves({ name: 'lost-uploads' }, 2),
      'not found at one of two replicas': {
        faults: [{ ...appears('/files/*', ROUTE_NOT_FOUND), match: { method: 'GET', path: '/files/*' }, replica: 2 }],
      },
    },
  ),
  fault(
    'L07-04',
    { ...P1, title: 'Zero-byte or truncated file stored' },
    {
      '0 B': behaves({ name: 'damaged-uploads', how: 'empty' }),
      truncated: behaves({ name: 'damaged-uploads', how: 'truncated' }),
      transcoded: behaves({ name: 'damaged-uploads', how: 'transcoded' }),
      'truncated by one of two replicas': behaves({ name: 'damaged-uploads', how: 'truncated' }, 1),
    },
  ),
  fault(
    'L07-05',
    { ...P1, title: 'Wrong content-type / public exposure of private file' },
    {
      'anonymous 200': behaves({ name: 'public-files' }),
      'anonymous 200 at one of two replicas': behaves({ name: 'public-files' }, 2),
      // It is the protected list of files that anybody sees.
      'directory listing': { ...behaves({ name: 'file-listing' }), layer: 'authentication' },
      'another content type': operation('GET', '/files/*', { headers: { 'content-type': 'text/html' } }),
    },
  ),
  fault(
    'L07-06',
    { ...P2, title: 'Size limit lower than promised', expect: 'warned' },
    { '413': behaves({ name: 'upload-limit', bytes: 100_000 }) },
  ),
  fault(
    'X07-01',
    { ...P0, title: 'No upload is taken' },
    {
      '413 for every one': behaves({ name: 'upload-limit', bytes: 0 }),
      '500': operation('POST', '/files', problem(500)),
      '507': operation('POST', '/files', problem(507)),
    },
  ),
  fault(
    'X07-02',
    { ...P1, title: 'Users see the files of others' },
    { 'both replicas': behaves({ name: 'other-tenant' }), 'one of two': behaves({ name: 'other-tenant' }, 1) },
  ),
  fault(
    'X07-03',
    { ...P1, title: 'A deleted file is still there' },
    { '204 and nothing': operation('DELETE', '/files/*', { status: 204, body: '' }) },
  ),
  fault(
    'X07-04',
    { ...P1, title: 'The file comes back as another text' },
    { 'an empty one': operation('GET', '/files/*', { status: 200, body: '', contentType: 'text/plain' }) },
  ),
  fault(
    'X07-05',
    { ...P1, title: 'The download breaks off' },
    {
      'half, with its length': operation('GET', '/files/*', { truncate: true }),
      'half, without a length': operation('GET', '/files/*', { closeDelimited: true }),
    },
  ),
  fault(
    'X07-06',
    { ...P1, title: 'The upload is said to be another one' },
    { 'wrong type': operation('POST', '/files', { patchJson: { '/content_type': 'application/octet-stream' } }) },
  ),
];
