/** Faults of the layer runtime: Backend Runtime. */
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendAnswers, backendPatches, problem } from '../inject.ts';

export const RUNTIME_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L02-01',
    { title: 'Backend process down', severity: 'P0', layer: 'runtime' },
    {
      refused: {
        faults: [
          { kind: 'replica', replica: 1, action: 'stop' },
          { kind: 'replica', replica: 2, action: 'stop' },
        ],
      },
      '502': backendAnswers('/*', problem(502)),
      '504': backendAnswers('/*', problem(504)),
    },
  ),
  fault(
    'L02-02',
    { title: 'Crash loop: up ~25 s per cycle, health 200 in window', severity: 'P0', layer: 'runtime' },
    {
      'one of two instances loops': {
        how: 'run',
        faults: [{ kind: 'replica', replica: 2, action: 'crash-loop', everyMs: 3000 }],
      },
    },
  ),
  fault(
    'L02-03',
    { title: 'Health says 200 {ok:true} while real route throws 500', severity: 'P0', layer: 'endpoints' },
    {
      '500': { faults: [appears('/jobs', problem(500))] },
      '500 of a path with a parameter': { faults: [appears('/jobs/*', problem(500))] },
      'wedged 30 s': { faults: [appears('/jobs', { silent: true })] },
      'wrong data': backendPatches('/jobs', { '/items': [], '/total': 0 }),
    },
  ),
  fault(
    'L02-06',
    { title: 'Accepts TCP, never answers', severity: 'P0', layer: 'runtime' },
    {
      'no bytes': { faults: [appears('/*', { silent: true })] },
      'half a body': { faults: [appears('/*', { truncate: true })] },
      'connections are closed': { faults: [appears('/*', { reset: true })] },
    },
  ),
  fault(
    'L02-10',
    { title: 'Intermittent 20% 500s hidden by retries', severity: 'P0', layer: 'runtime' },
    {
      '50%': { faults: [{ ...appears('/*', problem(500)), rate: 0.5 }] },
      '5%': { how: 'run', faults: [{ ...appears('/jobs*', problem(500)), rate: 0.05 }] },
      '20%': { faults: [{ ...appears('/*', problem(500)), rate: 0.2 }] },
    },
  ),
];
