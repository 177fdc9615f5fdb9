/**
 * A decision as a span `deployment.gate` (requirement L3), in OTLP's JSON encoding: an ExportTraceServiceRequest of
 * opentelemetry-proto, with ids in hex, 64-bit integers as texts and enums as numbers. Attributes have the names of the
 * OpenTelemetry semantic conventions where there are any, else our own below `gate10.gate.`.
 */
import { sha256Hex } from '../../contract/canonical.ts';
import type { VerdictWord } from '../../contract/verdict-words.ts';
import { EXIT } from '../../errors.ts';
import { plainLine } from '../../run/plain-text.ts';
import type { GateDecision, GateInputs, GateReason } from '../gate/schema.ts';

export const SPAN_NAME = 'deployment.gate';

type Value = { readonly stringValue: string } | { readonly intValue: string } | { readonly boolValue: boolean };
interface KeyValue {
  readonly key: string;
  readonly value: Value;
}

export interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly GateSpan[];
    }[];
  }[];
}

export interface GateSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes: readonly KeyValue[];
  }[];
  readonly droppedEventsCount?: number;
  readonly status?: { readonly code: number; readonly message: string };
}

/** SpanKind.SPAN_KIND_INTERNAL, as the conventions have it for a task of a pipeline. */
const KIND_INTERNAL = 1;
/** StatusCode.STATUS_CODE_ERROR; one that is well has no status (OpenTelemetry trace API, "Set Status"). */
const STATUS_ERROR = 2;
/** SpanFlags: sampled (W3C); whether the parent is of another process is known; and it is. */
const SAMPLED = 0x001;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
/** EventCountLimit and what a reader can use (OpenTelemetry trace SDK, "Span Limits": 128). */
const MAX_EVENTS = 128;
const MAX_CHARS = 4000;
const ORDER: readonly VerdictWord[] = ['failed', 'inconclusive', 'warned', 'passed'];

/** The same inputs give the same span. `shadow` = nothing is blocked, so that the span is no error. */
export function toGateTrace(
  inputs: GateInputs,
  decision: GateDecision,
  about: { readonly system: string; readonly shadow: boolean },
): TraceRequest {
  const resource = strings({ 'service.name': 'gate10', 'service.version': inputs.gate10 });
  const scope = { name: 'gate10', version: inputs.gate10 };
  const spans = [toSpan(inputs, decision, about)];
  return { resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ scope, spans }] }] };
}

function toSpan(
  inputs: GateInputs,
  decision: GateDecision,
  { system, shadow }: { readonly system: string; readonly shadow: boolean },
): GateSpan {
  const { id, environment, commit, release, verdict, exitCode, reasons, inputsSha256 } = decision;
  const [start, end] = [inputs.now, inputs.readAt ?? inputs.now].map((time) => Date.parse(time));
  const endTimeUnixNano = toNano(Math.max(start ?? 0, end ?? 0));
  const isBlocked = exitCode !== EXIT.proven && !shadow;
  const worstFirst = reasons.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  const shown = worstFirst.slice(0, MAX_EVENTS);
  const { manifest, scorecard, parentSpanId } = inputs;
  return {
    traceId: decision.traceId,
    spanId: spanIdOf(id),
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    flags: SAMPLED | HAS_IS_REMOTE | (parentSpanId === undefined ? 0 : IS_REMOTE),
    name: SPAN_NAME,
    kind: KIND_INTERNAL,
    startTimeUnixNano: toNano(start ?? 0),
    endTimeUnixNano,
    attributes: [
      ...strings({
        'deployment.environment.name': environment,
        'vcs.ref.head.revision': commit ?? undefined,
        'cicd.pipeline.task.name': SPAN_NAME,
        'cicd.pipeline.task.run.id': id,
        'cicd.pipeline.task.run.result': isBlocked ? 'failure' : 'success',
        'error.type': isBlocked ? verdict : undefined,
        'gate10.gate.decision.id': id,
        'gate10.gate.system': system || undefined,
        'gate10.gate.release': release ?? undefined,
        'gate10.gate.verdict': verdict,
        'gate10.gate.manifest.sha256': manifest.state === 'read' ? manifest.value.sha256 : undefined,
        'gate10.gate.scorecard.sha256': scorecard.state === 'read' ? scorecard.value.sha256 : undefined,
        'gate10.gate.inputs.sha256': inputsSha256,
      }),
      { key: 'gate10.gate.exit_code', value: { intValue: String(shadow ? EXIT.proven : exitCode) } },
      { key: 'gate10.gate.shadow', value: { boolValue: shadow } },
    ],
    events: shown.map((reason) => toEvent(reason, endTimeUnixNano)),
    ...(worstFirst.length > shown.length ? { droppedEventsCount: worstFirst.length - shown.length } : {}),
    ...(isBlocked ? { status: { code: STATUS_ERROR, message: text(worstFirst[0]?.message ?? verdict) } } : {}),
  };
}

function toEvent({ rule, status, code, message, fix }: GateReason, timeUnixNano: string): GateSpan['events'][number] {
  const prefix = 'gate10.gate.reason';
  const said = { rule, status, code, message, fix };
  const named = Object.fromEntries(Object.entries(said).map(([name, value]) => [`${prefix}.${name}`, value]));
  return { timeUnixNano, name: prefix, attributes: strings(named) };
}

function strings(named: Readonly<Record<string, string | undefined>>): KeyValue[] {
  return Object.entries(named).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: { stringValue: text(value) } }],
  );
}

/** Protobuf has no text with half a character in it. */
function text(value: string): string {
  return plainLine(value, MAX_CHARS).toWellFormed();
}

function spanIdOf(id: string): string {
  return sha256Hex(`${SPAN_NAME} ${id}`).slice(0, 16);
}

function toNano(ms: number): string {
  return (BigInt(ms) * 1_000_000n).toString();
}
