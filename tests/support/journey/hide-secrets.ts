/** What a journey that broke leaves to the runner's reporters, without what it was given as secret. */
import type { TestInfo } from '@playwright/test';
import type { Redactor } from '../../../src/contract/redact.ts';

/** Playwright keeps the content of a page on which something failed, what is typed in included, unless this is set. */
export function keepNoPage(env: NodeJS.ProcessEnv = process.env): void {
  env['PLAYWRIGHT_NO_COPY_PROMPT'] = '1';
}

/** Changes the errors in their place: they are handed to the reporters after the last fixture has ended. */
export function hideSecrets({ errors }: Pick<TestInfo, 'errors'>, redact: Redactor): void {
  for (const error of errors) hideIn(error, redact);
}

/** Every text of an error, and of what caused it; the picture of the page that an expectation brings along is dropped. */
function hideIn(error: object, redact: Redactor): void {
  for (const [key, value] of Object.entries(error)) {
    if (key === 'errorContext') Reflect.deleteProperty(error, key);
    else if (typeof value === 'string') Reflect.set(error, key, redact(value));
    else if (value !== null && typeof value === 'object') hideIn(value, redact);
  }
}
