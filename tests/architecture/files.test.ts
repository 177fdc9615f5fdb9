/** House style that a machine can hold: file sizes, names, and what never stands in a committed file. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean);
const code = tracked.filter((file) =>
  /^(src|reporters|reference-system|scripts|bench|tests)\/.*\.(ts|mjs)$/.test(file),
);
const product = code.filter((file) => /^(src|reporters)\//.test(file));

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

function linesOf(file: string): number {
  return read(file).split('\n').length - 1;
}

function matching(files: readonly string[], pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(read(file)));
}

describe('files', () => {
  it('are at most 400 lines long', () => {
    expect(code.filter((file) => linesOf(file) > 400)).toEqual([]);
  });

  it('have a median of at most 90 lines in src/ and reporters/, and nine in ten at most 250', () => {
    const sizes = product.map(linesOf).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(90);
    expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThanOrEqual(250);
  });

  it('are named after their one thing, in kebab-case', () => {
    expect(code.filter((file) => /(^|\/)(utils?|helpers?|common|misc|shared)(\.|\/)/.test(file))).toEqual([]);
    expect(code.filter((file) => !/^[a-z0-9.-]+$/.test(path.basename(file)))).toEqual([]);
  });

  it('read no clock and no environment below the edges', () => {
    const core = product.filter(
      (file) =>
        /^src\/(contract|probe|run|verdict|record|release|response|ledger|telemetry)\//.test(file) &&
        file !== 'src/probe/clock.ts',
    );
    expect(matching(core, /\bDate\.now\(|\bnew Date\(\)|process\.env\b/)).toEqual([]);
  });

  it('never switch certificate checks off, except where the TLS probe only reads a certificate', () => {
    expect(
      matching(product, /rejectUnauthorized:\s*false/).filter((file) => !file.startsWith('src/probe/tls')),
    ).toEqual([]);
    expect(matching(product, /ignoreHTTPSErrors:\s*true/)).toEqual([]);
  });

  it('carry no work markers', () => {
    expect(matching(product, /\b(TODO|FIXME|XXX)\b/)).toEqual([]);
  });
});
