import os from 'node:os';
import { defineConfig } from 'vitest/config';

/** Processes that tests start write what they ran into this folder (scripts/coverage.ts): compiled anew, because V8 tells less of kept code. */
const followed = process.env['FOLLOW_PROCESSES_IN'];
const env: Record<string, string> =
  followed === undefined ? {} : { NODE_V8_COVERAGE: followed, NODE_DISABLE_COMPILE_CACHE: '1' };
/** Vitest leaves a core free; where there are two of them, that is half of the machine. */
const BOTH_CORES = Math.max(2, os.availableParallelism() - 1);
/** A system on each of two lanes. */
const WORST_FAULTS = 'tests/faults/p0.test.ts';

/**
 * One project per level of the pyramid; the groups run one after the other, the quick ones first. `blackbox` runs the tool as its user runs it
 * (processes, real runners, kills), `live` proves the whole embedded system and measures its latency: alone on
 * the machine; `worst-faults` has two systems, of which it asks no more than what is broken.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['json'],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/architecture/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: BOTH_CORES,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'contract',
          include: ['tests/contract/**/*.test.ts'],
          testTimeout: 30_000,
          maxWorkers: BOTH_CORES,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'blackbox',
          include: ['tests/{ledger,reference,reporters,setup,cli}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          env,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'live',
          include: ['tests/{incidents,faults}/**/*.test.ts'],
          exclude: [WORST_FAULTS],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'worst-faults',
          include: [WORST_FAULTS],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
