/** Keeps a decision with all that it was made of. */
import path from 'node:path';
import { canonicalJson, sha256Hex } from '../../contract/canonical.ts';
import { OwnFaultError } from '../../errors.ts';
import { createDurably, ensureFolder } from '../../ledger/durable-file.ts';
import type { GateDecided } from '../../ledger/gate-event.ts';
import type { Ledger } from '../../ledger/schema.ts';
import type { SigningKey } from '../attest/signing-key.ts';
import { type TraceRequest, toGateTrace } from '../trace/gate-span.ts';
import { decide } from './decide.ts';
import { decisionFiles, eventKey, toText } from './decision-files.ts';
import type { GateDecision, GateInputs } from './schema.ts';
import { type SummarySignature, type SummaryVerifier, signSummary, verifySummary } from './sign-summary.ts';
import { toVerificationSummary } from './to-vsa.ts';

export interface Kept {
  readonly decision: GateDecision;
  readonly trace: { readonly request: TraceRequest; readonly file: string };
  /** none = nothing was signed: there is no key, or no manifest that a summary could be about */
  readonly signature: SummarySignature | undefined;
  /** relative to the state folder */
  readonly files: readonly string[];
}

export interface DecisionPlace {
  readonly stateDir: string;
  readonly ledger: Ledger;
}

interface About {
  readonly system: string;
  readonly shadow: boolean;
  /** who signs the summary */
  readonly signer?: { readonly key: SigningKey; readonly verifier: SummaryVerifier } | undefined;
}

/** How many reasons the history itself keeps; all of them stand in decision.json. */
const KEPT_REASONS = 20;

/**
 * Written and in the history when it settles. Rejects with InputError where the key does not sign: then nothing was kept; with
 * OwnFaultError where it cannot be kept: a decision that was not kept opens nothing.
 */
export async function keepDecision(
  { stateDir, ledger }: DecisionPlace,
  inputs: GateInputs,
  about: About,
): Promise<Kept> {
  const decision = decide(inputs);
  const files = decisionFiles(inputs.id);
  const statement = toVerificationSummary(inputs, decision, files.inputs);
  const summary = statement && toText(statement);
  const signed = await signAndVerify(summary, files.envelope, inputs.now, about);
  const trace = { request: toGateTrace(inputs, decision, about), file: files.trace };
  const texts = [
    [files.decision, toText(decision)],
    [files.inputs, `${canonicalJson(inputs)}\n`],
    ...(summary === undefined ? [] : [[files.summary, summary]]),
    ...(signed === undefined ? [] : [[files.envelope, signed.envelope]]),
    [files.trace, toText(trace.request)],
  ] as const;
  ensureFolder(path.join(stateDir, files.folder));
  for (const [file = '', text = ''] of texts) create(stateDir, file, text);
  await ledger.append(toEvent(inputs, decision, about, signed?.envelope), eventKey(inputs.id));
  return { decision, trace, signature: signed?.signature, files: texts.map(([file = '']) => file) };
}

/** Before anything is written, so that a key that does not work leaves nothing behind. */
async function signAndVerify(summary: string | undefined, file: string, at: string, { signer }: About) {
  if (summary === undefined || signer === undefined) return undefined;
  const envelope = await signSummary(summary, signer.key.sign);
  const signature = await verifySummary({ text: envelope, file }, { summary, at }, signer.verifier);
  return { envelope, signature };
}

function toEvent(
  { manifest, thresholds }: GateInputs,
  decision: GateDecision,
  { system, shadow }: About,
  envelope: string | undefined,
): GateDecided {
  const { id, environment, release, commit, decidedAt, verdict, exitCode, traceId, inputsSha256 } = decision;
  const because = decision.reasons.filter(({ status }) => status === verdict).map(({ message }) => message);
  return {
    type: 'gate.decided',
    ...{ id, system, environment, at: decidedAt, verdict, exitCode, shadow, traceId, inputsSha256 },
    ...(release === null ? {} : { release }),
    ...(commit === null ? {} : { commit }),
    ...(manifest.state === 'read' ? { manifestSha256: manifest.value.sha256 } : {}),
    because: because.slice(0, KEPT_REASONS),
    decisionSha256: sha256Hex(toText(decision)),
    ...(envelope === undefined ? {} : { envelopeSha256: sha256Hex(envelope) }),
    thresholds: thresholds.now,
  };
}

function create(stateDir: string, file: string, text: string): void {
  if (createDurably(path.join(stateDir, file), text)) return;
  throw new OwnFaultError(`Failed to keep a decision: ${file} is there already. A decision is made once; ask again.`);
}
