import { describe, expect, it } from 'vitest';
import { hideSecrets, keepNoPage } from '../../../support/journey/hide-secrets.ts';

const redact = (text: string): string => text.replaceAll('pass-1', '[redacted:password]');

describe('what a broken journey leaves to reporters', () => {
  it('has no secret in any text of an error, nor in what caused it, nor the page', () => {
    const cause = { message: 'fill("pass-1")' };
    const error = {
      message: 'no "pass-1"',
      stack: 'Error: no "pass-1"\n at a.ts:1',
      errorContext: '- textbox: pass-1',
      cause,
    };
    hideSecrets({ errors: [error] }, redact);
    expect(error).toEqual({
      message: 'no "[redacted:password]"',
      stack: 'Error: no "[redacted:password]"\n at a.ts:1',
      cause: { message: 'fill("[redacted:password]")' },
    });
  });

  it('has no content of the page', () => {
    const env = {};
    keepNoPage(env);
    expect(env).toEqual({ PLAYWRIGHT_NO_COPY_PROMPT: '1' });
  });
});
