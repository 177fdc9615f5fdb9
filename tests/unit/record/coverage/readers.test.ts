/** Each format of coverage: what it says of a file, what it cannot say, and what is wrong with it, by line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mergeCoverage } from '../../../../src/record/coverage/merge.ts';
import { MEASURES } from '../../../../src/record/coverage/model.ts';
import { type ReadCoverage, readCoverage } from '../../../../src/record/coverage/read-coverage.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-coverage-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function readWritten(content: string, exists: (path: string) => boolean = () => false): ReadCoverage {
  const file = path.join(dir, 'report');
  writeFileSync(file, content);
  return readCoverage(file, 'report', exists);
}

/** `path lines branches functions statements`, each `covered/total` or `?`. */
function measured(read: ReadCoverage): string[] {
  if (read.outcome !== 'read') throw new Error(`not read: ${JSON.stringify(read)}`);
  return mergeCoverage(read.report.files).files.map(({ path: name, measures }) => {
    const shown = MEASURES.map((measure) => {
      const one = measures[measure];
      return one === undefined ? '?' : `${one.covered}/${one.total}`;
    });
    return [name, ...shown].join(' ');
  });
}

function problemsOf(read: ReadCoverage): string[] {
  if (read.outcome !== 'wrong') throw new Error(`not wrong: ${JSON.stringify(read)}`);
  return read.problems.map(({ line, code }) => `${line} ${code}`);
}

function doubtsOf(read: ReadCoverage): string[] {
  if (read.outcome !== 'read') throw new Error(`not read: ${JSON.stringify(read)}`);
  return read.report.doubts.map(({ message }) => message);
}

const at = (line: number, column = 0, endLine = line) => ({
  start: { line, column },
  end: { line: endLine, column: column + 5 },
});
const istanbul = (changed: object = {}) => ({
  path: '/shop/a.js',
  statementMap: { 0: at(1), 1: at(1, 9), 2: at(4) },
  fnMap: { 0: { name: 'f', decl: at(1), loc: at(1, 0, 4), line: 1 } },
  branchMap: { 0: { type: 'if', loc: at(4), locations: [at(4), { start: {}, end: {} }], line: 4 } },
  s: { 0: 1, 1: 0, 2: 0 },
  f: { 0: 3 },
  b: { 0: [1, 0] },
  ...changed,
});

describe('Istanbul', () => {
  it('has all four measures; a line is reached by the best of its statements', () => {
    expect(measured(readWritten(JSON.stringify({ '/shop/a.js': istanbul() })))).toEqual(['/shop/a.js 1/2 1/2 1/1 1/3']);
  });

  it('names the entry that is none, by its line', () => {
    const text = JSON.stringify({ '/shop/a.js': istanbul(), '/shop/b.js': istanbul({ s: { 0: -1 } }) }, null, 1);
    const line = text.split('\n').findIndex((each) => each.includes('"/shop/b.js"')) + 1;
    expect(problemsOf(readWritten(text))).toEqual([`${line} wrong-shape`]);
  });

  it('summarised has numbers alone, and "total" is no file', () => {
    const measure = { total: 4, covered: 3, skipped: 0, pct: 75 };
    const entry = { lines: measure, branches: measure, functions: measure, statements: measure };
    const text = JSON.stringify({ total: { ...entry, branchesTrue: {} }, '/shop/a.js': entry });
    expect(measured(readWritten(text))).toEqual(['/shop/a.js 3/4 3/4 3/4 3/4']);
    const more = text.replaceAll('"covered":3', '"covered":5');
    expect(problemsOf(readWritten(more))[0]).toBe('1 wrong-shape');
  });
});

describe('lcov', () => {
  it('has lines, branches and functions, never statements', () => {
    const text = [
      ...[
        'TN:',
        'SF:src/a.py',
        'FN:1,4,f',
        'FN:5,g,h',
        'FNDA:2,f',
        'FNF:2',
        'FNH:1',
        'DA:1,2',
        'DA:2,0',
        'LF:2',
        'LH:1',
      ],
      ...[
        'BRDA:1,0,jump to line 2,0',
        'BRDA:1,0,jump to line 3,-',
        'BRDA:1,0,exit, with a comma,4',
        'BRF:3',
        'BRH:1',
        'end_of_record',
      ],
    ].join('\n');
    expect(measured(readWritten(text))).toEqual(['src/a.py 1/2 1/3 1/2 ?']);
  });

  it('of lcov 2 counts a function once, under whatever names', () => {
    const text = 'SF:a.c\nFNL:0,1,4\nFNA:0,0,f\nFNA:0,2,_Z1f\nFNL:1,6\nFNA:1,0,g\nDA:1,1\nend_of_record\n';
    expect(measured(readWritten(text))).toEqual(['a.c 1/1 ? 1/2 ?']);
  });

  it('adds up the records of one file, and knows what no record has as unknown', () => {
    const text = 'SF:a.c\nDA:1,0\nDA:2,1\nend_of_record\nSF:a.c\nDA:1,1\nend_of_record\n';
    expect(measured(readWritten(text))).toEqual(['a.c 2/2 ? ? ?']);
    const other = `${text}SF:b.c\nDA:1,1\nBRDA:1,0,0,1\nend_of_record\n`;
    expect(measured(readWritten(other))).toEqual(['a.c 2/2 0/0 ? ?', 'b.c 1/1 1/1 ? ?']);
  });

  it.each([
    ['a line that is none', 'SF:a.c\nDA:1,1\nlines: many\nend_of_record', '3 not-lcov'],
    ['hits that are no number', 'SF:a.c\nDA:1,x\nend_of_record', '2 not-lcov'],
    ['a line outside of a record', 'TN:\nDA:1,1', '2 not-lcov'],
    ['no end', 'TN:\nSF:a.c\nDA:1,1\n', '2 cut-off'],
  ])('with %s is wrong', (_, text, expected) => {
    expect(problemsOf(readWritten(text))).toEqual([expected]);
  });

  it('that promises more lines than it lists is doubted', () => {
    expect(doubtsOf(readWritten('SF:a.c\nDA:1,1\nLF:3\nend_of_record'))).toEqual([
      'a.c (line 1) says 3 lines, 1 are listed',
    ]);
    expect(doubtsOf(readWritten('SF:a.c\nDA:1,1\nLF:1\nend_of_record'))).toEqual([]);
  });
});

describe('Cobertura', () => {
  const cobertura = (classes: string, attributes = ''): string =>
    `<?xml version="1.0"?>\n<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">\n<coverage ${attributes}><sources><source>/app/src</source></sources><packages><package><classes>${classes}</classes></package></packages></coverage>`;
  const one = (lines: string, methods = '<methods/>'): string =>
    `<class name="a" filename="a.py">${methods}<lines>${lines}</lines></class>`;

  it('of coverage.py has lines and branches', () => {
    const lines =
      '<line number="1" hits="1"/><line number="2" hits="1" branch="true" condition-coverage="50% (1/2)" missing-branches="4"/><line number="4" hits="0"/>';
    expect(measured(readWritten(cobertura(one(lines))))).toEqual(['/app/src/a.py 2/3 1/2 ? ?']);
  });

  it('without a single branch has not measured them', () => {
    expect(measured(readWritten(cobertura(one('<line number="1" hits="1"/>'))))).toEqual(['/app/src/a.py 1/1 ? ? ?']);
  });

  it('counts methods by their hits or their lines, and the lines of the class once', () => {
    const methods =
      '<methods><method name="f" signature="()V"><lines><line number="1" hits="0"/></lines></method><method name="g"><lines><line number="2" hits="7"/></lines></method></methods>';
    const lines = '<line number="1" hits="0"/><line number="2" hits="7"/>';
    expect(measured(readWritten(cobertura(one(lines, methods))))).toEqual(['/app/src/a.py 1/2 ? 1/2 ?']);
  });

  it('unites the classes of one file', () => {
    const two = `${one('<line number="1" hits="0"/>')}${one('<line number="1" hits="2"/><line number="2" hits="0"/>')}`;
    expect(measured(readWritten(cobertura(two)))).toEqual(['/app/src/a.py 1/2 ? ? ?']);
  });

  it('with several sources takes the one where the file is', () => {
    const text = cobertura(one('<line number="1" hits="1"/>')).replace(
      '</sources>',
      '<source>/app/lib</source></sources>',
    );
    expect(measured(readWritten(text, (file) => file === '/app/lib/a.py'))).toEqual(['/app/lib/a.py 1/1 ? ? ?']);
    expect(measured(readWritten(text))).toEqual(['/app/src/a.py 1/1 ? ? ?']);
  });

  it.each([
    ['a line without hits', cobertura(`\n${one('<line number="1"/>')}`), '4 wrong-line'],
    ['a class without a file', cobertura('\n<class name="a"/>'), '4 no-filename'],
    ['the end missing', cobertura(one('<line number="1" hits="1"/>')).slice(0, -40), '3 not-xml'],
    ['results of tests in it', '<testsuites/>', '1 not-cobertura'],
  ])('with %s is wrong', (_, text, expected) => {
    expect(problemsOf(readWritten(text))).toEqual([expected]);
  });

  it('that promises more lines than it lists is doubted', () => {
    const lines = one('<line number="1" hits="1"/>');
    expect(doubtsOf(readWritten(cobertura(lines, 'lines-valid="2"')))).toEqual([
      'it says lines-valid="2", 1 lines are listed',
    ]);
    expect(doubtsOf(readWritten(cobertura(lines, 'lines-valid="1"')))).toEqual([]);
  });
});

describe('coverage.py', () => {
  const region = (executed: number[], missing: number[], start = 1) => ({
    executed_lines: executed,
    missing_lines: missing,
    start_line: start,
  });
  const report = (file: object, branch_coverage = true): string =>
    JSON.stringify({
      meta: { version: '7.16.2', branch_coverage },
      files: { 'shop/a.py': { ...region([1, 2], [4]), ...file } },
    });

  it('has all four; its functions are regions with lines', () => {
    const functions = { '': region([1], []), f: region([2], [4]), g: region([], [9], 8), empty: region([], [], 12) };
    const file = {
      executed_branches: [[2, 3]],
      missing_branches: [
        [2, 4],
        [2, -1],
      ],
      functions,
    };
    expect(measured(readWritten(report(file)))).toEqual(['shop/a.py 2/3 1/3 1/2 2/3']);
  });

  it('without branches, or too old for functions, does not know them', () => {
    expect(measured(readWritten(report({}, false)))).toEqual(['shop/a.py 2/3 ? ? 2/3']);
  });

  it('says where it is not what it should be', () => {
    expect(problemsOf(readWritten(report({ executed_lines: ['one'] })))).toEqual(['1 wrong-shape']);
  });
});

describe('something else', () => {
  it.each([
    ['results', '{"numTotalTests": 1, "testResults": []}', '1 unknown-format'],
    ['any JSON', '{"a": 1}', '1 unknown-format'],
    ['JSON cut off', '{"/shop/a.js": {"path": "x",\n', '1 cut-off'],
    ['text', 'all is covered', '1 unknown-format'],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(readWritten(text))).toEqual([expected]);
  });

  it.each([['{}'], [''], ['<coverage/>']])('%j says nothing', (text) => {
    expect(readWritten(text)).toMatchObject({ outcome: 'nothing' });
  });
});
