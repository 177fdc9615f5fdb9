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

/** Each is a system of its own; a second one uses the time in which the first one waits. */
const LANES = 2;
let lanes: Lane[];
let options: TrialOptions;
let free: Lane[];
/** Trials that were begun while every lane was taken, in their order. */
const waiting: ((lane: Lane) => void)[] = [];
/** The trials that a lane is waited for are in it. */
const PATIENCE_MS = 300_000;

beforeAll(async () => {
  lanes = await Promise.all(Array.from({ length: LANES }, (_, index) => openLane(index)));
  free = [...lanes];
  const resultDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-p0-'));
  options = { campaign: 'p0', codeDigest: 'as it is', resultDir, now: () => new Date() };
});
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  rmSync(options.resultDir, { recursive: true, force: true });
});

async function onFreeLane<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
  const lane = free.pop() ?? (await new Promise<Lane>((take) => waiting.push(take)));
  try {
    return await work(lane);
  } finally {
    const next = waiting.shift();
    if (next === undefined) free.push(lane);
    else next(lane);
  }
}

/** What is broken stays broken: nobody has to wait for a page as long as for a healthy one, unless its trial says so. */
const HASTY = { GATE10_ANSWER_WITHIN: '3s' };

async function expectRight(lane: Lane, each: CatalogueTrial, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { result, illness } = await runTrial(lane, each, { ...options, env });
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
const quick = firstOfEach('P0').filter(({ trial }) => trial.how !== 'run');

/** Of each layer: CI has the first two, a machine of one's own and `npm run faults -- --p0` all. */
const MOST = process.env['CI'] ? 2 : Number.POSITIVE_INFINITY;
const due = [...Map.groupBy(quick, ({ fault }) => fault.layer).values()].flatMap((trials) => trials.slice(0, MOST));

const healthy = table(listTrials(NOISE).slice(0, 1));
const onEachLane = async (each: CatalogueTrial): Promise<void> => {
  await Promise.all(lanes.map((lane) => expectRight(lane, each)));
};

describe('a healthy system', () => {
  it.each(healthy)('%s: stays green', async (_, __, each) => onEachLane(each));
});

describe('the worst faults', () => {
  it.concurrent.each(table(due))(
    '%s: as it is due, and %s is named',
    async (_, __, each) => onFreeLane((lane) => expectRight(lane, each, { ...HASTY, ...each.trial.env })),
    PATIENCE_MS,
  );
});

describe('each system after its last fault', () => {
  it.each(healthy)('%s: is green again', async (_, __, each) => onEachLane(each));
});
