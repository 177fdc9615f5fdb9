/**
 * One trial of every P0 fault, run as `npm run faults` runs them: inject, run the suite in a process of its own, read the
 * sealed record, undo. All trials: `npm run faults`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOISE } from './catalogue/noise.ts';
import { CATALOGUE, type CatalogueTrial, listTrials } from './catalogue.ts';
import { type Lane, openLane } from './lane.ts';
import { runTrial, type TrialOptions } from './run-trial.ts';

let lane: Lane;
let options: TrialOptions;

beforeAll(async () => {
  lane = await openLane(0);
  const resultDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-p0-'));
  options = { campaign: 'p0', codeDigest: 'as it is', resultDir, now: () => new Date() };
});
afterAll(async () => {
  await lane.close();
  rmSync(options.resultDir, { recursive: true, force: true });
});

async function expectRight(each: CatalogueTrial): Promise<void> {
  const { result, illness } = await runTrial(lane, each, options);
  expect(illness).toBeUndefined();
  expect(result, `${result.because}\n${result.output}`).toMatchObject({ grade: 'right' });
}

/** Of each fault its first trial: another variant is another way to break the same thing. */
function firstOfEach(severity: 'P0'): CatalogueTrial[] {
  return CATALOGUE.filter((fault) => fault.severity === severity).flatMap((fault) => listTrials([fault]).slice(0, 1));
}

const table = (trials: readonly CatalogueTrial[]) =>
  trials.map((each) => [each.name, each.trial.layer ?? each.fault.layer, each] as const);

/** Whole runs watch for a while; two of them are in the seeds' incidents already. */
const due = firstOfEach('P0').filter(({ trial }) => trial.how !== 'run');

describe('a healthy system', () => {
  it.each(table(listTrials(NOISE).slice(0, 1)))('%s: stays green', async (_, __, each) => expectRight(each));
});

describe('the worst faults', () => {
  it.each(table(due))('%s: as it is due, and %s is named', async (_, __, each) => expectRight(each));
});

describe('the system after the last fault', () => {
  it.each(table(listTrials(NOISE).slice(0, 1)))('%s: is green again', async (_, __, each) => expectRight(each));
});
