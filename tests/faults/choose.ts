/** Which trials of the catalogue a campaign runs. */
import type { CatalogueTrial } from './catalogue.ts';

export interface Choice {
  /** one, or several with commas */
  readonly layer?: string;
  /** "L03-06", several with commas, or "L03-06 auth" for one variant */
  readonly id?: string;
  readonly p0?: boolean;
  readonly sample?: number;
  readonly seed: number;
}

/** In the catalogue's order; a sample is drawn by the seed. */
export function chooseTrials(all: readonly CatalogueTrial[], choice: Choice): CatalogueTrial[] {
  const { layer, id, p0, sample, seed } = choice;
  const layers = layer?.split(',');
  const wanted = all.filter(
    ({ name, fault, trial }) =>
      (layers === undefined || layers.includes(trial.layer ?? fault.layer)) &&
      (id === undefined || name === id || id.split(',').includes(fault.id)) &&
      (!p0 || fault.severity === 'P0'),
  );
  if (sample === undefined || sample >= wanted.length) return wanted;
  const drawn = new Set(shuffle(wanted, seed).slice(0, sample));
  return wanted.filter((each) => drawn.has(each));
}

/** Fisher and Yates, with a small seeded generator (mulberry32). */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const random = mulberry32(seed);
  const copy = [...items];
  for (let index = copy.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [copy[index], copy[other]] = [copy[other] as T, copy[index] as T];
  }
  return copy;
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
