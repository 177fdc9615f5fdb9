/** Everything that a release gate looks at, as data: what is not there is said, with the command that produces it. */
import path from 'node:path';
import { authorityPath } from '../contract/authority-file.ts';
import { canonicalJson, sha256Hex } from '../contract/canonical.ts';
import { loadPolicy, type Policy } from '../contract/load-policy.ts';
import { InputError } from '../errors.ts';
import type { Ledger } from '../ledger/schema.ts';
import { createGit } from '../probe/code/git.ts';
import { runProcess } from '../probe/run-process.ts';
import { obtainClaims } from '../release/gate/obtain-claims.ts';
import { obtainProof } from '../release/gate/obtain-proof.ts';
import { obtainRehearsal } from '../release/gate/obtain-rehearsal.ts';
import { obtainScorecard } from '../release/gate/obtain-scorecard.ts';
import type { GateInputs, Obtained } from '../release/gate/schema.ts';
import { lastThresholds } from '../release/gate/thresholds-before.ts';
import { compareArtifacts } from '../release/manifest/compare-artifacts.ts';
import { listThresholds } from '../release/manifest/list-thresholds.ts';
import { readArtifact } from '../release/manifest/read-artifact.ts';
import { type ReadManifest, readManifest } from '../release/manifest/read-manifest.ts';
import { readSignOff, type SignOffQuery } from '../release/read-sign-off.ts';
import { askMetrics } from './ask-metrics.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';

export interface GateQuestion {
  readonly id: string;
  readonly traceId: string;
  /** of whoever asked */
  readonly parentSpanId: string | undefined;
  readonly gate10: string;
  readonly environment: string;
  readonly system: string;
  /** absolute */
  readonly manifestFile: string;
  readonly commit: string | undefined;
}

/** Throws InputError for a manifest or a policy that is there and wrong; what is only missing is part of the inputs. */
export async function readGateInputs(question: GateQuestion, ledger: Ledger, context: CliContext): Promise<GateInputs> {
  const { id, traceId, parentSpanId, gate10, environment, system, commit } = question;
  const contracts = contractsDir(context);
  const policy = loadPolicy(contracts);
  const now = context.now();
  const read = readIfThere(question.manifestFile);
  const { metrics: named = [] } = policy.gate;
  const asked = named.length === 0 ? undefined : await askMetrics(named, environment, context);
  const rules = { ...toRules(policy), ...(asked && { metrics: [...asked.declared] }) };
  const noManifest = { state: 'missing', why: 'there is no manifest to say which', fix: MANIFEST } as const;
  return {
    schema: 'gate10/gate-inputs/v1',
    ...{ id, traceId, gate10, environment, now: now.toISOString() },
    ...(commit === undefined ? {} : { commit }),
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    manifest: toManifest(read, question.manifestFile),
    ...(read === undefined
      ? {}
      : {
          claims: await obtainClaims(read, {
            ...{ ledger, contractsDir: contracts },
            git: createGit(read.folder, runProcess, { path: context.env['PATH'] }),
          }),
        }),
    artifacts: read === undefined ? [] : compareArtifacts(read),
    thresholds: {
      now: listThresholds(path.dirname(authorityPath('policy.yaml')), contracts),
      before: await lastThresholds(ledger, { system, environment }),
    },
    records: read === undefined ? [] : recordsNow(read),
    scorecard: read === undefined ? noManifest : obtainScorecard(read, policy.scorecard.required),
    proof:
      read === undefined
        ? noManifest
        : await obtainProof({
            ledger,
            stateDir: stateDir(context),
            environment: policy.gate.proofOf ?? environment,
            commit: read.manifest.commit,
            now,
            isShared: ledgerPlace(context).store !== undefined,
          }),
    signOff:
      read === undefined
        ? noManifest
        : await obtainSignOff({
            manifestFile: question.manifestFile,
            contractsDir: contracts,
            policy,
            now,
            run: runProcess,
            programPath: context.env['PATH'],
          }),
    rehearsal: await obtainRehearsal(ledger, { system, environments: policy.rollback.rehearsal.environments }),
    ...(asked && { metrics: asked.answers }),
    policy: { sha256: sha256Hex(canonicalJson(rules)), rules },
    readAt: context.now().toISOString(),
  };
}

const MANIFEST = 'gate10 manifest --release <name>';

/** A manifest that is not there closes the gate; one that is there and wrong is for whoever wrote it, with its lines. */
function readIfThere(file: string): ReadManifest | undefined {
  try {
    return readManifest(file);
  } catch (error) {
    if (error instanceof InputError && error.problems.every(({ code }) => code === 'missing-file')) return undefined;
    throw error;
  }
}

function toManifest(read: ReadManifest | undefined, file: string): Obtained<'manifest'> {
  if (read === undefined) return { state: 'missing', why: `${path.basename(file)} is not there`, fix: MANIFEST };
  return { state: 'read', value: { sha256: read.sha256, manifest: read.manifest } };
}

/** Nobody is named who may sign: nobody has. A list that is there and wrong is for whoever wrote it, with its lines. */
async function obtainSignOff(query: SignOffQuery): Promise<Obtained<'signOff'>> {
  try {
    return { state: 'read', value: await readSignOff(query) };
  } catch (error) {
    const [problem] = error instanceof InputError ? error.problems : [];
    if (problem?.code !== 'missing-file' || !(error instanceof InputError) || error.problems.length > 1) throw error;
    const why = `${problem.file ?? 'a file'} is not there, so that nobody may approve`;
    return { state: 'missing', why, fix: problem.fix ?? 'Create it.' };
  }
}

function recordsNow({ manifest, folder }: ReadManifest): GateInputs['records'] {
  return manifest.thresholdChanges.flatMap(({ rfc }) => {
    const read = readArtifact(folder, rfc.path);
    return read.state === 'read' ? [{ path: rfc.path, sha256: read.sha256 }] : [];
  });
}

function toRules({ gate, scorecard, release, rollback }: Policy): GateInputs['policy']['rules'] {
  return {
    proofMaxAgeMs: gate.proofMaxAge,
    scorecardMaxAgeMs: scorecard.maxAge,
    unwaivable: release.unwaivable,
    rehearsal: {
      required: gate.rehearsal === 'required',
      maxAgeMs: rollback.rehearsal.maxAge,
      maxDurationMs: rollback.restoreWithin,
    },
  };
}
