/** ARCHITECTURE.md, "One arrow": the folders of src/ import to the left only, and the edges are imported by nobody. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { findArrowBreaks, type ImportEdge } from './arrow.ts';

const root = path.resolve(import.meta.dirname, '../..');

function importsOf(file: string): ImportEdge[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'), true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => ({ from: file, to: path.relative(root, path.resolve(root, path.dirname(file), fileName)) }));
}

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

describe('the arrow', () => {
  it('is kept by every import in src/ and reporters/', () => {
    const edges = [...sourceFiles('src'), ...sourceFiles('reporters')].flatMap(importsOf);
    expect(edges.length).toBeGreaterThan(20);
    expect(findArrowBreaks(edges)).toEqual([]);
  });

  it.each<[string, ImportEdge]>([
    ['contract imports probe', { from: 'src/contract/a.ts', to: 'src/probe/b.ts' }],
    ['probe imports verdict', { from: 'src/probe/a.ts', to: 'src/verdict/b.ts' }],
    ['contract imports ledger', { from: 'src/contract/a.ts', to: 'src/ledger/b.ts' }],
    ['ledger imports record', { from: 'src/ledger/a.ts', to: 'src/record/b.ts' }],
    ['record imports an edge', { from: 'src/record/a.ts', to: 'src/cli/b.ts' }],
    ['verdict imports a reporter', { from: 'src/verdict/a.ts', to: 'reporters/b.ts' }],
    ['probe imports the public barrel', { from: 'src/probe/a.ts', to: 'src/index.ts' }],
    ['src imports tests', { from: 'src/probe/a.ts', to: 'tests/support/b.ts' }],
    ['the command line imports the suite', { from: 'src/cli/a.ts', to: 'tests/support/b.ts' }],
    ['the public barrel imports a test', { from: 'src/index.ts', to: 'tests/unit/b.ts' }],
    ['src imports the reference system', { from: 'src/probe/a.ts', to: 'reference-system/attach.ts' }],
    ['an unknown folder appears', { from: 'src/helpers/a.ts', to: 'src/contract/b.ts' }],
  ])('is broken when %s', (_, edge) => {
    expect(findArrowBreaks([edge])).toHaveLength(1);
  });

  it.each<[string, ImportEdge]>([
    ['record imports ledger', { from: 'src/record/a.ts', to: 'src/ledger/b.ts' }],
    ['probe imports contract', { from: 'src/probe/a.ts', to: 'src/contract/b.ts' }],
    ['a reporter imports everything', { from: 'reporters/a.ts', to: 'src/page/b.ts' }],
    ['the public barrel hands out the suite', { from: 'src/index.ts', to: 'tests/support/b.ts' }],
    ['everything imports the errors', { from: 'src/contract/a.ts', to: 'src/errors.ts' }],
  ])('allows that %s', (_, edge) => {
    expect(findArrowBreaks([edge])).toEqual([]);
  });
});
