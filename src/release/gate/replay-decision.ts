/** Makes a kept decision again: the same inputs have to give the same bytes, and who signed them has to have signed them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../../contract/canonical.ts';
import { InputError, OwnFaultError } from '../../errors.ts';
import { isCode } from '../../ledger/durable-file.ts';
import type { GateDecided } from '../../ledger/gate-event.ts';
import { ownFault } from '../../ledger/own-fault.ts';
import { decide } from './decide.ts';
import { decisionFiles, eventKey, toText } from './decision-files.ts';
import type { DecisionPlace } from './keep-decision.ts';
import { type GateDecision, type GateInputs, gateInputsSchema } from './schema.ts';
import { type SummarySignature, type SummaryVerifier, verifySummary } from './sign-summary.ts';
import { toVerificationSummary } from './to-vsa.ts';

export interface Replayed {
  readonly decision: GateDecision;
  /** none = nothing was signed */
  readonly signature: SummarySignature | undefined;
}

/** Rejects with InputError where there is no such decision, OwnFaultError where it is not what was decided or signed. */
export async function replayDecision(
  { stateDir, ledger }: DecisionPlace,
  id: string,
  openVerifier: () => SummaryVerifier,
): Promise<Replayed> {
  const problems = await ledger.verify();
  if (problems[0] !== undefined) throw new OwnFaultError(`The history was tampered with: ${problems[0].message}.`);
  const event = (await ledger.rows({ key: eventKey(id) }))[0]?.event;
  if (event?.type !== 'gate.decided') throw unknownDecision(id);
  const files = decisionFiles(id);
  const { inputs, decision } = decideAgain(stateDir, event);
  const kept = read(path.join(stateDir, files.decision)).toString('utf8');
  if (kept !== toText(decision)) throw new OwnFaultError(`${files.decision} is not what was decided.`);
  return { decision, signature: await verifySigned(stateDir, inputs, decision, event, openVerifier) };
}

/** What the gate saw, and what follows from it. Throws InputError where it is not here, OwnFaultError where it is not what the history says. */
export function decideAgain(
  stateDir: string,
  event: GateDecided,
): { readonly inputs: GateInputs; readonly decision: GateDecision } {
  const { id } = event;
  const inputs = readInputs(path.join(stateDir, decisionFiles(id).inputs), event);
  const decision = decide(inputs);
  if (sha256Hex(toText(decision)) === event.decisionSha256) return { inputs, decision };
  throw new OwnFaultError(
    `Decision ${id} comes out another way: ${decision.verdict} now, ${event.verdict} then, by gate10 ${inputs.gate10}. Replay it with that version; if it is this one, report it.`,
  );
}

/** The summary as it comes out now, against what lies there; and the signature over it. */
async function verifySigned(
  stateDir: string,
  inputs: GateInputs,
  decision: GateDecision,
  { envelopeSha256 }: GateDecided,
  openVerifier: () => SummaryVerifier,
): Promise<SummarySignature | undefined> {
  const files = decisionFiles(decision.id);
  const statement = toVerificationSummary(inputs, decision, files.inputs);
  const summary = statement && toText(statement);
  const kept = readIfThere(path.join(stateDir, files.summary))?.toString('utf8');
  if (kept !== undefined && kept !== summary) throw new OwnFaultError(`${files.summary} is not what was decided.`);
  const place = path.join(stateDir, files.envelope);
  const envelope = envelopeSha256 === undefined ? readIfThere(place) : read(place);
  if (envelope === undefined) return undefined;
  if (envelopeSha256 !== undefined && sha256Hex(envelope) !== envelopeSha256)
    throw new OwnFaultError(`${files.envelope} is not what was signed: its digest is not the one in the history.`);
  if (summary === undefined) throw new OwnFaultError(`${files.envelope} is there, and nothing that it could sign.`);
  const text = envelope.toString('utf8');
  return verifySummary({ text, file: files.envelope }, { summary, at: decision.decidedAt }, openVerifier());
}

function readInputs(file: string, event: GateDecided): GateInputs {
  const text = read(file).toString('utf8');
  if (sha256Hex(text.trimEnd()) !== event.inputsSha256)
    throw new OwnFaultError(`${file} is not what the gate saw: its digest is not the one in the history.`);
  const parsed = gateInputsSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new OwnFaultError(`Failed to read ${file}: this gate10 does not know its form. Use the gate10 that wrote it.`);
}

function read(file: string): Buffer {
  const bytes = readIfThere(file);
  if (bytes !== undefined) return bytes;
  const fix = 'Replay it where it was decided, or bring it here.';
  throw new InputError([{ code: 'decision-gone', what: `${file} is not there`, fix }]);
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw ownFault(`read ${file}`, cause);
  }
}

function unknownDecision(id: string): InputError {
  const what = `the history has no decision "${id.slice(0, 100)}"`;
  return new InputError([{ code: 'no-decision', what, fix: 'List them: gate10 gate list.' }]);
}
