/** Faults of the layer frontend: Frontend Build. */
import { type CatalogueFault, fault } from '../fault.ts';
import { frontendAnswers, MAINTENANCE, PAGE, pages, ROUTE_NOT_FOUND } from '../inject.ts';

const SCRIPTS = '/assets/*.js';
const script = (body: string) => ({ status: 200, body, contentType: 'text/javascript' });

export const FRONTEND_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L12-01',
    { title: 'index.html 200 but main bundle 404', severity: 'P0', layer: 'frontend' },
    {
      '404': pages(frontendAnswers(SCRIPTS, ROUTE_NOT_FOUND)),
      'html as js 200': pages(frontendAnswers(SCRIPTS, PAGE)),
    },
  ),
  fault(
    'L12-02',
    { title: 'Asset path answered by index.html (200 text/html)', severity: 'P0', layer: 'frontend' },
    {
      css: pages(frontendAnswers('/assets/*.css', PAGE)),
    },
  ),
  fault(
    'L12-03',
    { title: 'Runtime JS exception => blank page', severity: 'P0', layer: 'frontend' },
    {
      throw: pages(frontendAnswers(SCRIPTS, script('throw new Error("boom")'))),
      'infinite loop': pages(frontendAnswers(SCRIPTS, script('for (;;);'))),
    },
  ),
  fault(
    'L12-09',
    { title: 'Wrong locale/feature flag shows maintenance page 200', severity: 'P0', layer: 'frontend' },
    {
      maintenance: pages(frontendAnswers('/login', MAINTENANCE)),
    },
  ),
];
