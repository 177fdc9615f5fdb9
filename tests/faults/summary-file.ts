/** `summary.json`: what is measured of the code as it is. */
import { renameSync, writeFileSync } from 'node:fs';
import { readResults, type TrialResult } from './result.ts';
import type { ResultPlace } from './result-place.ts';
import { type About, type Summary, summarise } from './summarise.ts';

/** Of each fault's trial its newest result, of healthy systems every run. */
export function measured({ resultFile }: ResultPlace, about: About): Summary {
  const same = readResults(resultFile).filter((result) => result.codeDigest === about.codeDigest);
  return summarise([...newest(same.filter(({ kind }) => kind === 'fault')), ...same.filter(isHealthy)], about);
}

export function writeSummary(place: ResultPlace, about: About): string {
  const text = `${JSON.stringify(measured(place, about), null, 2)}\n`;
  writeFileSync(`${place.summaryFile}.new`, text);
  renameSync(`${place.summaryFile}.new`, place.summaryFile);
  return place.summaryFile;
}

function isHealthy({ kind }: TrialResult): boolean {
  return kind === 'healthy';
}

function newest(results: readonly TrialResult[]): TrialResult[] {
  return [...new Map(results.map((result) => [result.name, result])).values()];
}
