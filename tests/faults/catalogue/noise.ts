/** Nothing is wrong: healthy systems and the noise that every network has. All of these stay green. */
import type { LayerId } from '../../../src/contract/layers.ts';
import { type About, type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import { appears, problem } from '../inject.ts';

const noise = (title: string, layer: LayerId = 'runtime'): About => ({
  title,
  severity: 'P0',
  layer,
  expect: 'passed',
});
const slow = (delayMs: number) => ({ delayMs });
const once = { times: 1 } as const;
const clockOff = (seconds: number): InjectedFault => ({
  env: {
    NODE_OPTIONS: '--import ./tests/faults/clock-offset.mjs',
    GATE10_TEST_CLOCK_OFFSET_DAYS: String(seconds / 86_400),
  },
});

export const NOISE: readonly CatalogueFault[] = [
  fault('N01', noise('Nothing at all is wrong'), { plain: {} }),
  fault('N02', noise('Jitter'), {
    '5 ms on each answer': { faults: [appears('/*', slow(5))] },
    '40 ms on one in five': { faults: [{ ...appears('/*', slow(40)), rate: 0.2 }] },
    '100 ms on one in fifty at the front door': {
      faults: [{ ...appears('/*', slow(100)), at: 'frontend', rate: 0.02 }],
    },
  }),
  fault('N03', noise('One connection is reset'), {
    'at the front door': { faults: [{ ...appears('/jobs*', { reset: true }), at: 'frontend', ...once }] },
    'at a replica': { faults: [{ ...appears('/health', { reset: true }), replica: 1, ...once }] },
  }),
  fault('N04', noise('One answer is slow'), {
    '600 ms': { faults: [{ ...appears('/jobs', slow(600)), ...once }] },
    '900 ms at the front door': { faults: [{ ...appears('/health', slow(900)), at: 'frontend', ...once }] },
  }),
  fault('N05', noise('Warm-up: 503 in the beginning'), {
    '2 s': { patient: true, healsAfterMs: 2000, faults: [appears('/*', problem(503))] },
    'nothing listens for 2 s': {
      patient: true,
      healsAfterMs: 2000,
      faults: [
        { kind: 'replica', replica: 1, action: 'stop' },
        { kind: 'replica', replica: 2, action: 'stop' },
      ],
    },
  }),
  fault('N06', noise('Fields that change with every answer', 'integration'), {
    'request id in a header': { faults: [appears('/*', { headers: { 'x-request-id': 'a-new-one-each-time' } })] },
    // Fields beyond its own API contract would be a finding, and rightly so.
    'other latencies in the health of one replica': {
      faults: [
        {
          ...appears('/health', {
            patchJson: { '/checks/database/latency_ms': 12.34, '/checks/storage/latency_ms': 56.78 },
          }),
          replica: 1,
        },
      ],
    },
  }),
  fault('N07', noise('DNS takes a moment', 'dns'), {
    '50 ms': { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { delayMs: 50 } }] },
  }),
  fault('N08', noise('The clock of the validator is off by 2 s'), {
    ahead: clockOff(2),
    behind: clockOff(-2),
  }),
];
