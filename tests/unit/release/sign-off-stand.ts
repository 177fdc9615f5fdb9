/** A project with a release manifest, a policy, and people who sign, in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { sha256Hex } from '../../../src/contract/canonical.ts';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { runProcess } from '../../../src/probe/run-process.ts';
import { preAuthEncoding, writeEnvelope } from '../../../src/release/attest/dsse.ts';
import {
  type ApprovalClaims,
  PAYLOAD_TYPE,
  type SignedStatement,
  type WaiverClaims,
} from '../../../src/release/attest/schema.ts';
import { fromEd25519Key } from '../../../src/release/attest/ssh-wire.ts';
import { toApproval, toPayload, toWaiver } from '../../../src/release/attest/statement.ts';
import type { ReleaseManifest } from '../../../src/release/manifest/schema.ts';
import { readSignOff } from '../../../src/release/read-sign-off.ts';
import { type SignOff, signOffSchema } from '../../../src/release/sign-off-schema.ts';

export const NOW = new Date('2026-11-22T12:00:00.000Z');
const COMMIT = '1e57859aabbccddeeff00112233445566778899a';
const BEFORE = 'a'.repeat(40);

export const MANIFEST: ReleaseManifest = {
  schema: 'gate10/release-manifest/v1',
  release: '2026.11.22-1',
  system: 'shop',
  environment: 'production',
  commit: COMMIT,
  previous: { commit: BEFORE },
  authors: ['Alice Author <Alice@Example.com>'],
  artifacts: [{ path: 'dist/app.js', sha256: '0'.repeat(64), bytes: 3 }],
  configuration: { files: [], variables: { added: [], removed: [] } },
  thresholds: [],
  thresholdChanges: [],
  rollout: null,
  rollback: { target: BEFORE, automatic: true },
  migrations: [],
  scorecard: null,
  sbom: null,
  dashboards: [],
};

/** Two people have to approve: a release manager and somebody of operations. Release managers may waive, twice. */
export const POLICY = `schema: gate10/policy/v1
release:
  approvals:
    minimum: 2
    roles:
      release-manager: { members: [alice@example.com, bob@example.com, dora@example.com] }
      operations: { members: [carol@example.com, bob@example.com] }
  waivers: { maximum: 2, roles: [release-manager] }
`;

export interface Person {
  readonly principal: string;
  readonly key: KeyObject;
  /** of allowed_signers */
  readonly line: string;
}

function person(name: string): Person {
  const principal = `${name}@example.com`;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const encoded = fromEd25519Key(publicKey)?.toString('base64') ?? '';
  return { principal, key: privateKey, line: `${principal} ssh-ed25519 ${encoded}` };
}

export const PEOPLE = {
  /** wrote the release */
  alice: person('alice'),
  bob: person('bob'),
  carol: person('carol'),
  dora: person('dora'),
  /** in no file */
  mallory: person('mallory'),
};
const { alice, bob, carol, dora } = PEOPLE;
export const SIGNERS = [alice, bob, carol, dora].map(({ line }) => `${line}\n`).join('');

const COMMON = {
  system: 'shop',
  release: '2026.11.22-1',
  environment: 'production',
  approver: bob.principal,
  role: 'release-manager',
  signedAt: '2026-11-22T11:00:00.000Z',
};
const APPROVAL: ApprovalClaims = COMMON;
export const WAIVER: WaiverClaims = {
  ...COMMON,
  covers: { check: 'tls.app.hsts' },
  owner: 'Shop team',
  reason: 'The proxy adds the header with the next release.',
  expires: '2026-12-22',
};

export interface Project {
  readonly folder: string;
  readonly manifestFile: string;
  readonly contractsDir: string;
  /** of the manifest */
  readonly sha256: string;
  write(file: string, content: string | Uint8Array): void;
  /** An approval by Bob as release manager, changed like this. */
  approval(changes?: Partial<ApprovalClaims>): SignedStatement;
  /** A waiver of one check by Bob as release manager, changed like this. */
  waiver(changes?: Partial<WaiverClaims>): SignedStatement;
  /** Puts an envelope into sign-off/; by the person named, unless it is said whose key signs. */
  put(name: string, statement: SignedStatement, key?: KeyObject): void;
  read(now?: Date, programPath?: string): Promise<SignOff>;
}

interface Given {
  readonly policy?: string;
  readonly signers?: string;
  readonly manifest?: Partial<ReleaseManifest>;
}

/** Removed after the test. */
export function project({ policy: policyText = POLICY, signers = SIGNERS, manifest = {} }: Given = {}): Project {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-sign-off-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, content: string | Uint8Array): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  };
  const text = `${JSON.stringify({ ...MANIFEST, ...manifest }, null, 2)}\n`;
  const sha256 = sha256Hex(text);
  const contractsDir = path.join(folder, 'contracts');
  const manifestFile = path.join(folder, 'release-manifest.json');
  write('release-manifest.json', text);
  write('contracts/policy.yaml', policyText);
  write('contracts/allowed_signers', signers);
  return {
    folder,
    manifestFile,
    contractsDir,
    sha256,
    write,
    approval: (changes = {}) => toApproval(sha256, { ...APPROVAL, ...changes }),
    waiver: (changes = {}) => toWaiver(sha256, { ...WAIVER, ...changes }),
    put: (name, statement, key = keyOf(statement)) => write(`sign-off/${name}.dsse.json`, envelopeOf(statement, key)),
    read: async (now = NOW, programPath = process.env['PATH'] ?? '') => {
      const policy = loadPolicy(contractsDir);
      const signOff = await readSignOff({ manifestFile, contractsDir, policy, now, run: runProcess, programPath });
      // what is published is what is given
      return signOffSchema.parse(signOff);
    },
  };
}

/** Bob as release manager and Carol of operations: complete. */
export function approveByAll({ put, approval }: Project): void {
  put('bob', approval());
  put('carol', approval({ approver: carol.principal, role: 'operations' }));
}

export function envelopeOf(statement: SignedStatement, key: KeyObject = keyOf(statement)): string {
  const payload = toPayload(statement);
  return writeEnvelope(payload, sign(null, preAuthEncoding(PAYLOAD_TYPE, payload), key), '');
}

function keyOf({ predicate }: SignedStatement): KeyObject {
  const owner = Object.values(PEOPLE).find(({ principal }) => principal === predicate.approver.toLowerCase());
  return (owner ?? PEOPLE.mallory).key;
}

/** A key of SSH in a file, made by ssh-keygen without a passphrase unless one is given. */
export function sshKey(folder: string, name: string, { type = 'ed25519', passphrase = '' } = {}) {
  const file = path.join(folder, name);
  const args = ['-q', '-t', type, '-N', passphrase, '-C', name, '-f', file];
  const made = spawnSync('ssh-keygen', args, { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`ssh-keygen: ${made.error?.message ?? made.stderr}`);
  const shown = spawnSync('ssh-keygen', ['-y', '-P', passphrase, '-f', file], { encoding: 'utf8' });
  return { file, line: `${name} ${shown.stdout.trim().split(' ').slice(0, 2).join(' ')}` };
}

/** What ssh-keygen signs with this key, as a binary SSHSIG. */
export function sshSign(keyFile: string, message: Uint8Array, namespace = 'gate10@v1'): Buffer {
  const args = ['-Y', 'sign', '-n', namespace, '-f', keyFile];
  const { stdout } = spawnSync('ssh-keygen', args, { input: message, encoding: 'latin1' });
  return Buffer.from(stdout.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
}

/** The same statement, signed with a key of SSH. */
export function sshEnvelopeOf(statement: SignedStatement, keyFile: string, namespace?: string): string {
  const payload = toPayload(statement);
  return writeEnvelope(payload, sshSign(keyFile, preAuthEncoding(PAYLOAD_TYPE, payload), namespace), '');
}
