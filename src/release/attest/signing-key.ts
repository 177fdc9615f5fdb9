/** The key that a person signs with: one of SSH, in a file or with an agent, or ed25519 in PEM. */
import path from 'node:path';
import { readSource } from '../../contract/yaml-source.ts';
import { InputError, type Problem } from '../../errors.ts';
import { readEd25519Key, signEd25519 } from './ed25519.ts';
import { type SshTool, signWithSsh } from './ssh-signature.ts';
import { fingerprintOf, fromEd25519Key, keyOfSshSignature, typeOfKey } from './ssh-wire.ts';

export interface SigningKey {
  /** In SSH's binary form; undefined = it cannot be read without a passphrase. */
  readonly publicKey: Buffer | undefined;
  /** Throws InputError. */
  readonly sign: (message: Uint8Array) => Promise<{ readonly signature: Buffer; readonly keyid: string }>;
}

const MAX_KEY_BYTES = 65_536;
/** The form of PKCS #8 (RFC 5958), as `openssl genpkey -algorithm ed25519` writes it. */
const PKCS8 = /^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/;

/** `file` is absolute; `shownAs` is how problems name it. Nothing of its content is ever shown. Throws InputError. */
export async function openSigningKey(file: string, shownAs: string, tool: SshTool): Promise<SigningKey> {
  const source = readSource(file, shownAs, MAX_KEY_BYTES);
  if (!source.ok) throw new InputError(source.problems.map(withAdvice));
  if (PKCS8.test(source.text)) return openPem(source.text, shownAs);
  return {
    publicKey: readPublicKey(source.text) ?? readPublicKeyFile(`${file}.pub`) ?? (await askForPublicKey(file, tool)),
    sign: async (message) => {
      const signed = await signWithSsh(file, message, tool);
      const key = signed.ok ? keyOfSshSignature(signed.signature) : undefined;
      if (signed.ok && key !== undefined) return { signature: signed.signature, keyid: fingerprintOf(key) };
      const what = `nothing was signed: ${signed.ok ? 'what ssh-keygen wrote is no signature' : signed.why}`;
      throw new InputError([{ code: 'signing-key', file: shownAs, what, expected: 'a key of SSH, or ed25519 in PEM' }]);
    },
  };
}

function openPem(text: string, shownAs: string): SigningKey {
  const key = readEd25519Key(text);
  const publicKey = key && fromEd25519Key(key);
  if (key === undefined || publicKey === undefined) {
    const what = 'the key cannot be used';
    const expected = 'ed25519, without a passphrase; for one with a passphrase, take a key of SSH';
    throw new InputError([{ code: 'signing-key', file: shownAs, what, expected }]);
  }
  return {
    publicKey,
    sign: async (message) => ({ signature: signEd25519(key, message), keyid: fingerprintOf(publicKey) }),
  };
}

/** `ssh-ed25519 AAAA… comment`; undefined = the text is no public key. */
function readPublicKey(text: string): Buffer | undefined {
  const [type, encoded = ''] = text.trim().split(/\s+/, 2);
  const key = Buffer.from(encoded, 'base64');
  return typeOfKey(key) === type ? key : undefined;
}

function readPublicKeyFile(file: string): Buffer | undefined {
  const source = readSource(file, path.basename(file), MAX_KEY_BYTES);
  return source.ok ? readPublicKey(source.text) : undefined;
}

const ASK_MS = 10_000;

/** Without a passphrase, so that nobody is asked for it twice. */
async function askForPublicKey(file: string, { run, env }: SshTool): Promise<Buffer | undefined> {
  const options = { cwd: path.dirname(file), env, timeoutMs: ASK_MS, maxBytes: MAX_KEY_BYTES };
  const { code, stdout } = await run('ssh-keygen', ['-y', '-P', '', '-f', file], options);
  return code === 0 ? readPublicKey(stdout.toString('latin1')) : undefined;
}

function withAdvice(problem: Problem): Problem {
  if (problem.code !== 'missing-file') return problem;
  return { ...problem, fix: 'Name the key that you sign with: --key <file>.' };
}
