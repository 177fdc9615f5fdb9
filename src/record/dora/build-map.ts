/** Values by build, where a commit and its abbreviation are the same build. Quick however many builds begin alike. */
import { isCommit, sameCommit } from '../../probe/identity/build.ts';

export interface BuildMap<Value> {
  set(build: string, value: Value): void;
  /** of exactly this text */
  get(build: string): Value | undefined;
  /** of every build that is the same */
  matching(build: string): readonly Value[];
  /** forgets every build that is the same */
  deleteMatching(build: string): void;
}

/** Digits of a whole id (SHA-1); a longer one is a SHA-256. */
const WHOLE_DIGITS = 40;

export function createBuildMap<Value>(): BuildMap<Value> {
  const values = new Map<string, Value>();
  const abbreviated = new Map<string, Set<string>>();
  /** whole ids by their beginning: made when the first abbreviation is looked up */
  let whole: Map<string, Set<string>> | undefined;

  function sameAs(key: string): string[] {
    const found = values.has(key) ? [key] : [];
    if (!isCommit(key)) return found;
    if (abbreviated.size > 0) found.push(...alike(abbreviated, key));
    if (key.length >= WHOLE_DIGITS) return found;
    whole ??= indexWhole();
    return [...found, ...alike(whole, key)];
  }

  function indexWhole(): Map<string, Set<string>> {
    const index = new Map<string, Set<string>>();
    for (const key of values.keys()) if (isCommit(key) && key.length >= WHOLE_DIGITS) add(index, key);
    return index;
  }

  return {
    set(build, value) {
      const key = toKey(build);
      values.set(key, value);
      if (!isCommit(key)) return;
      if (key.length < WHOLE_DIGITS) add(abbreviated, key);
      else if (whole) add(whole, key);
    },
    get: (build) => values.get(toKey(build)),
    matching: (build) =>
      sameAs(toKey(build)).flatMap((key) => {
        const value = values.get(key);
        return value === undefined ? [] : [value];
      }),
    deleteMatching(build) {
      for (const key of sameAs(toKey(build))) {
        values.delete(key);
        abbreviated.get(startOf(key))?.delete(key);
        whole?.get(startOf(key))?.delete(key);
      }
    },
  };
}

function toKey(build: string): string {
  return isCommit(build) ? build.toLowerCase() : build;
}

/** An abbreviation has at least seven digits. */
function startOf(key: string): string {
  return key.slice(0, 7);
}

function add(index: Map<string, Set<string>>, key: string): void {
  const keys = index.get(startOf(key));
  if (keys) keys.add(key);
  else index.set(startOf(key), new Set([key]));
}

function alike(index: ReadonlyMap<string, ReadonlySet<string>>, key: string): string[] {
  return [...(index.get(startOf(key)) ?? [])].filter((each) => each !== key && sameCommit(each, key));
}
