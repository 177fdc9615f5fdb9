/** Everything that was signed about a release, verified and judged: what a gate asks. */
import path from 'node:path';
import type { Policy } from '../contract/load-policy.ts';
import { InputError, type Problem } from '../errors.ts';
import type { RunProcess } from '../probe/run-process.ts';
import { loadAllowedSigners, type Signer } from './attest/allowed-signers.ts';
import { readEnvelopeFiles, type SignedFile } from './attest/envelope-files.ts';
import {
  APPROVAL_TYPE,
  type ApprovalStatement,
  type SignedStatement,
  WAIVER_TYPE,
  type WaiverStatement,
} from './attest/schema.ts';
import { type Verifier, verifyEnvelope } from './attest/verify-envelope.ts';
import { judgeApprovals } from './judge-approvals.ts';
import type { Rules, Signed, Target } from './judge-claims.ts';
import { coveredBy, judgeWaivers } from './judge-waivers.ts';
import { readManifest } from './manifest/read-manifest.ts';
import type { RefusedStatement, SignOff, UnverifiableStatement } from './sign-off-schema.ts';

export interface SignOffQuery {
  /** Absolute. The envelopes lie in `sign-off/` beside it. */
  readonly manifestFile: string;
  /** How problems name the manifest; its file name where it is not said. */
  readonly shownAs?: string;
  /** Absolute; `allowed_signers` lies there. */
  readonly contractsDir: string;
  readonly policy: Pick<Policy, 'release'>;
  readonly now: Date;
  readonly run: RunProcess;
  /** Where ssh-keygen is looked for: PATH of the process. */
  readonly programPath: string | undefined;
}

/** What was found beside a manifest, before anything of it is judged. */
export interface Collected {
  readonly target: Target;
  readonly signers: readonly Signer[];
  readonly verified: readonly Signed[];
  /** `signer` is who is said to have signed. */
  readonly unverifiable: readonly (Signed & { readonly why: string })[];
  readonly refused: readonly RefusedStatement[];
}

/** Throws InputError with every problem of manifest, allowed_signers and envelopes at once; OwnFaultError. */
export async function readSignOff(query: SignOffQuery): Promise<SignOff> {
  return judgeSignOff(await collectSigned(query), { policy: query.policy.release, now: query.now });
}

export async function collectSigned(query: SignOffQuery): Promise<Collected> {
  const { manifestFile, contractsDir, now, run, programPath } = query;
  const problems: Problem[] = [];
  const target = attempt(() => readManifest(manifestFile, query.shownAs ?? path.basename(manifestFile)), problems);
  const signers = attempt(() => loadAllowedSigners(contractsDir), problems);
  const files = attempt(() => readEnvelopeFiles(manifestFile), problems);
  if (target === undefined || signers === undefined || files === undefined) throw new InputError(problems);
  const verifier: Verifier = { signers, now, run, env: { PATH: programPath, LC_ALL: 'C' } };
  return { target, signers, ...(await verifyAll(files, verifier)) };
}

/**
 * Pure. A signature that cannot be verified here never counts; whether it could have made the difference decides between
 * "incomplete" and "unverifiable".
 */
export function judgeSignOff({ target, verified, unverifiable, refused }: Collected, rules: Rules): SignOff {
  const { manifest, sha256 } = target;
  const approvals = judgeApprovals(target, approvalsOf(verified), rules);
  const waivers = judgeWaivers(target, waiversOf(verified), rules);
  const all = [...verified, ...unverifiable];
  const atBest = {
    isComplete: judgeApprovals(target, approvalsOf(all), rules).isComplete,
    inForce: judgeWaivers(target, waiversOf(all), rules).inForce,
  };
  const waiversAreKnown = !atBest.inForce.some(({ file }) => unverifiable.some((one) => one.file === file));
  return {
    schema: 'gate10/sign-off/v1',
    outcome: toOutcome(approvals.isComplete, atBest.isComplete, waiversAreKnown),
    at: rules.now.toISOString(),
    system: manifest.system,
    release: manifest.release,
    environment: manifest.environment,
    commit: manifest.commit,
    manifestSha256: sha256,
    approvals: [...approvals.counted],
    missing: [...approvals.missing],
    waivers: [...waivers.inForce],
    refused: [...refused, ...approvals.refused, ...waivers.refused],
    unverifiable: unverifiable.map(toUnverifiable),
    ...(rules.policy.soloMaintainer === undefined ? {} : { soloMaintainer: rules.policy.soloMaintainer }),
  };
}

function toOutcome(isComplete: boolean, couldBeComplete: boolean, waiversAreKnown: boolean): SignOff['outcome'] {
  if (!isComplete) return couldBeComplete ? 'unverifiable' : 'incomplete';
  return waiversAreKnown ? 'complete' : 'unverifiable';
}

async function verifyAll(
  files: readonly SignedFile[],
  verifier: Verifier,
): Promise<Pick<Collected, 'verified' | 'unverifiable' | 'refused'>> {
  const verified: Signed[] = [];
  const unverifiable: Collected['unverifiable'][number][] = [];
  const refused: RefusedStatement[] = [];
  for (const { file, envelope, statement } of files) {
    const result = await verifyEnvelope(envelope, statement, verifier);
    const { approver } = statement.predicate;
    switch (result.outcome) {
      case 'verified':
        verified.push({ file, statement, signer: result.signer, key: result.key });
        break;
      case 'unverifiable':
        unverifiable.push({ file, statement, signer: approver, key: '', why: result.why });
        break;
      case 'refused':
        refused.push({ ...aboutOf(file, statement), code: result.code, why: result.why });
        break;
    }
  }
  return { verified, unverifiable, refused };
}

function aboutOf(file: string, { predicateType, predicate }: SignedStatement): Omit<UnverifiableStatement, 'why'> {
  const { approver } = predicate;
  if (predicateType === APPROVAL_TYPE) return { file, kind: 'approval', approver };
  return { file, kind: 'waiver', approver, covers: coveredBy(predicate.covers) };
}

function toUnverifiable({ file, statement, why }: Collected['unverifiable'][number]): UnverifiableStatement {
  return { ...aboutOf(file, statement), why };
}

function approvalsOf(signed: readonly Signed[]): Signed<ApprovalStatement>[] {
  return signed.flatMap((one) =>
    one.statement.predicateType === APPROVAL_TYPE ? [{ ...one, statement: one.statement }] : [],
  );
}

function waiversOf(signed: readonly Signed[]): Signed<WaiverStatement>[] {
  return signed.flatMap((one) =>
    one.statement.predicateType === WAIVER_TYPE ? [{ ...one, statement: one.statement }] : [],
  );
}

/** Remembers what is wrong, so that all of it is said at once. */
function attempt<T>(read: () => T, problems: Problem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
