/** Keeps a decision with all that it was made of, and makes it again: the same inputs have to give the same bytes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, sha256Hex } from '../../contract/canonical.ts';
import { InputError, OwnFaultError } from '../../errors.ts';
import { createDurably, ensureFolder, isCode } from '../../ledger/durable-file.ts';
import type { GateDecided } from '../../ledger/gate-event.ts';
import { ownFault } from '../../ledger/own-fault.ts';
import type { Ledger } from '../../ledger/schema.ts';
import { type TraceRequest, toGateTrace } from '../trace/gate-span.ts';
import { decide } from './decide.ts';
import { type GateDecision, type GateInputs, gateInputsSchema } from './schema.ts';
import { toVerificationSummary } from './to-vsa.ts';

export interface Kept {
  readonly decision: GateDecision;
  readonly trace: { readonly request: TraceRequest; readonly file: string };
  /** relative to the state folder */
  readonly files: readonly string[];
}

interface Place {
  readonly stateDir: string;
  readonly ledger: Ledger;
}

/** How many reasons the history itself keeps; all of them stand in decision.json. */
const KEPT_REASONS = 20;

/** Written and in the history when it settles. Throws OwnFaultError: a decision that was not kept opens nothing. */
export async function keepDecision(
  { stateDir, ledger }: Place,
  inputs: GateInputs,
  about: { readonly system: string; readonly shadow: boolean },
): Promise<Kept> {
  const decision = decide(inputs);
  const files = decisionFiles(inputs.id);
  const summary = toVerificationSummary(inputs, decision, files.inputs);
  const trace = { request: toGateTrace(inputs, decision, about), file: files.trace };
  ensureFolder(path.join(stateDir, files.folder));
  create(stateDir, files.inputs, `${canonicalJson(inputs)}\n`);
  create(stateDir, files.decision, toText(decision));
  if (summary !== undefined) create(stateDir, files.summary, toText(summary));
  create(stateDir, files.trace, toText(trace.request));
  await ledger.append(toEvent(inputs, decision, about), eventKey(inputs.id));
  const summaries = summary === undefined ? [] : [files.summary];
  return { decision, trace, files: [files.decision, files.inputs, ...summaries, files.trace] };
}

/** Throws InputError where there is no such decision, OwnFaultError where it is not what was decided. */
export async function replayDecision({ stateDir, ledger }: Place, id: string): Promise<GateDecision> {
  const problems = await ledger.verify();
  if (problems[0] !== undefined) throw new OwnFaultError(`The history was tampered with: ${problems[0].message}.`);
  const event = (await ledger.rows({ key: eventKey(id) }))[0]?.event;
  if (event?.type !== 'gate.decided') throw unknownDecision(id);
  const files = decisionFiles(id);
  const inputs = readInputs(path.join(stateDir, files.inputs), event);
  const decision = decide(inputs);
  if (sha256Hex(toText(decision)) !== event.decisionSha256) {
    throw new OwnFaultError(
      `Decision ${id} comes out another way: ${decision.verdict} now, ${event.verdict} then, by gate10 ${inputs.gate10}. Replay it with that version; if it is this one, report it.`,
    );
  }
  const kept = read(path.join(stateDir, files.decision)).toString('utf8');
  if (kept !== toText(decision)) throw new OwnFaultError(`${files.decision} is not what was decided.`);
  return decision;
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
  try {
    return readFileSync(file);
  } catch (cause) {
    if (isCode(cause, 'ENOENT'))
      throw new InputError([
        {
          code: 'decision-gone',
          what: `${file} is not there`,
          fix: 'Replay it where it was decided, or bring it here.',
        },
      ]);
    throw ownFault(`read ${file}`, cause);
  }
}

function unknownDecision(id: string): InputError {
  const what = `the history has no decision "${id.slice(0, 100)}"`;
  return new InputError([{ code: 'no-decision', what, fix: 'List them: gate10 gate list.' }]);
}

function toEvent(
  { manifest, thresholds }: GateInputs,
  decision: GateDecision,
  { system, shadow }: { readonly system: string; readonly shadow: boolean },
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
    thresholds: thresholds.now,
  };
}

function create(stateDir: string, file: string, text: string): void {
  if (createDurably(path.join(stateDir, file), text)) return;
  throw new OwnFaultError(`Failed to keep a decision: ${file} is there already. A decision is made once; ask again.`);
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function eventKey(id: string): string {
  return `gate:${id}`;
}

/** The id is checked by its schema; whatever else was asked for has no event. */
function decisionFiles(id: string) {
  const folder = `decisions/${id}`;
  return {
    folder,
    inputs: `${folder}/inputs.json`,
    decision: `${folder}/decision.json`,
    summary: `${folder}/vsa.intoto.json`,
    trace: `${folder}/trace.otlp.json`,
  };
}
