/** JUnit XML has no standard: each way in which it is written, and each in which it lies. */
import { describe, expect, it } from 'vitest';
import { secondsToMs } from '../../../../src/record/results/junit-time.ts';
import { outcomesOf, problemsOf, readWritten, resultsOf } from './written.ts';

const junit = (inside: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>${inside}</testsuites>`;
const suite = (inside: string, attributes = ''): string =>
  junit(`<testsuite name="s" ${attributes}>${inside}</testsuite>`);

describe('the outcome of a test', () => {
  it.each([
    ['nothing inside', '<testcase name="t"/>', 'passed'],
    ['output inside', '<testcase name="t"><system-out>fail</system-out></testcase>', 'passed'],
    ['a failure', '<testcase name="t"><failure/></testcase>', 'failed'],
    ['a failure in CDATA', '<testcase name="t"><failure><![CDATA[</testcase>]]></failure></testcase>', 'failed'],
    ['an error', '<testcase name="t"><error/></testcase>', 'error'],
    ['a failure, and an error in its teardown', '<testcase name="t"><failure/><error/></testcase>', 'error'],
    ['a skip', '<testcase name="t"><skipped message="later"/></testcase>', 'skipped'],
    ['a failure that was skipped over', '<testcase name="t"><skipped/><failure/></testcase>', 'failed'],
    ['a flake of Surefire', '<testcase name="t"><flakyFailure/></testcase>', 'flaky'],
    ['a flake of Surefire that was an error', '<testcase name="t"><flakyError/></testcase>', 'flaky'],
    ['reruns that all failed', '<testcase name="t"><failure/><rerunFailure/><rerunFailure/></testcase>', 'failed'],
    ['GoogleTest, not run', '<testcase name="t" status="notrun"/>', 'skipped'],
    ['GoogleTest, skipped', '<testcase name="t" status="run" result="skipped"/>', 'skipped'],
    ['GoogleTest, run', '<testcase name="t" status="run" result="completed"/>', 'passed'],
    ['a status alone', '<testcase name="t" status="failed"/>', 'failed'],
  ])('%s', (_, xml, status) => {
    expect(outcomesOf(readWritten('junit.xml', suite(xml)))).toEqual([`${status} t`]);
  });

  it('counts the tries before the last', () => {
    const xml = suite('<testcase name="t"><failure/><rerunFailure/><rerunError/></testcase>');
    expect(resultsOf(readWritten('junit.xml', xml)).tests[0]?.retries).toBe(2);
  });

  it('is an error of the suite where its set-up failed', () => {
    expect(outcomesOf(readWritten('junit.xml', suite('<error message="no database"/>')))).toEqual([
      'error (the suite itself)',
    ]);
  });
});

describe('where a test belongs', () => {
  it.each([
    ['nested suites', '<testsuite name="a"><testsuite name="b"><testcase name="t"/></testsuite></testsuite>', 'a › b'],
    [
      'a class besides',
      '<testsuite name="pytest"><testcase name="t" classname="tests.unit"/></testsuite>',
      'pytest › tests.unit',
    ],
    ['a class that is the suite', '<testsuite name="a.B"><testcase name="t" classname="a.B"/></testsuite>', 'a.B'],
    [
      'a package of Go',
      '<testsuite name="x.org/shop/price"><testcase name="t" classname="price"/></testsuite>',
      'x.org/shop/price',
    ],
    ['a class that is the name', '<testsuite name="a"><testcase name="t" classname="t"/></testsuite>', 'a'],
  ])('%s', (_, xml, expected) => {
    expect(resultsOf(readWritten('junit.xml', junit(xml))).tests[0]?.suite).toBe(expected);
  });

  it('is the file of the nearest that says one, with its slashes', () => {
    const xml = junit(
      '<testsuite name="a" file="tests\\unit\\a.py"><testsuite name="b"><testcase name="t"/></testsuite></testsuite>',
    );
    expect(resultsOf(readWritten('junit.xml', xml)).tests[0]?.file).toBe('tests/unit/a.py');
  });
});

describe('time', () => {
  it.each([
    ['1.5', 1500],
    ['0', 0],
    ['0.0004', 0.4],
    ['1,234.567', 1_234_567],
    ['1,234,567', 1_234_567_000],
    ['0,123', 123],
    ['12,5', 12_500],
    ['1e-3', 1],
    ['1,234', undefined],
    ['1,23,4', undefined],
    ['-1', undefined],
    ['NaN', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s seconds are %s ms', (text, expected) => {
    expect(secondsToMs(text)).toBe(expected);
  });
});

describe('counts', () => {
  const two = '<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>';
  it.each<[string, string, boolean[]]>([
    ['that are right', 'tests="3" failures="1" errors="1" skipped="0"', []],
    ['that are missing', '', []],
    ['that count errors as failures', 'tests="3" failures="2"', []],
    ['that call failures errors (Mocha)', 'failures="0" errors="2"', []],
    ['that are no numbers', 'tests="many"', []],
    ['of more tests than there are', 'tests="4"', [true]],
    ['of fewer tests than there are', 'tests="2"', [false]],
    ['of more failures', 'failures="3"', [true]],
    ['of no failure where there is one', 'failures="0"', [false]],
    ['of more errors', 'errors="2"', [true]],
    ['of other skips', 'skipped="2"', [false]],
  ])('%s', (_, attributes, hides) => {
    const { doubts } = resultsOf(readWritten('junit.xml', suite(two, attributes)));
    expect(doubts.map((doubt) => doubt.hides)).toEqual(hides);
  });

  it('may count what is skipped and leave it out, where the whole adds up (mocha-junit-reporter)', () => {
    const inner = '<testsuite name="i" tests="3"><testcase name="a"/></testsuite>';
    const whole = (attributes: string): string => `<testsuites ${attributes}>${inner}</testsuites>`;
    const hides = (attributes: string): boolean[] =>
      resultsOf(readWritten('junit.xml', whole(attributes))).doubts.map((one) => one.hides);
    expect(hides('tests="3" skipped="2"')).toEqual([false]);
    expect(hides('tests="3" skipped="1"')).toEqual([true, true, false]);
    expect(hides('tests="3"')).toEqual([true, true]);
  });

  it('may leave nested suites in or out, or count each as one test (node:test)', () => {
    const inner = '<testsuite name="i" tests="1"><testcase name="a"/></testsuite><testcase name="b"/>';
    for (const tests of [1, 2]) {
      expect(resultsOf(readWritten('junit.xml', suite(inner, `tests="${tests}"`))).doubts).toEqual([]);
    }
    const [doubt] = resultsOf(readWritten('junit.xml', suite(inner, 'tests="3"'))).doubts;
    expect(doubt?.message).toBe('the suite "s" in line 2 says tests="3", 2 are in it');
  });
});

describe('encodings', () => {
  const names = (content: Uint8Array): string[] =>
    resultsOf(readWritten('junit.xml', content)).tests.map(({ name }) => name);
  const one = (declaration: string): string => `${declaration}<testsuite name="s"><testcase name="Größe"/></testsuite>`;
  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(one(''))],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${one('<?xml version="1.0"?>')}`)],
    ['ISO-8859-1, as it declares', Buffer.from(one('<?xml version="1.0" encoding="ISO-8859-1"?>'), 'latin1')],
    ['UTF-16', Buffer.from(`\ufeff${one('<?xml version="1.0" encoding="UTF-16"?>')}`, 'utf16le')],
    ['UTF-8 that calls itself UTF-16', Buffer.from(one('<?xml version="1.0" encoding="utf-16"?>'))],
  ])('%s', (_, content) => {
    expect(names(content)).toEqual(['Größe']);
  });

  it('tells of bytes that are none', () => {
    expect(problemsOf(readWritten('junit.xml', Buffer.from(one(''), 'latin1')))).toEqual(['1 wrong-encoding']);
    const unknown = one('<?xml version="1.0" encoding="ebcdic-x"?>');
    expect(problemsOf(readWritten('junit.xml', unknown))).toEqual(['1 wrong-encoding']);
  });

  it('lets control characters stand that tests print', () => {
    expect(
      outcomesOf(
        readWritten('junit.xml', suite('<testcase name="t"><failure>\u001b[31mred\u0000</failure></testcase>')),
      ),
    ).toEqual(['failed t']);
  });
});

describe('what is no JUnit XML', () => {
  it.each<[string, string, string]>([
    ['cut off', suite('<testcase name="a"/>\n<testcase name="b">').slice(0, -30), '3 not-xml'],
    ['a tag that closes another', '<testsuite name="s">\n<testcase name="a"></testsuite>', '2 not-xml'],
    ['an entity of its own', '<testsuite name="s">\n<testcase name="&boom;"/></testsuite>', '2 not-xml'],
    ['text in front', 'warning: x\n<testsuite name="s"/>', '1 unknown-format'],
    ['a test without a name', suite('\n<testcase classname="a"/>'), '3 test-name'],
    ['a coverage report', '<coverage line-rate="1"/>', '1 not-junit'],
    ['a page', '<!DOCTYPE html>\n<html></html>', '2 not-junit'],
    ['NUnit', '<test-run/>', '1 not-junit'],
  ])('%s', (_, content, expected) => {
    expect(problemsOf(readWritten('junit.xml', content))).toEqual([expected]);
  });

  it('is what would swell', () => {
    const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('\n');
    const bomb = `<?xml version="1.0"?>\n<!DOCTYPE testsuites [<!ENTITY l0 "ha">\n${laughs}]>\n<testsuites><testsuite name="&l9;"/></testsuites>`;
    const read = readWritten('junit.xml', bomb);
    expect(problemsOf(read).map((each) => each.replace(/^\d+ /, ''))).toEqual(['xml-dtd']);
    const outside = '<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<testsuite name="s"><testcase name="t"/></testsuite>';
    expect(outcomesOf(readWritten('junit.xml', outside))).toEqual(['passed t']);
  });

  it('is what nests without an end', () => {
    const deep = `<testsuites>${'<testsuite name="s">'.repeat(5000)}${'</testsuite>'.repeat(5000)}</testsuites>`;
    expect(problemsOf(readWritten('junit.xml', deep))).toEqual(['1 too-deep']);
  });
});

describe('nothing', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /empty/],
    ['white space', ' \n', /empty/],
    ['no suite', junit(''), /no test/],
    ['a suite without a test', suite(''), /no test/],
  ])('is known of %s', (_, content, why) => {
    const read = readWritten('junit.xml', content);
    expect(read).toMatchObject({ outcome: 'nothing', why: expect.stringMatching(why) });
  });
});
