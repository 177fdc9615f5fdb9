/** Faults of the layer cors: CORS. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendAnswers, problem, ROUTE_NOT_FOUND } from '../inject.ts';

const LOGIN_PAGE = { location: 'https://app.mosaic.test/login' };

export const CORS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L13-01',
    { title: 'Allow-Origin missing', severity: 'P0', layer: 'cors' },
    {
      missing: backendAnswers('/jobs', { headers: { 'access-control-allow-origin': null } }),
      'wrong origin': backendAnswers('/jobs', { headers: { 'access-control-allow-origin': 'https://other.example' } }),
      'http vs https': backendAnswers('/jobs', {
        headers: { 'access-control-allow-origin': 'http://app.mosaic.test' },
      }),
    },
  ),
  fault(
    'L13-02',
    { title: 'Preflight 404/405', severity: 'P0', layer: 'cors' },
    {
      '404': { faults: [{ ...appears('/auth/login', ROUTE_NOT_FOUND), match: { method: 'OPTIONS', path: '/*' } }] },
      '405': { faults: [{ ...appears('/auth/login', problem(405)), match: { method: 'OPTIONS', path: '/*' } }] },
      redirect: {
        faults: [
          {
            ...appears('/auth/login', { status: 307, body: '', headers: LOGIN_PAGE }),
            match: { method: 'OPTIONS', path: '/*' },
          },
        ],
      },
    },
  ),
];
