/** The catalogue as data: what is wrong with it is said before a trial runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFaults } from '../../../reference-system/orchestrator/faults.ts';
import { NOISE } from '../../faults/catalogue/noise.ts';
import { CATALOGUE, expectedOf, listTrials } from '../../faults/catalogue.ts';
import { chooseTrials } from '../../faults/choose.ts';
import { patchContracts } from '../../faults/patch-contracts.ts';

const contracts = path.resolve(import.meta.dirname, '../../../contracts');
const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-patch-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const trials = [...listTrials(), ...listTrials(NOISE)];

describe('the catalogue', () => {
  it('names each fault and each trial once', () => {
    const ids = CATALOGUE.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const names = trials.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(trials.map((each) => [each.name, each] as const))('%s: the rig knows its faults', (_, { trial }) => {
    expect(() => parseFaults(trial.faults ?? [])).not.toThrow();
  });

  it('has an injection for each trial that is due to be seen', () => {
    const empty = listTrials().filter((each) => {
      const { faults = [], release, env, contract, repository, foreignCa } = each.trial;
      const other = release ?? env ?? contract ?? repository ?? foreignCa;
      return expectedOf(each) !== 'passed' && faults.length === 0 && other === undefined;
    });
    expect(empty.map(({ name }) => name)).toEqual([]);
  });

  it('has a trial, or the reason why there is none, for each fault', () => {
    const silent = CATALOGUE.filter((fault) => fault.trials.length === 0 && fault.notInjectable === undefined);
    expect(silent.map(({ id }) => id)).toEqual([]);
  });
});

describe('a choice', () => {
  it('of a sample is the same for the same seed and another for another', () => {
    const names = (seed: number) => chooseTrials(listTrials(), { sample: 20, seed }).map(({ name }) => name);
    expect(names(1)).toEqual(names(1));
    expect(names(1)).not.toEqual(names(2));
    expect(new Set(names(1)).size).toBe(20);
  });

  it('by layer, id, variant and severity leaves nothing else', () => {
    const all = listTrials();
    expect(
      chooseTrials(all, { layer: 'tls', seed: 1 }).every(({ fault, trial }) => (trial.layer ?? fault.layer) === 'tls'),
    ).toBe(true);
    expect(chooseTrials(all, { id: 'L03-01', seed: 1 }).every(({ fault }) => fault.id === 'L03-01')).toBe(true);
    expect(chooseTrials(all, { id: 'L03-01 502', seed: 1 })).toHaveLength(1);
    expect(chooseTrials(all, { p0: true, seed: 1 }).every(({ fault }) => fault.severity === 'P0')).toBe(true);
  });
});

describe('a patched contract', () => {
  it('is the original with what was set, removed, appended and replaced', () => {
    const target = path.join(dir, 'patched');
    patchContracts(contracts, target, {
      set: { '/health/path': '/healthz', '/environments/embedded/settle/poll': '50ms' },
      remove: ['/cors'],
      append: {
        '/promises/0/steps': [{ request: { path: '/appended' } }],
        '/environments/embedded/secrets': ['NEW_SECRET'],
      },
      files: { 'openapi/other.yaml': 'openapi: 3.1.0\n' },
    });
    const text = readFileSync(path.join(target, 'system.yaml'), 'utf8');
    expect(text).toContain('path: /healthz');
    expect(text).toContain('path: /appended');
    expect(text).toMatch(/secrets:[^\]]*NEW_SECRET/);
    expect(text).not.toContain('\ncors:');
    expect(readFileSync(path.join(target, 'openapi/other.yaml'), 'utf8')).toBe('openapi: 3.1.0\n');
  });

  it('with an empty patch is the same contract', () => {
    const target = path.join(dir, 'same');
    patchContracts(contracts, target, {});
    const read = (folder: string): unknown => parse(readFileSync(path.join(folder, 'system.yaml'), 'utf8'));
    expect(read(target)).toEqual(read(contracts));
  });

  it('refuses to remove what is not there', () => {
    expect(() => patchContracts(contracts, path.join(dir, 'none'), { remove: ['/no/such'] })).toThrow('/no/such');
  });
});
