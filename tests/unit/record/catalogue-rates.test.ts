import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCatalogueRates } from '../../../src/record/catalogue-rates.ts';
import { toolDigest } from '../../../src/record/tool-digest.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-rates-'));
  mkdirSync(path.join(dir, 'code/src'), { recursive: true });
  mkdirSync(path.join(dir, 'state/faults'), { recursive: true });
  writeFileSync(path.join(dir, 'code/src/judge.ts'), 'export {};\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const code = () => path.join(dir, 'code');
const read = () => readCatalogueRates(path.join(dir, 'state'), code());

function summarise(more: object = {}): void {
  const none = { count: 0, n: 500, share: 0, upper: 0.006 };
  const summary = {
    ...{ schema: 'gate10/faults/v1', measuredAt: '2026-01-01T00:00:00.000Z', codeDigest: 'x', confidence: 0.95 },
    ...{ toolDigest: toolDigest(code()), faults: 220, layersCovered: 14 },
    ...{ falseGreens: none, falseAlarms: { ...none, n: 300 }, misnamed: none, byLayer: [], notRight: [] },
    ...more,
  };
  writeFileSync(path.join(dir, 'state/faults/summary.json'), JSON.stringify(summary));
}

describe('what the catalogue measured', () => {
  it('is unknown where it never ran', () => {
    expect(read()).toMatchObject({ status: 'unknown', why: expect.stringContaining('npm run faults') });
  });

  it('is measured, with its numbers and bounds, while the code is the same', () => {
    summarise();
    expect(read()).toEqual({
      ...{ status: 'measured', measured_at: '2026-01-01T00:00:00.000Z', confidence: 0.95, faults: 220, layers: 14 },
      false_healthy: { count: 0, n: 500, upper: 0.006 },
      false_alarms: { count: 0, n: 300, upper: 0.006 },
      wrong_layer: { count: 0, n: 500, upper: 0.006 },
    });
  });

  it('is older as soon as the code is another', () => {
    summarise();
    writeFileSync(path.join(code(), 'src/judge.ts'), 'export const changed = 1;\n');
    expect(read()).toMatchObject({ status: 'older' });
  });

  it.each([
    ['is torn', '{"schema":'],
    ['is of another form', '{"schema":"gate10/faults/v2"}'],
    ['claims less than nothing', JSON.stringify({ schema: 'gate10/faults/v1', falseGreens: { count: -1 } })],
  ])('is unknown where its file %s', (_, text) => {
    writeFileSync(path.join(dir, 'state/faults/summary.json'), text);
    expect(read()).toMatchObject({ status: 'unknown', why: expect.stringContaining('summary.json') });
  });
});
