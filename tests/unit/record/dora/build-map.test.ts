import { describe, expect, it } from 'vitest';
import { createBuildMap } from '../../../../src/record/dora/build-map.ts';

const WHOLE = `abcdef1${'0'.repeat(33)}`;

function mapOf(...builds: readonly string[]) {
  const map = createBuildMap<string>();
  for (const build of builds) map.set(build, build);
  return map;
}

describe('a map of builds', () => {
  it.each<[string, string, string, boolean]>([
    ['a commit by its abbreviation', WHOLE, 'abcdef1', true],
    ['an abbreviation by its commit', 'abcdef10', WHOLE, true],
    ['a short abbreviation by a longer one', 'abcdef1', 'abcdef1000', true],
    ['a commit in capital letters', WHOLE.toUpperCase(), WHOLE, true],
    ['no commit that only begins alike', WHOLE, `abcdef1${'1'.repeat(33)}`, false],
    ['no commit by six digits', WHOLE, 'abcdef', false],
    ['a version by its text', '1.2.3', '1.2.3', true],
    ['no version that begins alike', '1.2.30', '1.2.3', false],
    ['no version of other letters', 'v1-RC', 'v1-rc', false],
  ])('finds %s', (_, stored, asked, found) => {
    expect(mapOf(stored).matching(asked)).toEqual(found ? [stored] : []);
    // the same when it was stored after the first question
    const map = mapOf();
    map.matching(asked);
    map.set(stored, stored);
    expect(map.matching(asked)).toEqual(found ? [stored] : []);
  });

  it('forgets a commit by its abbreviation', () => {
    const map = mapOf(WHOLE, 'abcdef1', '1.2.3');
    map.deleteMatching('abcdef1');
    expect([...map.matching(WHOLE), ...map.matching('abcdef1'), ...map.matching('1.2.3')]).toEqual(['1.2.3']);
  });

  it('is quick where very many builds begin alike', () => {
    const map = createBuildMap<number>();
    for (let place = 0; place < 50_000; place += 1) {
      const build = place.toString(16).padStart(40, '0');
      expect(map.matching(build)).toHaveLength(0);
      map.set(build, place);
    }
    expect(map.matching((49_999).toString(16).padStart(40, '0'))).toEqual([49_999]);
  });
});
