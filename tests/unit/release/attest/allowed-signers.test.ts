import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keysOf, parseAllowedSigners } from '../../../../src/release/attest/allowed-signers.ts';
import { whyNotUsable } from '../../../../src/release/attest/signer-options.ts';
import { fromEd25519Key, readStrings, toEd25519Key } from '../../../../src/release/attest/ssh-wire.ts';

const newKey = (): string =>
  (fromEd25519Key(generateKeyPairSync('ed25519').publicKey) ?? Buffer.alloc(0)).toString('base64');
const KEY = newKey();
const OTHER = newKey();

test('lines with options, comments, white space and Windows line ends are read', () => {
  const text = `# people\r\n\r\n  bob@example.com   ssh-ed25519 ${KEY} bob's laptop\r\ncarol@example.com namespaces="gate10@v1,git",valid-before="20270131Z" ssh-ed25519 ${OTHER}\n`;
  expect(parseAllowedSigners(text, 'x')).toMatchObject({
    ok: true,
    signers: [
      { principal: 'bob@example.com', type: 'ssh-ed25519', line: 3 },
      { namespaces: ['gate10@v1', 'git'], validBefore: Date.parse('2027-01-31T00:00:00Z'), line: 4 },
    ],
  });
});

test('a person may have several keys, and is found in any letters', () => {
  const read = parseAllowedSigners(`bob@example.com ssh-ed25519 ${KEY}\nbob@example.com ssh-ed25519 ${OTHER}\n`, 'x');
  expect(read.ok && keysOf(read.signers, 'Bob@Example.com')).toHaveLength(2);
});

test.each<[string, string, RegExp]>([
  ['a pattern', `*@example.com ssh-ed25519 ${KEY}`, /a pattern would let one key/],
  ['a pattern of one letter', `b?b@example.com ssh-ed25519 ${KEY}`, /a pattern would let one key/],
  ['two principals', `bob@example.com,carol@example.com ssh-ed25519 ${KEY}`, /given to several/],
  ['no address', `bob ssh-ed25519 ${KEY}`, /names no signer/],
  ['an option in the place of a name', `-oProxyCommand ssh-ed25519 ${KEY}`, /names no signer/],
  ['a key alone', `ssh-ed25519 ${KEY}`, /names no signer/],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', /names no signer/],
  ['an authority', `bob@example.com cert-authority ssh-ed25519 ${KEY}`, /certificate authorities/],
  ['an unknown option', `bob@example.com no-touch-required ssh-ed25519 ${KEY}`, /an option is not known/],
  ['a pattern of namespaces', `bob@example.com namespaces="gate10*" ssh-ed25519 ${KEY}`, /holds a pattern/],
  ['a time without a zone', `bob@example.com valid-before="20270131" ssh-ed25519 ${KEY}`, /no time in UTC/],
  ['a day that does not exist', `bob@example.com valid-after="20260230Z" ssh-ed25519 ${KEY}`, /no time in UTC/],
  ['an option twice', `bob@example.com namespaces="a",namespaces="b" ssh-ed25519 ${KEY}`, /is there twice/],
  ['an open quote', `bob@example.com namespaces="a ssh-ed25519 ${KEY}`, /no key of a type/],
  ['a certificate', `bob@example.com ssh-ed25519-cert-v01@openssh.com ${KEY}`, /no key of a type/],
  ['a key of DSA', `bob@example.com ssh-dss ${KEY}`, /no key of a type/],
  ['a key that says another type', `bob@example.com ecdsa-sha2-nistp256 ${KEY}`, /not a whole ecdsa/],
  ['half a key', `bob@example.com ssh-ed25519 ${KEY.slice(0, 40)}`, /not a whole ssh-ed25519/],
  ['no key', 'bob@example.com ssh-ed25519', /not a whole ssh-ed25519/],
  ['a line without end', `bob@example.com ssh-ed25519 ${'A'.repeat(30_000)}`, /names no signer/],
])('%s is refused with its line, and never shown', (_, line, said) => {
  const read = parseAllowedSigners(`# first\n${line}\n`, 'contracts/allowed_signers');
  if (read.ok) throw new Error('The line was accepted.');
  expect(read.problems).toMatchObject([{ code: 'allowed-signers', file: 'contracts/allowed_signers', line: 2 }]);
  expect(read.problems[0]?.what).toMatch(said);
  expect(JSON.stringify(read.problems)).not.toContain(KEY.slice(0, 40));
});

describe('one key counts for one person', () => {
  test.each([
    [
      'under two names',
      `bob@example.com ssh-ed25519 ${KEY}\ncarol@example.com ssh-ed25519 ${KEY}\n`,
      /in line 1 already/,
    ],
    [
      'under one name twice',
      `bob@example.com ssh-ed25519 ${KEY}\nbob@example.com ssh-ed25519 ${KEY}\n`,
      /in line 1 already/,
    ],
    [
      'under two spellings',
      `bob@example.com ssh-ed25519 ${KEY}\nBob@example.com ssh-ed25519 ${OTHER}\n`,
      /spells this principal otherwise/,
    ],
  ])('and is refused %s', (_, text, said) => {
    const read = parseAllowedSigners(text, 'x');
    expect(read.ok ? '' : read.problems[0]?.what).toMatch(said);
  });
});

test.each([
  ['in its namespace and time', {}, true],
  ['in another namespace', { namespaces: ['git'] }, false],
  ['too early', { validAfter: Date.parse('2026-11-22T12:00:00.001Z') }, false],
  ['at the last moment', { validBefore: Date.parse('2026-11-22T12:00:00Z') }, true],
  ['too late', { validBefore: Date.parse('2026-11-22T11:59:59.999Z') }, false],
])('a key is used %s', (_, options, isUsable) => {
  const why = whyNotUsable(options, 'gate10@v1', new Date('2026-11-22T12:00:00.000Z'));
  expect(why === undefined).toBe(isUsable);
});

test('a key goes from node:crypto to SSH and back', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const wire = fromEd25519Key(publicKey) ?? Buffer.alloc(0);
  expect(toEd25519Key(wire)?.equals(publicKey)).toBe(true);
  expect(toEd25519Key(wire.subarray(0, -1))).toBeUndefined();
  expect(toEd25519Key(Buffer.concat([wire, wire]))).toBeUndefined();
  expect(readStrings(Buffer.from([0, 0, 0, 9, 1]))).toBeUndefined();
});
