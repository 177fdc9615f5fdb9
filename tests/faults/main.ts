/**
 * `npm run faults`: every fault of the catalogue is injected, the suite run against it, the sealed record read.
 * Exit codes: 0 = every trial right · 1 = not · 2 = wrong arguments.
 */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { toolDigest } from '../../src/record/tool-digest.ts';
import { root } from '../incidents/stand.ts';
import { runCampaign } from './campaign.ts';
import { NOISE } from './catalogue/noise.ts';
import { type CatalogueTrial, listTrials } from './catalogue.ts';
import { chooseTrials } from './choose.ts';
import { drawSummary } from './draw-summary.ts';
import { killMatrixCommand } from './kill-matrix-command.ts';
import { showProgress } from './progress.ts';
import { rerun } from './rerun.ts';
import { readResults } from './result.ts';
import { type ResultPlace, resultPlace } from './result-place.ts';
import { trialDigest } from './run-trial.ts';
import type { About } from './summarise.ts';
import { measured, writeSummary } from './summary-file.ts';

const { values } = parseArgs({
  options: {
    layer: { type: 'string' },
    id: { type: 'string' },
    p0: { type: 'boolean', default: false },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    healthy: { type: 'string' },
    resume: { type: 'boolean', default: false },
    rerun: { type: 'string' },
    lanes: { type: 'string' },
    results: { type: 'string' },
    list: { type: 'boolean', default: false },
    'kill-matrix': { type: 'boolean', default: false },
    real: { type: 'string', default: '0' },
    summary: { type: 'boolean', default: false },
  },
});

/** Everything that decides a trial's outcome but its fault: another digest, another trial. */
const EVERYTHING = [
  'src',
  'reporters',
  'authority',
  'contracts',
  'tests/production',
  'tests/support',
  'reference-system',
];

process.exitCode = await main();

async function main(): Promise<number> {
  const place = resultPlace(path.resolve(values.results ?? path.join(root, '.gate10/faults')));
  mkdirSync(place.dir, { recursive: true });
  const digest = toolDigest(root, EVERYTHING);
  if (values['kill-matrix']) {
    // what runs without a check is no result of the suite
    const aside = resultPlace(path.join(place.dir, 'disabled'));
    mkdirSync(aside.dir, { recursive: true });
    const real = Number(values.real);
    const { options } = prepare(aside, digest, real, 0);
    return killMatrixCommand({ place, root, real, campaign: options });
  }
  if (values.summary) return showSummary(place, digest);
  const chosen = choose();
  if (chosen.length === 0) {
    process.stderr.write('No trial of the catalogue is meant. See all of them: npm run faults -- --list\n');
    return 2;
  }
  if (values.list) {
    for (const { name, fault } of chosen) process.stdout.write(`${name}  (${fault.layer}) ${fault.title}\n`);
    return 0;
  }
  const done = values.resume ? doneBefore(place, digest) : new Set<string>();
  const due = chosen.filter((each) => !done.has(trialDigest(each)));
  return run(due, place, digest, chosen.length - due.length);
}

/** `--healthy N` alone runs only healthy systems; with a choice of faults, both. */
function choose(): CatalogueTrial[] {
  const { layer, id, p0, sample, seed } = values;
  const choice = { p0, seed: Number(seed), ...definedOnly({ layer, id }), ...(sample && { sample: Number(sample) }) };
  const noise = listTrials(NOISE);
  const wantsFaults = values.healthy === undefined || layer || id || p0 || sample;
  const faults = wantsFaults ? chooseTrials([...listTrials(), ...(id ? noise : [])], choice) : [];
  const healthy = Array.from({ length: Number(values.healthy ?? 0) }, (_, index) => noise[index % noise.length]);
  return [...faults, ...healthy.filter((each) => each !== undefined)];
}

function definedOnly<T extends object>(from: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as never;
}

/** By the trial's data and the code's: what changed is run again. */
function doneBefore({ resultFile }: ResultPlace, digest: string): ReadonlySet<string> {
  const same = readResults(resultFile).filter((result) => result.codeDigest === digest && result.grade === 'right');
  return new Set(same.map((result) => result.trialDigest));
}

function prepare(place: ResultPlace, codeDigest: string, total: number, skipped: number) {
  const now = (): Date => new Date();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const lanes = values.lanes === undefined ? Math.max(1, os.availableParallelism()) : Number(values.lanes);
  const progress = showProgress(process.stdout, total, skipped);
  const campaign = now().toISOString().replace(/\D/g, '').slice(0, 14);
  const { onResult, onIllness } = progress;
  const files = { resultDir: place.dir, resultFile: place.resultFile };
  return {
    progress,
    options: { ...files, campaign, codeDigest, lanes, now, signal: stop.signal, onResult, onIllness },
  };
}

async function run(
  due: readonly CatalogueTrial[],
  place: ResultPlace,
  digest: string,
  skipped: number,
): Promise<number> {
  const times = Number(values.rerun ?? 0);
  const { progress, options } = prepare(place, digest, due.length * Math.max(times, 1), skipped);
  if (times > 0) return rerun(due, times, options);
  const { results, illnesses } = await runCampaign(due, options);
  progress.end();
  const file = writeSummary(place, about(digest, options.now()));
  process.stdout.write(`${drawSummary(measured(place, about(digest, options.now())))}${file}\n`);
  if (options.signal.aborted || illnesses.length > 0) return 1;
  return results.every(({ grade }) => grade === 'right') ? 0 : 1;
}

function showSummary(place: ResultPlace, digest: string): number {
  process.stdout.write(drawSummary(measured(place, about(digest, new Date()))));
  return 0;
}

function about(codeDigest: string, now: Date): About {
  return { measuredAt: now.toISOString(), codeDigest, toolDigest: toolDigest(root) };
}
