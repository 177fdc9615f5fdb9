/** Settings of Node that would let a run see less than it says: they are refused before anything is probed. */
import type { Problem } from '../errors.ts';
import type { Env } from './interpolate.ts';

/** Options of NODE_OPTIONS, each with what it takes away. The rest of NODE_OPTIONS is the user's own. */
const REFUSED_OPTIONS: readonly (readonly [option: RegExp, takesAway: string])[] = [
  [/^--insecure-http-parser$/, 'accepts answers that are no HTTP, so that a broken one looks right'],
  [/^--tls-(?:min|max)-v1\.[0-2]$/, 'sets the TLS versions, so that what the contract asks for is not what is tried'],
  [/^--tls-cipher-list(?:=|$)/, 'sets the TLS ciphers, so that weak ones may be taken for good ones'],
  [/^--unhandled-rejections=(?:none|warn)/, 'hides errors of gate10 itself'],
];

export function refusedSettings(env: Env): readonly Problem[] {
  return [...refusedTls(env), ...refusedOptions(env['NODE_OPTIONS'] ?? '')];
}

function refusedTls(env: Env): readonly Problem[] {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  const what =
    'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off, so that nothing about TLS can be proven';
  return [{ code: 'tls-unchecked', what, fix: 'Unset it; name a private CA under "tls.ca" of the environment.' }];
}

function refusedOptions(text: string): readonly Problem[] {
  const given = text.split(/\s+/).map((option) => option.replaceAll(/^["']|["']$/g, ''));
  return given.flatMap((option) =>
    REFUSED_OPTIONS.filter(([refused]) => refused.test(option)).map(([, takesAway]) => {
      const [name = option] = option.split('=');
      return { code: 'node-options', what: `${name} in NODE_OPTIONS ${takesAway}`, fix: `Take ${name} out of it.` };
    }),
  );
}
