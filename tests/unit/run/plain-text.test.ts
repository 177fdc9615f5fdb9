import { describe, expect, it } from 'vitest';
import { plainLine, plainText } from '../../../src/run/plain-text.ts';
import fc from '../seeded.ts';

describe('text from a target', () => {
  it.each<[string, string, string]>([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a window title', '\u001b]0;owned\u0007text', 'text'],
    ['a cursor that goes up', 'a\u001b[2Ab', 'ab'],
    ['a carriage return', 'good\rbad', 'goodbad'],
    ['text that runs backwards', 'a\u202eb', 'ab'],
  ])('loses %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it.each(['::error::x', '##[error]x', '##vso[task.x]'])('never begins a line with a command to the CI: %s', (text) => {
    expect(plainLine(text)).toBe(` ${text}`);
  });

  it('is one line of at most the given width, free of control characters, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const line = plainLine(text, 60);
        expect(line.length).toBeLessThanOrEqual(61);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|^::/);
      }),
    );
  });
});
