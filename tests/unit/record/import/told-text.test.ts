import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../src/contract/redact.ts';
import { loadSecretPatterns } from '../../../../src/probe/served/bundle-secrets.ts';
import { createTextCleaner, toToldId, toToldUrl } from '../../../../src/record/import/told-text.ts';

const clean = createTextCleaner(createRedactor(new Map([['KEY', 'hunter22-hunter22']])), loadSecretPatterns());
const TOKEN = `ghp_${'a1'.repeat(18)}`;

describe('told text', () => {
  it.each<[string, string, string]>([
    ['escape sequences', '\u001b[31mred\u001b]0;title\u0007 \u009b2Jx', 'red 2Jx'],
    ['line breaks and control characters', 'a\r\nb\u0000c\td', 'a bc d'],
    ['direction marks', 'a\u202eb\u2066c', 'abc'],
    ['the secret of an environment', 'key hunter22-hunter22.', 'key [redacted:KEY].'],
    ['what looks like a secret', `push ${TOKEN}!`, 'push [redacted:GitHub token]!'],
    [
      'a secret that is broken up by an escape sequence',
      `x ghp_\u001b[0m${'a1'.repeat(18)}`,
      'x [redacted:GitHub token]',
    ],
    ['two secrets', `${TOKEN} ${TOKEN}`, '[redacted:GitHub token] [redacted:GitHub token]'],
    ['commands of a runner', '::set-output name=x::y', ' ::set-output name=x::y'],
    [
      'markup, which is escaped where it is shown',
      '<b>[x](javascript:y)</b> `$(id)`',
      '<b>[x](javascript:y)</b> `$(id)`',
    ],
  ])('is kept without %s', (_, text, kept) => {
    expect(clean(text, 300)).toBe(kept);
  });

  it('is cut to its length, and a secret at the cut is gone before', () => {
    expect(clean(`${'x'.repeat(290)} ${TOKEN}`, 300)).not.toContain('ghp_');
    expect(clean('x'.repeat(50_000), 300)).toHaveLength(300);
  });

  it('as an id stays apart from an id that looks the same now', () => {
    const ids = ['a', 'a\u0000', 'a\u0007', TOKEN, `${TOKEN}x`, 'x'.repeat(300), 'x'.repeat(301)];
    const kept = ids.map((id) => toToldId('github', id, clean));
    expect(new Set(kept).size).toBe(ids.length);
    expect(kept[0]).toBe('github:a');
    for (const id of kept) expect(id).not.toMatch(/ghp_|[\u0000-\u001f]/);
    for (const id of kept) expect(id.length).toBeLessThanOrEqual(220);
  });

  it.each<[string, string | undefined]>([
    ['https://api.github.com/repos/a/b/deployments/1', 'https://api.github.com/repos/a/b/deployments/1'],
    ['https://example.com/a?token=x#y', 'https://example.com/a'],
    [`https${'://'}me:secret@example.com/`, undefined],
    ['javascript:alert(1)', undefined],
    ['file:///etc/passwd', undefined],
    ['', undefined],
  ])('%s as an address is %s', (url, kept) => {
    expect(toToldUrl(url, clean)).toBe(kept);
  });
});
