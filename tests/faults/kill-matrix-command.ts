/** `npm run faults -- --kill-matrix [--real N]`: from the sealed records of the trials that ran on this code. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CampaignOptions, runCampaign } from './campaign.ts';
import { listTrials } from './catalogue.ts';
import { checkKind, readContractNames } from './check-kind.ts';
import { toDisabled } from './kill-for-real.ts';
import { drawKillMatrix, type KindLine, killMatrix, type Replayed } from './kill-matrix.ts';
import type { Sealed } from './read-outcome.ts';
import { readResults } from './result.ts';
import type { ResultPlace } from './result-place.ts';
import { toDue } from './run-trial.ts';

export interface KillMatrixInput {
  readonly place: ResultPlace;
  readonly root: string;
  /** How many declared promises are disabled for real. */
  readonly real: number;
  readonly campaign: CampaignOptions;
}

/** 0 = each check is needed by a trial, and reality is as replayed · 1 = not so · 2 = nothing ran yet. */
export async function killMatrixCommand(input: KillMatrixInput): Promise<number> {
  const trials = readTrials(input.place, input.campaign.codeDigest);
  if (trials.length === 0) {
    process.stderr.write('No trial has run on this code. Run them first: npm run faults\n');
    return 2;
  }
  const names = readContractNames(path.join(input.root, 'contracts'));
  const lines = killMatrix(trials, (id) => checkKind(id, names));
  process.stdout.write(`${trials.length} trials are judged again.\n${drawKillMatrix(lines)}`);
  const isReal = await disableForReal(input, lines);
  return isReal && lines.every(({ needs }) => needs.length > 0) ? 0 : 1;
}

async function disableForReal({ real, root, campaign }: KillMatrixInput, lines: readonly KindLine[]): Promise<boolean> {
  const disabled = toDisabled(lines, listTrials(), path.join(root, 'contracts'), real);
  if (disabled.length === 0) return true;
  const trials = disabled.map(({ each }) => each);
  const { results } = await runCampaign(trials, campaign);
  const verdicts = disabled.map(({ each, kind, foretold }) => {
    const real = results.find(({ name }) => name === each.name)?.grade ?? 'not run';
    process.stdout.write(`without ${kind}: foretold ${foretold}, in reality ${real}\n`);
    return real === foretold;
  });
  return verdicts.every((same) => same);
}

/** Trials that were right, each by its newest record. */
function readTrials({ dir, resultFile }: ResultPlace, codeDigest: string): Replayed[] {
  const results = readResults(resultFile).filter((each) => each.codeDigest === codeDigest && each.kind === 'fault');
  const newest = new Map(results.map((result) => [result.name, result]));
  return listTrials().flatMap((each) => {
    const result = newest.get(each.name);
    if (result?.grade !== 'right' || result.record === undefined) return [];
    const sealed = JSON.parse(gunzipSync(readFileSync(path.join(dir, result.record))).toString()) as Sealed;
    // what was printed was right; it is not judged again
    const { says: _, ...due } = toDue(each);
    return [{ name: each.name, due, record: sealed.record, output: '' }];
  });
}
