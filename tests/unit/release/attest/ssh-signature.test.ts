/** What an ssh-keygen says and how it ends decide together; whatever is neither good nor bad is not verified. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runProcess } from '../../../../src/probe/run-process.ts';
import { type SshVerified, verifyWithSsh } from '../../../../src/release/attest/ssh-signature.ts';

const SIGNER = { principal: 'bob@example.com', type: 'ssh-ed25519', key: Buffer.from('a key') };
const GOOD = 'Good "gate10@v1" signature for bob@example.com with ED25519 key SHA256:x';

/** With a program of that name in the place of ssh-keygen. What it was given lies in its folder, and is gone afterwards. */
async function verifyWith(script: string): Promise<SshVerified> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-ssh-keygen-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  vi.stubEnv('TMPDIR', folder);
  writeFileSync(path.join(folder, 'ssh-keygen'), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, 'ssh-keygen'), 0o755);
  // longer than a pipe holds, so that a program that does not read is met as well
  const message = Buffer.alloc(1_000_000, 'x');
  const tool = { run: runProcess, env: { PATH: folder } };
  const verified = await verifyWithSsh(SIGNER, message, Buffer.from('a signature'), tool);
  expect(readdirSync(folder)).toEqual(['ssh-keygen']);
  return verified;
}

test.each<[string, string, SshVerified['outcome']]>([
  ['says that it is good', `echo '${GOOD}'`, 'good'],
  ['says that it is not', 'echo "Could not verify signature."; exit 255', 'bad'],
  ['says nothing', 'exit 0', 'unverifiable'],
  ['says that it is good, and fails', `echo '${GOOD}'; exit 1`, 'unverifiable'],
  ['means another person', `echo '${GOOD.replace('bob', 'notbob')}'`, 'unverifiable'],
  ['means a longer name', `echo '${GOOD.replace('.com', '.com.example')}'`, 'unverifiable'],
  ['means another namespace', `echo '${GOOD.replace('gate10@v1', 'git')}'`, 'unverifiable'],
  ['is too old', 'echo "unknown option -- Y" >&2; exit 1', 'unverifiable'],
  ['is killed', 'echo "Could not verify signature."; kill -9 $$', 'unverifiable'],
  ['says too much', 'while :; do echo "Could not verify signature."; done', 'unverifiable'],
])('an ssh-keygen that %s', async (_, script, outcome) => {
  expect((await verifyWith(script)).outcome).toBe(outcome);
});
