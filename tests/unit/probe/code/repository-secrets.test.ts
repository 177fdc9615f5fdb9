import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanForSecrets } from '../../../../src/probe/code/repository-secrets.ts';
import { loadSecretLibrary } from '../../../../src/probe/code/secret-library.ts';
import { loadSecretPatterns } from '../../../../src/probe/served/bundle-secrets.ts';
import { judgeSecrets } from '../../../../src/record/judge-secrets.ts';
import { folderOf } from '../../cli/run-command.ts';

const patterns = loadSecretPatterns();
/** Put together here, so that this file holds none. */
const token = `ghp_${'a1B2'.repeat(9)}`;
const secrets = new Map([
  ['SESSION_SECRET', 'correct-horse-battery'],
  ['PIN', '1234'],
]);

const library = await loadSecretLibrary();
const scan = (folder: string, files: readonly string[]) =>
  scanForSecrets({ folder, files, patterns, secrets, maxFileBytes: 100_000, library });

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
  test.each(patterns.map(({ name }) => name))('is found: %s', async (name) => {
    const { found } = await scan(folderOf({ 'src/a.ts': `one\ntwo\nconst key = '${EXAMPLES[name]}';\n` }), [
      'src/a.ts',
    ]);
    expect(found.map(({ pattern, file, line }) => [pattern, file, line])).toEqual([[name, 'src/a.ts', 3]]);
  });

  test('is not what stands for one in the documentation', async () => {
    const { found } = await scan(folderOf({ a: 'postgresql://<user>:<password>@<host>:5432/<database>' }), ['a']);
    expect(found).toEqual([]);
  });

  test('is found as often as it is there, and never shown', async () => {
    const { found } = await scan(folderOf({ a: `${token}\n\n${token} ${token.replace('a', 'c')}` }), ['a']);
    expect(found.map(({ line }) => line)).toEqual([1, 3, 3]);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(found[0]?.shown).toBe('GitHub token, 40 characters');
    expect(JSON.stringify(found)).not.toContain(token.slice(4, 16));
  });

  test('is found by its value, where the contract names its variable', async () => {
    const { found } = await scan(folderOf({ a: 'PIN=1234\nx=correct-horse-battery' }), ['a']);
    expect(found.map(({ pattern, line }) => [pattern, line])).toEqual([['value of SESSION_SECRET', 2]]);
  });

  test.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${token}`)],
    ['UTF-16', Buffer.from(`\ufeff${token}`, 'utf16le')],
    ['UTF-16, the other way round', Buffer.from(`\ufeff${token}`, 'utf16le').swap16()],
  ])('is found in %s', async (_, bytes) => {
    const folder = folderOf({});
    writeFileSync(path.join(folder, 'a'), bytes);
    expect((await scan(folder, ['a'])).found).toHaveLength(1);
  });
});

describe('the library', () => {
  /** Makers that the patterns do not have. */
  const others: Readonly<Record<string, string>> = {
    'secretlint huggingface HUGGINGFACE_USER_ACCESS_TOKEN': `hf_${'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH'}`,
    'secretlint basicauth BasicAuth': `https${'://shop:'}hunter22@shop.acme.io/`,
    'secretlint linear LINEAR_API_TOKEN': `lin_api_${'aB3'.repeat(13)}q`,
  };
  test.each(Object.entries(others))('knows what no pattern knows: %s', async (name, value) => {
    const folder = folderOf({ a: `one\nkey = "${value}"\n` });
    const { found } = await scan(folder, ['a']);
    expect(found.map(({ pattern, line }) => [pattern, line])).toEqual([[name, 2]]);
    expect(JSON.stringify(found)).not.toContain(value.slice(-12));
  });

  test('is not told by a comment to look away', async () => {
    const text = `// secretlint-disable\nkey = "${others['secretlint huggingface HUGGINGFACE_USER_ACCESS_TOKEN']}" // secretlint-disable-line\n`;
    expect((await scan(folderOf({ a: text }), ['a'])).found).toHaveLength(1);
  });

  test('is missed where it is not installed, and the patterns are looked for all the same', async () => {
    const result = await scanForSecrets({
      ...{ folder: folderOf({ a: token }), files: ['a'], patterns, secrets, maxFileBytes: 100_000 },
      library: undefined,
    });
    expect(result).toMatchObject({ byLibrary: false, found: [{ pattern: 'GitHub token' }] });
    const policy = { allow: [], maxFileBytes: 100_000 } as unknown as Parameters<typeof judgeSecrets>[1];
    const checks = judgeSecrets({ ...result, found: [] }, policy, new Date('2026-11-22'));
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ['tracked files', 'passed'],
      ['secretlint', 'warned'],
    ]);
  });
});

describe('what is not searched', () => {
  test('is counted: files without text, links, submodules, files that were deleted', async () => {
    const folder = folderOf({ text: 'nothing', picture: `\0${token}` });
    symlinkSync('text', path.join(folder, 'link'));
    mkdirSync(path.join(folder, 'module'));
    const result = await scan(folder, ['text', 'picture', 'link', 'module', 'deleted']);
    expect(result).toEqual({ found: [], searched: 1, passedOver: 4, unread: [], byLibrary: true });
  });

  test('is named where it is too large', async () => {
    const { unread, searched } = await scan(folderOf({ large: 'x'.repeat(100_001) }), ['large']);
    expect([unread, searched]).toEqual([[{ file: 'large', why: 'it has 100001 bytes, more than 100000' }], 0]);
  });
});

test.each([
  ['a public Stripe key', `pk_live_${'4eC39HqLyjWDarjt'}`],
  ['a variable in the place of a password', `postgres://shop:${'$'}{DB_PASSWORD}@db.example/shop`],
  ['a key that is named only', 'begins with sk_live_ or ghp_'],
])('%s is no secret', async (_, text) => {
  expect((await scan(folderOf({ a: text }), ['a'])).found).toEqual([]);
});
