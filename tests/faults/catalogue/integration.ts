/** Faults of the layer integration: Integration Layer. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendAnswers, PAGE, ROUTE_NOT_FOUND } from '../inject.ts';

const LOGIN_PAGE = { location: 'https://app.mosaic.test/login' };

export const INTEGRATION_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L03-01',
    { title: 'Proxy points at dead backend (seed incident)', severity: 'P0', layer: 'integration' },
    {
      '502': { faults: [{ kind: 'proxy-dead-host' }] },
      'html 200': { faults: [{ kind: 'proxy-spa-fallback' }] },
    },
  ),
  fault(
    'L03-02',
    { title: 'Proxy rule missing: API path falls to static 404', severity: 'P0', layer: 'integration' },
    {
      '404': { faults: [{ kind: 'proxy-rule-missing' }] },
      '404 of one path': { faults: [{ ...appears('/jobs', ROUTE_NOT_FOUND), at: 'frontend' }] },
      '200 html fallback of one path': { faults: [{ ...appears('/jobs', PAGE), at: 'frontend' }] },
    },
  ),
  fault(
    'L03-11',
    { title: 'Redirect from API to login page returns 200', severity: 'P0', layer: 'authentication' },
    {
      '302': backendAnswers('/auth/me', { status: 302, body: '', headers: LOGIN_PAGE }),
      '307': backendAnswers('/auth/me', { status: 307, body: '', headers: LOGIN_PAGE }),
      'meta refresh': backendAnswers('/auth/me', PAGE),
    },
  ),
];
