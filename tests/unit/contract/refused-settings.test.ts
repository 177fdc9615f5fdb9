import { expect, test } from 'vitest';
import { refusedSettings } from '../../../src/contract/refused-settings.ts';
import { loadError, SMALL_CONTRACT } from './contract-folder.ts';

test.each([
  '--insecure-http-parser',
  '--tls-min-v1.0',
  '--tls-max-v1.2',
  '--tls-cipher-list=RC4',
  '--tls-cipher-list RC4',
  '--unhandled-rejections=none',
  '--unhandled-rejections=warn-with-error-code',
  '--max-old-space-size=4096 --insecure-http-parser',
  '"--insecure-http-parser"',
])('NODE_OPTIONS=%s is refused by its name', (options) => {
  const [problem, ...more] = refusedSettings({ NODE_OPTIONS: options });
  expect(more).toEqual([]);
  expect(problem).toMatchObject({
    code: 'node-options',
    what: expect.stringMatching(/^--[a-z0-9.-]+ in NODE_OPTIONS/),
  });
});

test.each([
  '',
  '--max-old-space-size=4096',
  '--import ./clock.mjs',
  '--use-openssl-ca',
  '--unhandled-rejections=strict',
  '--tls-min-v1.3',
])('NODE_OPTIONS=%s is left alone', (options) => {
  expect(refusedSettings({ NODE_OPTIONS: options })).toEqual([]);
});

test('what is refused is told with everything else', () => {
  const env = { NODE_OPTIONS: '--insecure-http-parser', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const { message } = loadError(SMALL_CONTRACT.replace('system: shop', 'system: shop\nsistem: shop'), env);
  expect(message).toContain('--insecure-http-parser in NODE_OPTIONS');
  expect(message).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off');
  expect(message).toContain('the key "sistem" is not known here');
});
