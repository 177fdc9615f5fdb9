/** Whose signature stands over a verification summary: somebody's who is known, a stranger's, or nobody's. */
import { expect, test } from 'vitest';
import { OwnFaultError } from '../../../../src/errors.ts';
import { runProcess } from '../../../../src/probe/run-process.ts';
import { parseAllowedSigners } from '../../../../src/release/attest/allowed-signers.ts';
import { preAuthEncoding, writeEnvelope } from '../../../../src/release/attest/dsse.ts';
import { signEd25519 } from '../../../../src/release/attest/ed25519.ts';
import { PAYLOAD_TYPE } from '../../../../src/release/attest/schema.ts';
import { fingerprintOf, fromEd25519Key } from '../../../../src/release/attest/ssh-wire.ts';
import { type SummaryVerifier, signSummary, verifySummary } from '../../../../src/release/gate/sign-summary.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { PEOPLE, SIGNERS, sshKey, sshSign } from '../sign-off-stand.ts';

const SUMMARY = '{\n  "_type": "https://in-toto.io/Statement/v1"\n}\n';
const AT = '2026-11-22T09:00:00.000Z';
const message = preAuthEncoding(PAYLOAD_TYPE, Buffer.from(SUMMARY));
type Person = (typeof PEOPLE)[keyof typeof PEOPLE];
const keyidOf = ({ key }: Person): string => fingerprintOf(fromEd25519Key(key) ?? Buffer.alloc(0));

function verifier(allowed: string, path = process.env['PATH']): SummaryVerifier {
  const read = parseAllowedSigners(allowed, 'allowed_signers');
  if (!read.ok) throw new Error('These signers are wrong.');
  return { signers: read.signers, run: runProcess, env: { PATH: path, LC_ALL: 'C' } };
}

const verify = (text: string, allowed = SIGNERS, path?: string) =>
  verifySummary({ text, file: 'vsa.dsse.json' }, { summary: SUMMARY, at: AT }, verifier(allowed, path));
const envelope = (signature: Buffer, keyid = '', summary = SUMMARY) =>
  writeEnvelope(Buffer.from(summary), signature, keyid);
const plain = (person: Person) => envelope(signEd25519(person.key, message), keyidOf(person));
const spoilt = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[copy.length - 5] = (copy[copy.length - 5] ?? 0) ^ 1;
  return copy;
};

test('what is signed is exactly the summary, and read back it is of who signed it', async () => {
  const text = await signSummary(SUMMARY, async (signed) => {
    expect(Buffer.from(signed).toString()).toBe(`DSSEv1 28 application/vnd.in-toto+json ${SUMMARY.length} ${SUMMARY}`);
    return { signature: signEd25519(PEOPLE.bob.key, signed), keyid: keyidOf(PEOPLE.bob) };
  });
  const { payloadType, payload } = JSON.parse(text) as { payloadType: string; payload: string };
  expect(payloadType).toBe('application/vnd.in-toto+json');
  expect(Buffer.from(payload, 'base64').toString()).toBe(SUMMARY);
  expect(await verify(text)).toEqual({ outcome: 'verified', signer: 'bob@example.com', key: keyidOf(PEOPLE.bob) });
});

test('of a known key it does not need to be told which', async () => {
  expect(await verify(envelope(signEd25519(PEOPLE.carol.key, message), 'SHA256:another'))).toMatchObject({
    outcome: 'verified',
    signer: 'carol@example.com',
  });
});

test.each([
  ['a stranger', SIGNERS],
  ['anybody, where nobody is known', ''],
])('that of %s is said to be unverified', async (_, allowed) => {
  expect(await verify(plain(PEOPLE.mallory), allowed)).toEqual({
    outcome: 'unverified',
    why: `nobody is known by the key ${keyidOf(PEOPLE.mallory)} in contracts/allowed_signers`,
  });
});

const bobWith = (options: string): string => PEOPLE.bob.line.replace(' ', ` ${options} `);

test.each([
  ['was not valid yet', bobWith('valid-after="20261123Z"'), /valid from 2026-11-23/],
  ['was not valid any more', bobWith('valid-before="20261121Z"'), /valid until 2026-11-21/],
  ['may sign something else', bobWith('namespaces="git"'), /may not sign in "gate10@v1"/],
])('that of a key that %s is said to be unverified', async (_, allowed, why) => {
  expect(await verify(plain(PEOPLE.bob), allowed)).toEqual({ outcome: 'unverified', why: expect.stringMatching(why) });
});

test('a key that was valid when it was decided is valid for it ever after', async () => {
  expect(await verify(plain(PEOPLE.bob), bobWith('valid-before="20261123Z"'))).toMatchObject({ outcome: 'verified' });
});

const good = () => signEd25519(PEOPLE.bob.key, message);

test.each<[string, string, RegExp]>([
  ['a signature that was changed', envelope(spoilt(good()), keyidOf(PEOPLE.bob)), /its signature is wrong/],
  [
    'a signature over something else',
    envelope(signEd25519(PEOPLE.bob.key, Buffer.from(SUMMARY)), keyidOf(PEOPLE.bob)),
    /its signature is wrong/,
  ],
  [
    'a stranger who says that he is known',
    envelope(signEd25519(PEOPLE.mallory.key, message), keyidOf(PEOPLE.bob)),
    /its signature is wrong/,
  ],
  ['a signature that is too short', envelope(good().subarray(0, 63), keyidOf(PEOPLE.bob)), /its signature is wrong/],
  ['another summary', envelope(good(), keyidOf(PEOPLE.bob), `${SUMMARY} `), /another summary/],
  ['another type', plain(PEOPLE.bob).replace('vnd.in-toto+json', 'json'), /is not what was signed/],
  [
    'two signatures',
    plain(PEOPLE.bob).replace('"signatures": [', '"signatures": [{"sig": "YQ=="},'),
    /is not what was signed/,
  ],
  ['a member that nobody signed', plain(PEOPLE.bob).replace('{', '{"note": "x",'), /is not what was signed/],
  ['half a file', plain(PEOPLE.bob).slice(0, 60), /is not what was signed/],
  ['nothing', '', /is not what was signed/],
  [
    'no keyid and an unknown key',
    envelope(signEd25519(PEOPLE.mallory.key, message)).replace(/"keyid": "",\s*/, ''),
    /its signature is wrong/,
  ],
])('%s is nothing to go on with', async (_, text, why) => {
  await expect(verify(text)).rejects.toThrow(OwnFaultError);
  await expect(verify(text)).rejects.toThrow(why);
});

test('a key of SSH signs as well: known, a stranger’s, changed, and where nobody can tell', async () => {
  const { file, line } = sshKey(temporaryFolder(), 'erin@example.com');
  const signature = sshSign(file, message);
  expect(await verify(envelope(signature), line)).toMatchObject({ outcome: 'verified', signer: 'erin@example.com' });
  expect(await verify(envelope(signature))).toEqual({
    outcome: 'unverified',
    why: expect.stringMatching(/^nobody is known by the key SHA256:/),
  });
  for (const allowed of [line, SIGNERS]) {
    await expect(verify(envelope(spoilt(signature)), allowed)).rejects.toThrow(/its signature is wrong/);
    await expect(verify(envelope(sshSign(file, message, 'file')), allowed)).rejects.toThrow(/its signature is wrong/);
  }
  expect(await verify(envelope(signature), line, temporaryFolder())).toEqual({
    outcome: 'unverified',
    why: expect.stringMatching(/ssh-keygen is not installed/),
  });
});

test('a type of key that would be more than a word is none, and no program gets to see it', async () => {
  const { file } = sshKey(temporaryFolder(), 'erin@example.com');
  const { line } = sshKey(temporaryFolder(), 'frank@example.com');
  const signature = sshSign(file, message);
  const wire = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const head = signature.subarray(0, 10);
  const keyEnd = 14 + signature.readUInt32BE(10);
  const key = wire(Buffer.from(`ssh-ed25519 AAAA\n${line}\nstranger x`));
  const forged = Buffer.concat([head, wire(key), signature.subarray(keyEnd)]);
  const asked: string[] = [];
  const watched: SummaryVerifier = {
    ...verifier(SIGNERS),
    run: (program, args, options) => {
      asked.push(program);
      return runProcess(program, args, options);
    },
  };
  const read = { text: envelope(forged), file: 'vsa.dsse.json' };
  await expect(verifySummary(read, { summary: SUMMARY, at: AT }, watched)).rejects.toThrow(/its signature is wrong/);
  expect(asked).toEqual([]);
});
