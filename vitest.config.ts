import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Of all code, and of each folder of src/: the levels of `contracts/policy.yaml`, which `gate10 coverage` judges too. */
const OVERALL = { lines: 85, branches: 85, functions: 85, statements: 85 };
const PER_FOLDER = { lines: 80, branches: 80, functions: 80, statements: 80 };
// Vitest reads every other key as a glob, and says nothing of one that matches no file: so they are the folders that there are.
const folders = readdirSync(path.join(import.meta.dirname, 'src'), { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);
const thresholds = {
  ...OVERALL,
  ...Object.fromEntries(folders.map(({ name }) => [`src/${name}/**`, PER_FOLDER])),
};

/** Vitest leaves a core free; where there are two of them, that is half of the machine. */
const BOTH_CORES = Math.max(2, os.availableParallelism() - 1);
/** A system on each of two lanes. */
const WORST_FAULTS = 'tests/faults/p0.test.ts';

/**
 * One project per level of the pyramid; the groups run one after the other, the quick ones first. `blackbox` runs the tool as its user runs it
 * (processes, real runners, kills), `live` proves the whole embedded system and measures its latency: two systems at a time,
 * as a campaign does; `worst-faults` has its two in one file.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json', 'json-summary'],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
      thresholds,
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
          // they wait for processes, and for limits of time
          maxWorkers: 3,
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
          maxWorkers: 2,
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
