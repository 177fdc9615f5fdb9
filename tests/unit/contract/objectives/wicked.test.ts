/** Files that are meant to do harm, and files that are only odd. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseObjectives } from '../../../../src/contract/objectives/read-objectives.ts';
import { splitDocuments } from '../../../../src/contract/objectives/split-documents.ts';
import { InputError } from '../../../../src/errors.ts';
import { changed, MINIMAL, only, parse, refusal } from './sample-objectives.ts';

const linesOf = (text: string) => splitDocuments(text, 'o.yaml').documents.map(({ place }) => place(['kind']).line);

describe('documents', () => {
  test.each<[string, string, number[]]>([
    ['one', 'kind: a\n', [1]],
    ['two', 'kind: a\n---\nkind: b\n', [1, 3]],
    ['one that begins with dashes', '---\nkind: a\n', [2]],
    ['one on the line of its dashes', '--- {kind: a}\n--- {kind: b}\n', [1, 2]],
    ['with comments and nothing between', '# x\n---\n---\n# y\n---\nkind: a\n', [6]],
    ['with ends', 'kind: a\n...\n---\nkind: b\n...\n', [1, 4]],
    ['with carriage returns', 'kind: a\r\n---\r\nkind: b\r\n', [1, 3]],
    ['that are a list', '- kind: a\n- kind: b\n', [1, 2]],
    ['that are lists', '- kind: a\n---\n- kind: b\n- kind: c\n', [1, 3, 4]],
    ['with dashes inside a value', 'kind: |\n  ---\n  a\nx: 1\n---\nkind: b\n', [1, 6]],
  ])('%s', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test('too many of them end the reading, said once', () => {
    const { documents, problems } = splitDocuments('---\nkind: a\n'.repeat(300), 'o.yaml');
    expect([documents.length, problems.map(({ code }) => code)]).toEqual([200, ['too-large']]);
  });

  test('aliases cannot make more of a file than it may hold', () => {
    const many = (name: string) => `[${Array.from({ length: 90 }, () => name).join(',')}]`;
    const bomb = `---\na: &a ${JSON.stringify('x'.repeat(2000))}\nb: ${many('*a')}\n`;
    const { documents, problems } = splitDocuments(bomb.repeat(150), 'o.yaml');
    expect(documents.length).toBeLessThan(40);
    expect(problems.map(({ code }) => code)).toEqual(['too-large']);
  });
});

describe('refused, with a line and without a stack trace', () => {
  test.each<[string, string, RegExp]>([
    [
      'a key that reaches a prototype',
      changed(['service: shop', '__proto__: { service: shop }']),
      /:5:3: the key "__proto__" is not allowed/,
    ],
    [
      'a key that is there twice',
      changed(['service: shop', 'service: shop\n  service: shop']),
      /:6:\d+: .*there twice/,
    ],
    ['a tag', changed(['service: shop', 'service: !!js/function shop']), /:5:\d+/],
    ['an alias to nowhere', changed(['service: shop', 'service: *shop']), /:5:\d+/],
    ['a merge', changed(['service: shop', '<<: { service: shop }']), /merge keys/],
    ['a list in a list', `- - ${MINIMAL.replaceAll('\n', '\n    ')}`, /no object of OpenSLO/],
    ['a text', 'openslo\n', /no object of OpenSLO/],
    ['a number that is none', changed(['0.999', '.nan']), /:15:\d+: this reads as a number/],
    ['a number that is too large', changed(['0.999', '1e400']), /:15:\d+/],
    ['a target as text', changed(['0.999', '"0.999"']), /wrong type/],
    ['a window of no length', changed(['30d', '0d']), /:13:\d+/],
    ['a window beyond all time', changed(['30d', '9999999d']), /:13:\d+/],
    ['an upper-case name', changed(['shop-availability', 'Shop']), /:3:\d+: metadata\.name/],
    ['a query that is a text without end', changed(['http_requests_total[', `${'x'.repeat(6000)}[`]), /too big/],
  ])('%s', (_, text, said) => {
    expect(refusal(text)).toMatch(said);
  });
});

test('what a title says stays a title', () => {
  const title = 'a "b" \\ {{ .Values }} \n---\nkind: x';
  expect(
    only(changed(['{ name: shop-availability }', `{ name: shop, displayName: ${JSON.stringify(title)} }`])).title,
  ).toBe(title);
});

test('no change of a character makes the reader throw anything but what is wrong', () => {
  fc.assert(
    fc.property(fc.nat(MINIMAL.length - 1), fc.string({ maxLength: 3 }), fc.nat(3), (at, text, cut) => {
      try {
        parse(MINIMAL.slice(0, at) + text + MINIMAL.slice(at + cut));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        for (const problem of (error as InputError).problems) expect(problem.line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2000, seed: 3 },
  );
});

test('a window that is said nowhere is that of the standard', () => {
  const text = changed(['  timeWindow: [{ duration: 30d, isRolling: true }]\n', '']);
  const [first] = parseObjectives(text, 'o.yaml', { defaultWindow: '28d' }).objectives;
  expect(first?.window).toEqual({ text: '28d', seconds: 2_419_200 });
});
