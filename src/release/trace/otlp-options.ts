/** Where a span goes, as the OpenTelemetry specification names it (protocol/exporter): OTEL_EXPORTER_OTLP_…, each also for traces alone. */

type Environment = Readonly<Record<string, string | undefined>>;

export interface OtlpOptions {
  readonly url: string;
  /** names in lower case; their values are secrets */
  readonly headers: Readonly<Record<string, string>>;
  /** for all attempts together, milliseconds */
  readonly timeoutMs: number;
  /** what was not understood, and what is done instead */
  readonly notes: readonly string[];
}

export interface OtlpRefusal {
  /** never shows a value */
  readonly whyNot: string;
}

/** The specification's own default. */
const TIMEOUT_MS = 10_000;
const JSON_PROTOCOL = 'http/json';
/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What Node sends in a header: RFC 9110 §5.5, without line ends. */
const FIELD_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
/** They describe this very request. */
const OURS = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'host',
  'expect',
]);

/** undefined = no endpoint is named: nothing is sent anywhere. */
export function readOtlpOptions(env: Environment): OtlpOptions | OtlpRefusal | undefined {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const [name, given] = own ? ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', own] : ['OTEL_EXPORTER_OTLP_ENDPOINT', base];
  if (!given) return undefined;
  const url = toUrl(given, !own);
  if (url === undefined) return { whyNot: `${name} is no http:// or https:// address without user and password` };
  const protocol = pick(env, 'PROTOCOL');
  if (protocol !== undefined && protocol.value.trim() !== JSON_PROTOCOL)
    return { whyNot: `${protocol.name} asks for another protocol; gate10 speaks ${JSON_PROTOCOL} only` };
  const headers = pick(env, 'HEADERS');
  const read = headers === undefined ? {} : readHeaders(headers.value);
  if (typeof read === 'string') return { whyNot: `${headers?.name} is no list such as key=value,key2=value2: ${read}` };
  const timeout = pick(env, 'TIMEOUT');
  const timeoutMs = timeout === undefined ? TIMEOUT_MS : readTimeout(timeout.value);
  const note = `${timeout?.name} is no number of milliseconds; ${TIMEOUT_MS} are taken`;
  return { url, headers: read, timeoutMs: timeoutMs ?? TIMEOUT_MS, notes: timeoutMs === undefined ? [note] : [] };
}

/** The one for traces goes before the general one; what is empty is as if it were not set. */
function pick(env: Environment, what: string): { readonly name: string; readonly value: string } | undefined {
  for (const name of [`OTEL_EXPORTER_OTLP_TRACES_${what}`, `OTEL_EXPORTER_OTLP_${what}`]) {
    const value = env[name];
    if (value) return { name, value };
  }
  return undefined;
}

function toUrl(given: string, isBase: boolean): string | undefined {
  const url = URL.canParse(given.trim()) ? new URL(given.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return undefined;
  url.hash = '';
  if (isBase) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url.href;
}

/** W3C Baggage without properties, values percent-encoded. A text = why it is none; it shows no value. */
function readHeaders(list: string): Readonly<Record<string, string>> | string {
  const headers = new Map<string, string>();
  for (const [index, member] of list.split(',').entries()) {
    if (member.trim() === '') continue;
    const at = member.indexOf('=');
    const name = member.slice(0, Math.max(0, at)).trim().toLowerCase();
    const entry = `entry ${index + 1}`;
    if (!TOKEN.test(name)) return `${entry} has no name of a header`;
    if (OURS.has(name)) return `${entry} sets ${name}, which gate10 sets itself`;
    const value = decode(member.slice(at + 1).trim());
    if (value === undefined || !FIELD_VALUE.test(value)) return `${entry} has a value that no header can have`;
    headers.set(name, value);
  }
  return Object.fromEntries(headers);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function readTimeout(text: string): number | undefined {
  const ms = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
  return ms > 0 ? ms : undefined;
}
