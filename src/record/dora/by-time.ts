/** Sorting by ISO-8601 times, each of them parsed once. */

/** In order of time; what is of one time stays in its order. A list that is in order already is returned as it is. */
export function inOrderOfTime<Each>(list: readonly Each[], timeOf: (each: Each) => string): readonly Each[] {
  const timesMs = Float64Array.from(list, (each) => Date.parse(timeOf(each)));
  if (timesMs.every((time, place) => place === 0 || (timesMs[place - 1] ?? 0) <= time)) return list;
  const places = list.map((_, place) => place);
  places.sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0));
  return places.flatMap((place) => list.slice(place, place + 1));
}
