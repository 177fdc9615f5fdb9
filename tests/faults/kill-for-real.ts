/**
 * The replay of the kill matrix against reality: a declared promise is taken out of the contract, the trial that needs it
 * is run again, and has to get the grade that the replay foretold.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { CatalogueTrial } from './catalogue.ts';
import type { Grade } from './grade.ts';
import type { KindLine } from './kill-matrix.ts';

export interface Disabled {
  readonly kind: string;
  /** The same trial, with the promise taken out of its contract. */
  readonly each: CatalogueTrial;
  readonly foretold: Grade;
}

/** Declared promises that a trial needs, each with its first such trial; at most `limit`. */
export function toDisabled(
  lines: readonly KindLine[],
  trials: readonly CatalogueTrial[],
  contractsDir: string,
  limit: number,
): Disabled[] {
  const places = promisePlaces(contractsDir);
  const byName = new Map(trials.map((each) => [each.name, each]));
  const all = lines.flatMap(({ kind, needs }): Disabled[] => {
    const place = places.get(kind);
    const need = needs.find(({ name }) => byName.get(name)?.trial.contract === undefined);
    const each = need && byName.get(need.name);
    if (place === undefined || need === undefined || each === undefined) return [];
    const trial = { ...each.trial, contract: { remove: [place] } };
    return [{ kind, each: { ...each, name: `${each.name} without ${kind}`, trial }, foretold: need.grade }];
  });
  return all.slice(0, limit);
}

/** Pointer of each promise by `layer.id`. */
function promisePlaces(contractsDir: string): Map<string, string> {
  const contract = parse(readFileSync(path.join(contractsDir, 'system.yaml'), 'utf8')) as {
    promises?: { id: string; layer: string }[];
  };
  return new Map((contract.promises ?? []).map(({ id, layer }, index) => [`${layer}.${id}`, `/promises/${index}`]));
}
