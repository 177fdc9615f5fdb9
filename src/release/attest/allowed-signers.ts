/**
 * `contracts/allowed_signers`: whose keys count. OpenSSH's format (ssh-keygen(1), ALLOWED SIGNERS), less what would let one
 * key speak for several people: no patterns, no certificate authorities, one principal to a line, each key once.
 */
import path from 'node:path';
import { principalSchema } from '../../contract/release-policy-schema.ts';
import { readSource } from '../../contract/yaml-source.ts';
import { InputError, type Problem } from '../../errors.ts';
import { readSignerOptions, type SignerOptions } from './signer-options.ts';
import { typeOfKey } from './ssh-wire.ts';

export interface Signer extends SignerOptions {
  /** As the file spells it. */
  readonly principal: string;
  /** such as ssh-ed25519 */
  readonly type: string;
  /** The public key in SSH's binary form. */
  readonly key: Buffer;
  readonly line: number;
}

export type SignersResult =
  | { readonly ok: true; readonly signers: readonly Signer[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const FILE = 'allowed_signers';

/** Not ssh-dss, which OpenSSH has given up, and no certificates. */
const KEY_TYPES: readonly string[] = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
];

/** `contractsDir` is absolute. Throws InputError with all problems at once. */
export function loadAllowedSigners(contractsDir: string): readonly Signer[] {
  const shownAs = path.posix.join(path.basename(contractsDir), FILE);
  const source = readSource(path.join(contractsDir, FILE), shownAs);
  if (!source.ok) throw new InputError(source.problems.map(withFormat));
  const read = parseAllowedSigners(source.text, shownAs);
  if (!read.ok) throw new InputError(read.problems);
  return read.signers;
}

/** Never throws, and never shows a line: somebody may have put a private key there. `file` is how problems name the text. */
export function parseAllowedSigners(text: string, file: string): SignersResult {
  const problems: Problem[] = [];
  const signers: Signer[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    if (/^\s*(?:#|$)/.test(content)) continue;
    const read = readLine(content.trim(), line);
    const wrong = 'what' in read ? read : conflictWith(signers, read);
    if (wrong !== undefined) problems.push({ code: 'allowed-signers', file, line, ...wrong });
    else signers.push(read as Signer);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, signers };
}

/** The keys of a person, however his name is spelled. */
export function keysOf(signers: readonly Signer[], principal: string): readonly Signer[] {
  return signers.filter((signer) => isSamePrincipal(signer.principal, principal));
}

export function isSamePrincipal(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

type Wrong = Pick<Problem, 'what' | 'expected' | 'fix'>;

const FORMAT = 'an e-mail address, options if any, the type of a key, the key: bob@example.com ssh-ed25519 AAAA…';
const MAX_LINE_CHARS = 20_000;

function readLine(content: string, line: number): Signer | Wrong {
  // options hold white space in quotes only
  const [principal = '', ...rest] =
    content.length > MAX_LINE_CHARS ? [] : (content.match(/(?:"[^"]*"|[^\s"])+/g) ?? []);
  const at = rest.findIndex((part) => KEY_TYPES.includes(part));
  if (/[*?!]/.test(principal))
    return { what: 'a pattern would let one key sign as several people', expected: 'one e-mail address' };
  if (principal.includes(','))
    return {
      what: 'one key is given to several principals',
      expected: 'one person to a key',
      fix: 'Name one of them.',
    };
  if (!principalSchema.safeParse(principal).success) return { what: 'this names no signer', expected: FORMAT };
  if (at < 0 || at > 1)
    return { what: 'there is no key of a type that is known', expected: `one of ${KEY_TYPES.join(', ')}` };
  const options = readSignerOptions(at === 1 ? (rest[0] ?? '') : '');
  if ('what' in options) return options;
  const [type = '', encoded = ''] = rest.slice(at);
  const key = Buffer.from(encoded, 'base64');
  if (key.toString('base64') !== encoded || typeOfKey(key) !== type)
    return { what: `the key is not a whole ${type}`, expected: FORMAT, fix: 'Copy the line of the .pub file anew.' };
  return { principal, type, key, line, ...options };
}

/** Approvals are counted by person: a key that is two people's, or a person under two spellings, would count twice. */
function conflictWith(signers: readonly Signer[], { principal, key }: Signer): Wrong | undefined {
  const twin = signers.find((signer) => signer.key.equals(key));
  if (twin !== undefined)
    return {
      what: `the key is in line ${twin.line} already`,
      expected: 'one line for a key',
      fix: 'Remove one of them.',
    };
  const other = signers.find(
    (signer) => isSamePrincipal(signer.principal, principal) && signer.principal !== principal,
  );
  if (other === undefined) return undefined;
  return { what: `line ${other.line} spells this principal otherwise`, expected: other.principal };
}

function withFormat(problem: Problem): Problem {
  if (problem.code !== 'missing-file') return problem;
  return { ...problem, fix: `Create ${problem.file}, with a line for each key: ${FORMAT}.` };
}
