/** What `gate10 approve` and `gate10 waive` share: the manifest, the key, the signature, and that nothing is written that would not count. */
import path from 'node:path';
import { loadPolicy } from '../contract/load-policy.ts';
import { createRedactor } from '../contract/redact.ts';
import { principalSchema, type ReleasePolicy } from '../contract/release-policy-schema.ts';
import { InputError, type Problem } from '../errors.ts';
import { runProcess } from '../probe/run-process.ts';
import { loadSecretPatterns } from '../probe/served/bundle-secrets.ts';
import { createOptionReader, type OptionReader, type Options } from '../record/import/option-reader.ts';
import { shown, wrong } from '../record/import/read-field.ts';
import { createTextCleaner } from '../record/import/told-text.ts';
import type { Signer } from '../release/attest/allowed-signers.ts';
import { preAuthEncoding, readEnvelope, writeEnvelope } from '../release/attest/dsse.ts';
import { envelopeFile, writeEnvelopeFile } from '../release/attest/envelope-files.ts';
import {
  type ApprovalClaims,
  PAYLOAD_TYPE,
  type SignedStatement,
  signedStatementSchema,
} from '../release/attest/schema.ts';
import type { SigningKey } from '../release/attest/signing-key.ts';
import { fingerprintOf } from '../release/attest/ssh-wire.ts';
import { toPayload } from '../release/attest/statement.ts';
import { verifyEnvelope } from '../release/attest/verify-envelope.ts';
import { type Collected, collectSigned, judgeSignOff } from '../release/read-sign-off.ts';
import type { SignOff } from '../release/sign-off-schema.ts';
import { type CliContext, contractsDir } from './context.ts';
import { declaredSecrets } from './declared-secrets.ts';
import { openKey } from './open-key.ts';

export const DEFAULT_MANIFEST = 'release-manifest.json';

/** What every statement says; the rest is the command's. */
export type CommonClaims = Pick<
  ApprovalClaims,
  'system' | 'release' | 'environment' | 'approver' | 'role' | 'signedAt'
>;
export type Compose = (manifestSha256: string, common: CommonClaims) => SignedStatement;

export interface SignedNow {
  /** relative to the folder of the manifest */
  readonly file: string;
  readonly statement: SignedStatement;
  readonly keyid: string;
  /** how the release stands now */
  readonly signOff: SignOff;
}

/** `read` takes the command's own options. Throws InputError: then nothing was written. */
export async function signStatement(
  options: Options,
  context: CliContext,
  read: (reader: OptionReader, policy: ReleasePolicy) => Compose,
): Promise<SignedNow> {
  const now = context.now();
  const { release: policy } = loadPolicy(contractsDir(context));
  const clean = createTextCleaner(createRedactor(declaredSecrets(context)), loadSecretPatterns());
  const reader = createOptionReader(options, clean, now);
  const role = reader.required(
    'role',
    reader.slug,
    `one of ${Object.keys(policy.approvals.roles).join(', ') || 'release.approvals.roles in contracts/policy.yaml'}`,
  );
  const as = readPrincipal(reader, options);
  const compose = read(reader, policy);
  if (reader.problems.length > 0) throw new InputError(reader.problems);

  const shownAs = textOf(options, 'manifest') ?? DEFAULT_MANIFEST;
  const manifestFile = path.resolve(context.cwd, shownAs);
  const collected = await collectSigned({
    manifestFile,
    shownAs,
    contractsDir: contractsDir(context),
    policy: { release: policy },
    now,
    run: runProcess,
    programPath: context.env['PATH'],
  });
  const key = await openKey(textOf(options, 'key'), context);
  const { system, release, environment } = collected.target.manifest;
  const approver = as ?? ownerOf(key, collected.signers);
  const common = { system, release, environment, approver, role, signedAt: now.toISOString() };
  const statement = checked(compose(collected.target.sha256, common));

  const payload = toPayload(statement);
  const { signature, keyid } = await key.sign(preAuthEncoding(PAYLOAD_TYPE, payload));
  const text = writeEnvelope(payload, signature, keyid);
  const file = envelopeFile(statement, payload);
  const signOff = await tryOut({ text, file, statement }, collected, { policy, now }, context);
  writeEnvelopeFile(manifestFile, file, text);
  return { file, statement, keyid, signOff };
}

/** Reads back, verifies and judges what was signed, as everybody else will. */
async function tryOut(
  { text, file, statement }: { readonly text: string; readonly file: string; readonly statement: SignedStatement },
  collected: Collected,
  rules: { readonly policy: ReleasePolicy; readonly now: Date },
  { env }: CliContext,
): Promise<SignOff> {
  const read = readEnvelope(text, file);
  if (!read.ok) throw new InputError(read.problems);
  const tool = { run: runProcess, env: { PATH: env['PATH'], LC_ALL: 'C' } };
  const result = await verifyEnvelope(read.envelope, statement, {
    ...tool,
    signers: collected.signers,
    now: rules.now,
  });
  if (result.outcome === 'unverifiable') throw new InputError([refusal('unverifiable', result.why)]);
  if (result.outcome === 'refused') throw new InputError([refusal(result.code, result.why)]);
  const others = collected.verified.filter((one) => one.file !== file);
  const verified = [...others, { file, statement, signer: result.signer, key: result.key }];
  const signOff = judgeSignOff({ ...collected, verified }, rules);
  const wrong = signOff.refused.find((one) => one.file === file);
  if (wrong !== undefined) throw new InputError([refusal(wrong.code, wrong.why)]);
  return signOff;
}

function refusal(code: string, why: string): Problem {
  const expected = 'what contracts/policy.yaml and contracts/allowed_signers allow';
  return { code, what: `nothing was written, because it would not count: ${why}`, expected };
}

/** Whose key it is, as allowed_signers says. */
function ownerOf({ publicKey }: SigningKey, signers: readonly Signer[]): string {
  const signer = publicKey && signers.find(({ key }) => key.equals(publicKey));
  if (signer !== undefined) return signer.principal;
  if (publicKey === undefined) {
    const what = 'whose key this is cannot be seen without its passphrase';
    throw new InputError([{ code: 'option-as', what, expected: 'the .pub file beside it, or --as <principal>' }]);
  }
  const what = `the key ${fingerprintOf(publicKey)} is not in contracts/allowed_signers`;
  const fix = 'Have its line added there, by the review that this file goes through.';
  throw new InputError([{ code: 'unknown-signer', what, expected: 'a key that is known there', fix }]);
}

function readPrincipal(reader: OptionReader, options: Options): string | undefined {
  const as = textOf(options, 'as');
  if (as !== undefined && !principalSchema.safeParse(as).success)
    reader.add('as', wrong(`${shown(as)} is no principal`, 'an e-mail address of contracts/allowed_signers'));
  return as;
}

/** The last look before a key is used: what is signed is what can be read. */
function checked(statement: SignedStatement): SignedStatement {
  const result = signedStatementSchema.safeParse(statement);
  if (result.success) return result.data;
  throw new InputError(
    result.error.issues.map(({ path: at, message }) => ({ code: 'statement', path: at.join('.'), what: message })),
  );
}

export function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}
