/** Results in JSON: CTRF, Vitest and Jest, Playwright, go test, gate10's own. Whatever is wrong has a line. */
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../../src/record/results/json-fault.ts';
import { splitJson } from '../../../../src/record/results/split-json.ts';
import { outcomesOf, problemsOf, readWritten, resultsOf } from './written.ts';

interface CtrfParts {
  readonly tests: readonly object[];
  readonly summary?: object;
  readonly environment?: object;
}

function ctrf({ tests, summary, environment }: CtrfParts): string {
  const counted = {
    tests: tests.length,
    passed: 0,
    failed: tests.filter((one) => 'status' in one && one.status === 'failed').length,
  };
  const results = {
    tool: { name: 'x' },
    summary: { ...counted, ...summary },
    tests,
    ...(environment && { environment }),
  };
  return JSON.stringify({ reportFormat: 'CTRF', specVersion: '0.0.0', results }, null, 1);
}

describe('CTRF', () => {
  it.each([
    [{ status: 'passed' }, 'passed'],
    [{ status: 'passed', flaky: true, retries: 1 }, 'flaky'],
    [{ status: 'passed', retries: 2 }, 'flaky'],
    [{ status: 'failed', retries: 2 }, 'failed'],
    [{ status: 'skipped' }, 'skipped'],
    [{ status: 'pending' }, 'pending'],
    [{ status: 'other', rawStatus: 'inconclusive' }, 'error'],
    [{ status: 'other' }, 'error'],
    [{ status: 'other', rawStatus: 'todo' }, 'pending'],
    [{ status: 'passed', 'x-vendor': { deep: [1] } }, 'passed'],
  ])('%j is %s', (test, status) => {
    expect(outcomesOf(readWritten('a.json', ctrf({ tests: [{ name: 't', duration: 1, ...test }] })))).toEqual([
      `${status} t`,
    ]);
  });

  it('keeps what a level, a policy and a history need', () => {
    const test = {
      name: 't',
      status: 'passed',
      duration: 12,
      suite: ['a', 'b'],
      filePath: 'tests\\a.py',
      type: 'e2e',
      tags: ['@slow'],
    };
    const { tests, commit } = resultsOf(
      readWritten('a.json', ctrf({ tests: [test], environment: { commit: 'c0ffee1' } })),
    );
    expect(tests[0]).toMatchObject({
      suite: 'a › b',
      file: 'tests/a.py',
      level: 'e2e',
      durationMs: 12,
      tags: ['@slow'],
    });
    expect(commit).toBe('c0ffee1');
  });

  it('doubts a summary that promises more', () => {
    const read = readWritten(
      'a.json',
      ctrf({ tests: [{ name: 't', status: 'passed' }], summary: { tests: 2, failed: 1 } }),
    );
    expect(resultsOf(read).doubts.map(({ hides }) => hides)).toEqual([true, true]);
  });

  it('says where a test is none, all at once', () => {
    const tests = [
      { name: 't', status: 'passed' },
      { name: '', status: 'passed' },
      { name: 'u', status: 'green' },
    ];
    const read = readWritten('a.json', ctrf({ tests }));
    expect(problemsOf(read)).toEqual(['18 wrong-shape', '22 wrong-shape']);
    expect(read.outcome === 'wrong' && read.problems[1]?.path).toBe('results.tests.2.status');
  });
});

describe('Vitest and Jest', () => {
  const report = (testResults: object[], numFailedTests = 0, numTotalTests = 1): string =>
    JSON.stringify({ numTotalTests, numFailedTests, success: true, testResults });
  const one = (assertion: object, status = 'passed'): object => ({
    name: '/shop/a.test.js',
    status,
    assertionResults: [{ ancestorTitles: ['', 'prices'], title: 't', ...assertion }],
  });

  it.each([
    [{ status: 'passed' }, 'passed'],
    [{ status: 'passed', invocations: 3 }, 'flaky'],
    [{ status: 'pending' }, 'skipped'],
    [{ status: 'todo' }, 'pending'],
  ])('%j is %s', (assertion, status) => {
    const read = readWritten('a.json', report([one(assertion)]));
    expect(outcomesOf(read)).toEqual([`${status} t`]);
    expect(resultsOf(read)).toMatchObject({ doubts: [], tests: [{ suite: 'prices', file: '/shop/a.test.js' }] });
  });

  it('a file that could not be loaded is an error, though it has no test', () => {
    const read = readWritten('a.json', report([{ name: 'a.js', status: 'failed', assertionResults: [] }], 0, 0));
    expect(outcomesOf(read)).toEqual(['error (the file itself)']);
  });
});

describe('Playwright', () => {
  const report = (tests: object[], stats: object, errors: unknown[] = []): string => {
    const spec = { title: 't', tags: ['smoke'], tests };
    const suites = [
      {
        title: 'a.spec.ts',
        file: 'a.spec.ts',
        specs: [],
        suites: [{ title: 'shop', file: 'a.spec.ts', specs: [spec] }],
      },
    ];
    return JSON.stringify({
      config: {},
      suites,
      errors,
      stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ...stats },
    });
  };
  const ran = (status: string): object => ({ status, duration: 5 });

  it.each<[string, object, object, string]>([
    ['as expected', { status: 'expected', results: [ran('passed')] }, { expected: 1 }, 'passed'],
    ['never begun', { status: 'expected', results: [] }, { expected: 1 }, 'pending'],
    ['failed', { status: 'unexpected', results: [ran('failed'), ran('failed')] }, { unexpected: 1 }, 'failed'],
    ['interrupted', { status: 'unexpected', results: [ran('interrupted')] }, { unexpected: 1 }, 'error'],
    ['flaky', { status: 'flaky', results: [ran('failed'), ran('passed')] }, { flaky: 1 }, 'flaky'],
    ['skipped', { status: 'skipped', results: [] }, { skipped: 1 }, 'skipped'],
  ])('%s', (_, test, stats, status) => {
    const read = readWritten('a.json', report([{ projectName: 'desktop', ...test }], stats));
    expect(outcomesOf(read)).toEqual([`${status} t`]);
    expect(resultsOf(read)).toMatchObject({
      doubts: [],
      tests: [{ suite: 'shop', project: 'desktop', file: 'a.spec.ts' }],
    });
  });

  it('doubts a run with errors of its own, and counts that do not fit', () => {
    const test = { status: 'expected', results: [ran('passed')] };
    const read = readWritten('a.json', report([test], { expected: 2 }, [{ message: 'no tests found' }]));
    expect(resultsOf(read).doubts.map(({ hides }) => hides)).toEqual([true, true]);
  });
});

describe('go test -json', () => {
  const lines = (...events: object[]): string => events.map((event) => JSON.stringify(event)).join('\n');
  const at = (Action: string, Test?: string): object => ({
    Time: '2026-01-01T00:00:00Z',
    Action,
    Package: 'x.org/shop',
    Test,
    Elapsed: 0.5,
  });

  it('tells what passed, failed, was skipped, and what a panic cut off', () => {
    const text = lines(
      ...[at('start'), at('run', 'A'), at('output', 'A'), at('pass', 'A'), at('run', 'B'), at('fail', 'B')],
      ...[at('run', 'C'), at('skip', 'C'), at('run', 'D'), at('fail')],
    );
    expect(outcomesOf(readWritten('a.json', text))).toEqual(['passed A', 'failed B', 'skipped C', 'error D']);
  });

  it('a package that does not build is an error, though it has no test', () => {
    expect(outcomesOf(readWritten('a.json', lines(at('start'), at('fail'))))).toEqual(['error (the package itself)']);
  });

  it('names the line that is no event', () => {
    expect(problemsOf(readWritten('a.json', `${lines(at('run', 'A'))}\nFAIL\tx.org/shop\n`))).toEqual([
      '2 not-an-event',
    ]);
  });
});

describe('what is no JSON', () => {
  it.each([
    ['[1, 2', 5],
    ['{"a": tru}', 6],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['{"a":1} x', 8],
    ['{"a" 1}', 5],
    ['["a\nb"]', 1],
    ['[01]', 1],
    ['{"a":"b', 5],
    ['', 0],
    ['{"a":[1,{"b":null}],"c":-1.5e3}', undefined],
    ['"\\u00e9"', undefined],
  ])('%j ends at %s', (text, offset) => {
    expect(jsonFault(text)).toBe(offset);
  });

  it.each<[string, string, string]>([
    ['cut off', ctrf({ tests: [{ name: 't', status: 'passed' }] }).slice(0, -8), '18 cut-off'],
    ['cut off in a word', '{"reportFormat": "CTRF",\n"results": nul', '2 cut-off'],
    ['cut off in a text', '{"reportFormat": "CTRF",\n"results": {"tool": "x\\', '2 cut-off'],
    ['broken in a test', ctrf({ tests: [{ name: 't', status: 'passed' }] }).replace('"t"', 't'), '15 not-json'],
    ['broken before the tests', '{"reportFormat": "CTRF",\n"results": nope}', '2 not-json'],
    ['of another kind', '{"hello": 1}', '1 unknown-format'],
    [
      'without its list',
      '{"reportFormat": "CTRF", "results": {"summary": {"tests": 1, "passed": 1, "failed": 0}}}',
      '1 wrong-shape',
    ],
    ['a list', '[]', '1 unknown-format'],
    ['packed', '\u001f\u008b', '1 unknown-format'],
  ])('%s', (_, content, expected) => {
    expect(problemsOf(readWritten('a.json', content))).toEqual([expected]);
  });

  it('knows gzip, ZIP, coverage and folders by what they are', () => {
    expect(problemsOf(readWritten('a.json', Buffer.from([0x1f, 0x8b, 8, 0])))).toEqual(['1 packed']);
    expect(problemsOf(readWritten('a.zip', Buffer.from('PK\u0003\u0004')))).toEqual(['1 packed']);
    const read = readWritten('a.json', '{"a.js": {"statementMap": {}}}');
    expect(read.outcome === 'wrong' && read.problems[0]?.fix).toContain('gate10 coverage');
  });
});

it('a name that says something else is told, and read all the same', () => {
  const named = (name: string, content: string): string[] =>
    resultsOf(readWritten(name, content)).doubts.map(({ message }) => message);
  const json = ctrf({ tests: [{ name: 't', status: 'passed' }] });
  expect(named('junit.xml', json)).toEqual(['the name says XML, but it holds CTRF']);
  expect(named('ctrf.json', '<testsuite name="s"><testcase name="t"/></testsuite>')).toEqual([
    'the name says JSON, but it holds JUnit XML',
  ]);
  expect(named('results', json)).toEqual([]);
});

describe('a list is taken out of its document item by item', () => {
  const document = {
    a: { b: ['}', { 'x"]': '\\"[' }, [1, [2]], null, -1.5, 'é', { deep: ['\\\\'] }, 12345] },
    c: ['keep'],
    z: { tests: [] },
  };
  const pieces = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];

  it.each([1, 2, 3, 7, 50, 10_000])(
    'in pieces of %i characters, wherever brackets and quotes stand in texts',
    (size) => {
      for (const indent of [0, 2]) {
        const text = JSON.stringify(document, null, indent);
        const items: unknown[] = [];
        const { rest, found } = splitJson(pieces(text, size), ['a', 'b'], ({ value, line, column }) => {
          items.push(value);
          const at = text.split('\n')[line - 1]?.slice(column - 1);
          expect(at?.startsWith(JSON.stringify(value).slice(0, 1))).toBe(true);
        });
        expect(items).toEqual(document.a.b);
        expect({ rest, found }).toEqual({ rest: { ...document, a: { b: [] } }, found: true });
      }
    },
  );

  it.each([1, 5, 10_000])('and without such a list is read whole (pieces of %i)', (size) => {
    const text = JSON.stringify(document);
    for (const path of [['x'], ['c', 'd'], ['z']]) {
      expect(splitJson(pieces(text, size), path, () => expect.unreachable())).toEqual({ rest: document, found: false });
    }
  });

  it.each<[string, number, number, boolean]>([
    ['{"l": [1, 2', 1, 12, true],
    ['{"l": [1,\n "a', 2, 4, true],
    ['{"l": [1,\n tr', 2, 2, true],
    ['{"l": [1,\n {"b": x}]}', 2, 8, false],
    ['{"l": [1 2]}', 1, 10, false],
    ['{"l": [1,]}', 1, 10, false],
    ['{"l": [1],\n"m": y}', 2, 6, false],
    ['{"l": [1],\n"m": ', 2, 5, true],
    ['{"k": nope, "l": [1]}', 1, 7, false],
  ])('%j ends in line %i, column %i', (text, line, column, isCutOff) => {
    for (const size of [1, 4, 10_000]) {
      const read = (): unknown => splitJson(pieces(text, size), ['l'], () => {});
      expect(read).toThrow(expect.objectContaining({ line, column, isCutOff }));
    }
  });
});
