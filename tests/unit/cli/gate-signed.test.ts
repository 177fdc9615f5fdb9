/** `gate10 gate --key`: the summary of a decision is signed, and a replay says by whom. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { gateDecisionSchema } from '../../../src/release/gate/schema.ts';
import { PEOPLE, sshKey } from '../release/sign-off-stand.ts';
import { type ReleaseStand, releaseStand } from './release-stand.ts';

const SIGNED = /signed by bob@example\.com, key SHA256:/;

async function withManifest(): Promise<ReleaseStand> {
  const stand = await releaseStand();
  for (const args of [['scorecard'], ['manifest', '--release', 'v1.4.0']])
    expect(await stand.gate10(...args)).toMatchObject({ code: 0, stderr: '' });
  return stand;
}

/** An approval is missing: blocked, and signed all the same. */
async function decide(
  stand: ReleaseStand,
  key: string,
): Promise<{ id: string; stderr: string; file(name: string): string }> {
  const { code, stdout, stderr } = await stand.gate10('gate', '--json', '--key', key);
  expect(code, stderr).toBe(1);
  const { id } = gateDecisionSchema.parse(JSON.parse(stdout));
  return { id, stderr, file: (name) => path.join('.gate10/decisions', id, name) };
}

it('signs exactly the summary, and a replay names who signed and finds what was changed since', async () => {
  const stand = await withManifest();
  const read = (file: string): string => readFileSync(path.join(stand.folder, file), 'utf8');
  const { id, stderr, file } = await decide(stand, 'keys/bob.pem');
  expect(stderr).toBe('');
  const envelope = read(file('vsa.dsse.json'));
  const { payloadType, payload } = JSON.parse(envelope) as { payloadType: string; payload: string };
  expect(payloadType).toBe('application/vnd.in-toto+json');
  expect(Buffer.from(payload, 'base64').toString()).toBe(read(file('vsa.intoto.json')));
  const replay = () => stand.gate10('gate', 'replay', id);
  expect(await replay()).toMatchObject({ code: 1, stderr: '', stdout: expect.stringMatching(SIGNED) });

  // without its signature it is another history
  const other = await decide(stand, 'keys/bob.pem');
  for (const [name, text] of [
    ['vsa.dsse.json', envelope.replace(/"sig": "./, '"sig": "~')],
    ['vsa.dsse.json', envelope.replace(/"keyid": "[^"]*"/, '"keyid": ""')],
    ['vsa.dsse.json', read(other.file('vsa.dsse.json'))],
    ['vsa.dsse.json', ''],
    ['vsa.intoto.json', read(file('vsa.intoto.json')).replace('"FAILED"', '"PASSED"')],
  ] as const) {
    const before = read(file(name));
    stand.write(file(name), text);
    expect(await replay(), `${name}: ${text}`).toMatchObject({ code: 70, stdout: '' });
    stand.write(file(name), before);
  }
  expect((await replay()).code).toBe(1);
  rmSync(path.join(stand.folder, file('vsa.dsse.json')));
  expect(await replay()).toMatchObject({ code: 2, stderr: expect.stringContaining('vsa.dsse.json is not there') });
});

it('says that nobody is known by a key, here and in every replay, and decides the same', async () => {
  const stand = await withManifest();
  stand.write('keys/mallory.pem', PEOPLE.mallory.key.export({ type: 'pkcs8', format: 'pem' }) as string);
  const { id, stderr } = await decide(stand, 'keys/mallory.pem');
  const said = /signed, but by whom is not verified: nobody is known by the key SHA256:/;
  expect(stderr).toMatch(said);
  expect(await stand.gate10('gate', 'replay', id)).toMatchObject({ code: 1, stdout: expect.stringMatching(said) });
  expect(await stand.gate10('gate', 'replay', id, '--json')).toMatchObject({ stderr: expect.stringMatching(said) });

  const signed = await decide(stand, 'keys/bob.pem');
  rmSync(path.join(stand.folder, 'contracts/allowed_signers'));
  expect(await stand.gate10('gate', 'replay', signed.id)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(said),
  });
  stand.write('contracts/allowed_signers', 'bob@example.com not-a-key\n');
  expect((await stand.gate10('gate', 'replay', signed.id)).code).toBe(2);
});

it('signs with a key of SSH', async () => {
  const stand = await withManifest();
  mkdirSync(path.join(stand.folder, 'keys'), { recursive: true });
  const { line } = sshKey(path.join(stand.folder, 'keys'), 'bob@example.com');
  stand.write('contracts/allowed_signers', `${line}\n`);
  const { id, stderr } = await decide(stand, 'keys/bob@example.com');
  expect(stderr).toBe('');
  expect(await stand.gate10('gate', 'replay', id)).toMatchObject({ code: 1, stdout: expect.stringMatching(SIGNED) });
});

it('decides nothing with a key that does not sign, and shows nothing of it', async () => {
  const stand = await withManifest();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const text = rsa.export({ type: 'pkcs8', format: 'pem' }) as string;
  stand.write('keys/rsa.pem', text);
  stand.write('keys/garbage', 'no key at all\n');
  stand.write('keys/half', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n');
  for (const key of ['keys/none', 'keys/rsa.pem', 'keys/garbage', 'keys/half', 'keys']) {
    const { code, stdout, stderr } = await stand.gate10('gate', '--key', key);
    expect({ code, stdout }, key).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(key);
    expect(stderr).not.toContain(text.split('\n')[3]);
  }
  expect(existsSync(path.join(stand.folder, '.gate10/decisions'))).toBe(false);
  expect((await stand.gate10('gate', 'list')).stdout).toBe('');
});

it('says that nothing is signed where there is no manifest', async () => {
  const stand = await releaseStand();
  const { code, stderr } = await stand.gate10('gate', '--key', 'keys/bob.pem');
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: 'Nothing was signed: without a manifest there is no summary.\n',
  });
});
