/** `npm run faults -- --kill-matrix`: from the sealed records of the trials that ran on this code. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { listTrials } from './catalogue.ts';
import { checkKind, readContractNames } from './check-kind.ts';
import { drawKillMatrix, killMatrix, type Replayed } from './kill-matrix.ts';
import type { Sealed } from './read-outcome.ts';
import { readResults } from './result.ts';
import type { ResultPlace } from './result-place.ts';
import { toDue } from './run-trial.ts';

/** 0 = each check is needed by a trial · 1 = some are decoration · 2 = nothing ran yet. */
export function killMatrixCommand(place: ResultPlace, codeDigest: string, root: string): number {
  const trials = readTrials(place, codeDigest);
  if (trials.length === 0) {
    process.stderr.write('No trial has run on this code. Run them first: npm run faults\n');
    return 2;
  }
  const names = readContractNames(path.join(root, 'contracts'));
  const lines = killMatrix(trials, (id) => checkKind(id, names));
  process.stdout.write(`${trials.length} trials are judged again.\n${drawKillMatrix(lines)}`);
  return lines.every(({ needs }) => needs.length > 0) ? 0 : 1;
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
