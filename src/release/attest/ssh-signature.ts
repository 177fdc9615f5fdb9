/**
 * Signatures of SSH keys (OpenSSH PROTOCOL.sshsig), made and verified by ssh-keygen: also those of an agent, of a key with a
 * passphrase and of a hardware key. It runs by its arguments, and reads what is signed from its standard input.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { guarded } from '../../ledger/own-fault.ts';
import type { ProcessResult, RunProcess } from '../../probe/run-process.ts';
import type { Signer } from './allowed-signers.ts';

/** Part of every signature: one made for git, or for files, is none here. */
export const NAMESPACE = 'gate10@v1';

export interface SshTool {
  readonly run: RunProcess;
  /** PATH for ssh-keygen; for signing also what it takes to reach an agent or to ask for a passphrase. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type SshSigned =
  | { readonly ok: true; readonly signature: Buffer }
  | { readonly ok: false; readonly why: string };

export type SshVerified =
  | { readonly outcome: 'good' }
  | { readonly outcome: 'bad'; readonly why: string }
  /** It cannot be said here. */
  | { readonly outcome: 'unverifiable'; readonly why: string };

/** A person may have to type a passphrase, or to touch a key. */
const SIGN_MS = 120_000;
const VERIFY_MS = 10_000;
const MAX_BYTES = 1_000_000;
const PROGRAM = 'ssh-keygen';
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** `keyFile`: a private key, or a public one whose private half an agent holds. */
export async function signWithSsh(keyFile: string, message: Uint8Array, { run, env }: SshTool): Promise<SshSigned> {
  const args = ['-Y', 'sign', '-n', NAMESPACE, '-f', keyFile];
  const options = { cwd: path.dirname(keyFile), env, timeoutMs: SIGN_MS, maxBytes: MAX_BYTES, input: message };
  const result = await run(PROGRAM, args, options);
  if (result.code !== 0) return { ok: false, why: whyNot(result) };
  const signature = fromArmor(result.stdout.toString('latin1'));
  return signature === undefined ? { ok: false, why: `${PROGRAM} wrote no signature` } : { ok: true, signature };
}

/** Whether exactly this key made the signature. Its namespaces and times are the caller's. Throws OwnFaultError without a folder for temporary files. */
export async function verifyWithSsh(
  signer: Pick<Signer, 'principal' | 'type' | 'key'>,
  message: Uint8Array,
  signature: Uint8Array,
  { run, env }: SshTool,
): Promise<SshVerified> {
  const folder = guarded('make a temporary folder', () => mkdtempSync(path.join(os.tmpdir(), 'gate10-signature-')));
  try {
    const { principal, type, key } = signer;
    guarded('write a temporary file', () => {
      writeFileSync(path.join(folder, 'signers'), `${principal} ${type} ${key.toString('base64')}\n`, { mode: 0o600 });
      writeFileSync(path.join(folder, 'signature'), toArmor(signature), { mode: 0o600 });
    });
    const args = ['-Y', 'verify', '-n', NAMESPACE, '-I', principal, '-f', 'signers', '-s', 'signature'];
    const options = { cwd: folder, env, timeoutMs: VERIFY_MS, maxBytes: MAX_BYTES, input: message };
    return toVerified(await run(PROGRAM, args, options), principal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What ssh-keygen says of a signature that is not good; anything else may be its own trouble. */
const BAD =
  /could not verify signature|signature verification failed|incorrect signature|parse signature|not a signature/i;

function toVerified(result: ProcessResult, principal: string): SshVerified {
  const said = result.stdout.toString('utf8');
  if (result.code === 0 && said.startsWith(`Good "${NAMESPACE}" signature for ${principal} `))
    return { outcome: 'good' };
  if (result.code !== undefined && BAD.test(`${said}\n${result.stderr}`))
    return { outcome: 'bad', why: 'the signature was not made by this key over these words' };
  return { outcome: 'unverifiable', why: whyNot(result) };
}

function whyNot({ error, code, stdout, stderr }: ProcessResult): string {
  if (error === 'not-found') return `${PROGRAM} is not installed, or not on PATH (OpenSSH 8.2 or newer)`;
  if (error !== undefined) return `${PROGRAM} did not come to its end (${error})`;
  const said = [stderr, stdout.toString('utf8')].join('\n').trim().split('\n')[0]?.slice(0, 300) ?? '';
  return `${PROGRAM} ended with ${code}${said === '' ? '' : `: ${said}`}`;
}

function toArmor(signature: Uint8Array): string {
  const lines =
    Buffer.from(signature)
      .toString('base64')
      .match(/.{1,70}/g) ?? [];
  return [BEGIN, ...lines, END, ''].join('\n');
}

function fromArmor(text: string): Buffer | undefined {
  const start = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (start < 0 || end < start) return undefined;
  return Buffer.from(text.slice(start + BEGIN.length, end).replaceAll(/\s/g, ''), 'base64');
}
