/** FALSE-GREENS.md is a track record: each entry is held by a trial that exists. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOISE } from '../../faults/catalogue/noise.ts';
import { expectedOf, listTrials } from '../../faults/catalogue.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../../FALSE-GREENS.md'), 'utf8');
const trials = new Map([...listTrials(), ...listTrials(NOISE)].map((each) => [each.name, each]));

/** Rows of the tables: number, what, why, and the trials in the last column. */
function entries(document: string): { what: string; held: string[] }[] {
  const rows = document.split('\n').filter((line) => /^\| \d+ \|/.test(line));
  return rows.map((row) => {
    const cells = row.split('|').map((cell) => cell.trim());
    return { what: cells[2] ?? '', held: [...(cells[4] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '') };
  });
}

describe('the track record', () => {
  it('has entries, and an entry without a trial would be seen', () => {
    expect(entries(text).length).toBeGreaterThan(10);
    expect(entries('| 1 | what | why | nothing |')).toEqual([{ what: 'what', held: [] }]);
  });

  it.each(entries(text))('$what: is held by a trial', ({ held }) => {
    expect(held.length).toBeGreaterThan(0);
    expect(held.filter((name) => !trials.has(name))).toEqual([]);
  });

  it('holds what was called healthy by trials that must not pass, and what was called broken by trials that must', () => {
    const [greens = '', alarms = ''] = text.split('## False alarms');
    const due = (part: string) => entries(part).flatMap(({ held }) => held.map((name) => trials.get(name)));
    const words = (part: string) => new Set(due(part).map((each) => (each ? expectedOf(each) : 'none')));
    expect(words(greens).difference(new Set(['failed', 'warned']))).toEqual(new Set());
    expect(words(alarms)).toEqual(new Set(['passed']));
  });
});
