import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanForSecrets } from '../../../../src/probe/code/repository-secrets.ts';
import { loadSecretPatterns } from '../../../../src/probe/served/bundle-secrets.ts';
import { folderOf } from '../../cli/run-command.ts';

const patterns = loadSecretPatterns();
/** Put together here, so that this file holds none. */
const token = `ghp_${'a1B2'.repeat(9)}`;
const secrets = new Map([
  ['SESSION_SECRET', 'correct-horse-battery'],
  ['PIN', '1234'],
]);

const scan = (folder: string, files: readonly string[]) =>
  scanForSecrets({ folder, files, patterns, secrets, maxFileBytes: 100_000 });

/** One of each kind, made up. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'Stripe secret key': `sk_live_${'4eC39HqLyjWDarjt'}`,
  'OpenAI key': `sk-proj-${'x'.repeat(24)}`,
  'Anthropic key': `sk-ant-${'x'.repeat(24)}`,
  'AWS access key': `AKIA${'Q'.repeat(16)}`,
  'GitHub token': token,
  'GitLab token': `glpat-${'x'.repeat(20)}`,
  'Slack token': `xoxb-${'1'.repeat(20)}`,
  'SendGrid key': `SG.${'x'.repeat(22)}.${'y'.repeat(43)}`,
  'npm token': `npm_${'x'.repeat(36)}`,
  'PyPI token': `pypi-AgE${'x'.repeat(60)}`,
  'Vault token': `hvs.${'x'.repeat(24)}`,
  'DigitalOcean token': `dop_v1_${'0'.repeat(64)}`,
  'Azure storage key': `AccountKey=${'x'.repeat(86)}==`,
  'Slack webhook': `hooks.slack.com/services/T${'0'.repeat(8)}/B${'0'.repeat(8)}/${'x'.repeat(24)}`,
  'private key': `-----BEGIN ${'RSA PRIVATE KEY'}-----\n${'x'.repeat(64)}`,
  'database address with a password': `postgres${'://shop:'}hunter22@db.example/shop`,
};

describe('a secret in a tracked file', () => {
  test.each(patterns.map(({ name }) => name))('is found: %s', (name) => {
    const { found } = scan(folderOf({ 'src/a.ts': `one\ntwo\nconst key = '${EXAMPLES[name]}';\n` }), ['src/a.ts']);
    expect(found.map(({ pattern, file, line }) => [pattern, file, line])).toEqual([[name, 'src/a.ts', 3]]);
  });

  test('is not what stands for one in the documentation', () => {
    const { found } = scan(folderOf({ a: 'postgresql://<user>:<password>@<host>:5432/<database>' }), ['a']);
    expect(found).toEqual([]);
  });

  test('is found as often as it is there, and never shown', () => {
    const { found } = scan(folderOf({ a: `${token}\n\n${token} ${token.replace('a', 'c')}` }), ['a']);
    expect(found.map(({ line }) => line)).toEqual([1, 3, 3]);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(found[0]?.shown).toBe('GitHub token, 40 characters');
    expect(JSON.stringify(found)).not.toContain(token.slice(4, 16));
  });

  test('is found by its value, where the contract names its variable', () => {
    const { found } = scan(folderOf({ a: 'PIN=1234\nx=correct-horse-battery' }), ['a']);
    expect(found.map(({ pattern, line }) => [pattern, line])).toEqual([['value of SESSION_SECRET', 2]]);
  });

  test.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${token}`)],
    ['UTF-16', Buffer.from(`\ufeff${token}`, 'utf16le')],
    ['UTF-16, the other way round', Buffer.from(`\ufeff${token}`, 'utf16le').swap16()],
  ])('is found in %s', (_, bytes) => {
    const folder = folderOf({});
    writeFileSync(path.join(folder, 'a'), bytes);
    expect(scan(folder, ['a']).found).toHaveLength(1);
  });
});

describe('what is not searched', () => {
  test('is counted: files without text, links, submodules, files that were deleted', () => {
    const folder = folderOf({ text: 'nothing', picture: `\0${token}` });
    symlinkSync('text', path.join(folder, 'link'));
    mkdirSync(path.join(folder, 'module'));
    const result = scan(folder, ['text', 'picture', 'link', 'module', 'deleted']);
    expect(result).toEqual({ found: [], searched: 1, passedOver: 4, unread: [] });
  });

  test('is named where it is too large', () => {
    const { unread, searched } = scan(folderOf({ large: 'x'.repeat(100_001) }), ['large']);
    expect([unread, searched]).toEqual([[{ file: 'large', why: 'it has 100001 bytes, more than 100000' }], 0]);
  });
});

test.each([
  ['a public Stripe key', `pk_live_${'4eC39HqLyjWDarjt'}`],
  ['a variable in the place of a password', `postgres://shop:${'$'}{DB_PASSWORD}@db.example/shop`],
  ['a key that is named only', 'begins with sk_live_ or ghp_'],
])('%s is no secret', (_, text) => {
  expect(scan(folderOf({ a: text }), ['a']).found).toEqual([]);
});
