/** Faults of the layer code-authority: Code Authority. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendAnswers, backendPatches, PAGE, problem, ROUTE_NOT_FOUND } from '../inject.ts';

const SIBLING = '0123456789abcdef0123456789abcdef01234567';

export const CODE_AUTHORITY_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L01-01',
    { title: 'Old release still serving after "successful" deploy', severity: 'P0', layer: 'code-authority' },
    {
      'old sha': { release: 'A' },
      'old version string but new sha': backendPatches('/__version', { '/version': '1.3.0' }),
      'sha of a sibling branch': backendPatches('/__version', { '/git_sha': SIBLING }),
      'sha of a sibling branch at one of two replicas': {
        faults: [{ ...appears('/__version', { patchJson: { '/git_sha': SIBLING } }), replica: 2 }],
      },
      'sha of a sibling branch in one of ten answers': {
        faults: [{ ...appears('/__version', { patchJson: { '/git_sha': SIBLING } }), rate: 0.1 }],
      },
    },
  ),
  fault(
    'L01-03',
    { title: '/__version missing (404) so the sha check is skipped', severity: 'P0', layer: 'code-authority' },
    {
      '404': backendAnswers('/__version', ROUTE_NOT_FOUND),
      '500': backendAnswers('/__version', problem(500)),
      '200 with {}': backendAnswers('/__version', { status: 200, body: '{}', contentType: 'application/json' }),
    },
  ),
  fault(
    'L01-04',
    { title: '/__version answered by SPA fallback (200 text/html)', severity: 'P0', layer: 'code-authority' },
    {
      html: backendAnswers('/__version', PAGE),
      'html with JSON content-type': backendAnswers('/__version', { ...PAGE, contentType: 'application/json' }),
    },
  ),
  fault(
    'L01-05',
    { title: 'Version baked at build differs from process actually running', severity: 'P0', layer: 'code-authority' },
    {
      'old pid keeps port': backendPatches('/__version', { '/started_at': '2020-01-01T00:00:00.000Z' }),
      'the same at one of two replicas': {
        faults: [
          {
            ...appears('/__version', { patchJson: { '/started_at': '2020-01-01T00:00:00.000Z' } }),
            at: 'backend',
            replica: 2,
          },
        ],
      },
    },
  ),
];
