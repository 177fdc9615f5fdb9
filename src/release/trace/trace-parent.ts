/** The trace that a decision belongs to, where whoever called names one: W3C Trace Context in the variable TRACEPARENT (OpenTelemetry, environment variables as context propagation carriers). */

export interface TraceParent {
  /** 32 lower-case hex digits */
  readonly traceId: string;
  /** 16 lower-case hex digits */
  readonly spanId: string;
}

/** W3C Trace Context Level 1, §3.2.2. A version that is not known yet may say more behind what is known. */
const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** undefined = there is none, or it is not valid: then a trace begins here. */
export function readTraceParent(text: string | undefined): TraceParent | undefined {
  const [, version, traceId = '', spanId = '', more] = TRACE_PARENT.exec(text ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId };
}
