/**
 * The worst faults of the catalogue (severity P0) that only a browser or time can show: run through the production suite.
 * `whole` = the sampling and the observation window are needed; else the pages alone are opened.
 */
import { appears, frontendAnswers, MAINTENANCE, PAGE, problem, ROUTE_NOT_FOUND, type WatchedFault } from './inject.ts';

const SCRIPTS = '/assets/*.js';
const script = (body: string) => ({ status: 200, body, contentType: 'text/javascript' });

export const P0_WATCHED_FAULTS: readonly WatchedFault[] = [
  { id: 'L12-01', variant: '404', layer: 'frontend', ...frontendAnswers(SCRIPTS, ROUTE_NOT_FOUND) },
  { id: 'L12-01', variant: 'html as js 200', layer: 'frontend', ...frontendAnswers(SCRIPTS, PAGE) },
  { id: 'L12-02', variant: 'css', layer: 'frontend', ...frontendAnswers('/assets/*.css', PAGE) },
  { id: 'L12-03', variant: 'throw', layer: 'frontend', ...frontendAnswers(SCRIPTS, script('throw new Error("boom")')) },
  { id: 'L12-09', variant: 'maintenance', layer: 'frontend', ...frontendAnswers('/login', MAINTENANCE) },
  {
    id: 'L02-02',
    variant: 'one of two instances loops',
    layer: 'runtime',
    whole: true,
    faults: [{ kind: 'replica', replica: 2, action: 'crash-loop', everyMs: 3000 }],
  },
  {
    id: 'L02-10',
    variant: '5%',
    layer: 'runtime',
    whole: true,
    faults: [{ ...appears('/jobs*', problem(500)), rate: 0.05 }],
  },
];
