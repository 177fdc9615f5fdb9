import { expect, test } from 'vitest';
import { readOtlpOptions } from '../../../../src/release/trace/otlp-options.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const URL = 'http://collector:4318/v1/traces';

test('without an endpoint nothing is sent', () => {
  expect(readOtlpOptions({})).toBeUndefined();
  expect(readOtlpOptions({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })).toBeUndefined();
});

test.each<[string, Record<string, string>, object]>([
  ['the endpoint gets the path of traces', ENDPOINT, { url: URL, headers: {}, timeoutMs: 10_000, notes: [] }],
  [
    'an endpoint may have a path',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://x.example/otlp/' },
    { url: 'https://x.example/otlp/v1/traces' },
  ],
  [
    'the endpoint of traces is taken as it is, and goes first',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://x.example/in?tenant=1' },
    { url: 'https://x.example/in?tenant=1' },
  ],
  [
    'headers are decoded, their names are folded',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: ' Authorization = Bearer%20a%2Cb , x-scope=1,, empty= ,b64=YQ==' },
    { headers: { authorization: 'Bearer a,b', 'x-scope': '1', empty: '', b64: 'YQ==' } },
  ],
  [
    'the headers of traces go first',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=3' },
    { headers: { a: '3' } },
  ],
  [
    'a header named __proto__ is one',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: '__proto__=1' },
    { headers: Object.fromEntries([['__proto__', '1']]) },
  ],
  ['the timeout is in milliseconds', { ...ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: '250' }, { timeoutMs: 250, notes: [] }],
  [
    'the timeout of traces goes first',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: '250', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '300' },
    { timeoutMs: 300 },
  ],
  [
    'a timeout that is none is noted',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: '10s' },
    { timeoutMs: 10_000, notes: ['OTEL_EXPORTER_OTLP_TIMEOUT is no number of milliseconds; 10000 are taken'] },
  ],
  [
    'no time at all is noted',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: '0' },
    { timeoutMs: 10_000, notes: [expect.any(String)] },
  ],
  ['http/json may be asked for', { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { url: URL }],
  [
    'the protocol of traces goes first',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
    { url: URL },
  ],
])('%s', (_, env, expected) => {
  expect(readOtlpOptions(env)).toMatchObject(expected);
});

const SECRET = 'a-key-that-nobody-may-see';

test.each<[string, Record<string, string>, RegExp]>([
  ['an endpoint that is none', { OTEL_EXPORTER_OTLP_ENDPOINT: SECRET }, /^OTEL_EXPORTER_OTLP_ENDPOINT is no http/],
  ['a host without its scheme', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, /is no http/],
  ['a file', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'file:///etc/passwd' }, /^OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no/],
  ['a password in the address', { OTEL_EXPORTER_OTLP_ENDPOINT: `https://me:${SECRET}@x.example` }, /without user and/],
  ['gRPC', { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /^OTEL_EXPORTER_OTLP_PROTOCOL asks for another/],
  [
    'protobuf',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
    /_TRACES_PROTOCOL asks for another/,
  ],
  ['headers without names', { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: SECRET }, /entry 1 has no name of a header/],
  ['a name with a space', { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: `a=1,b ${SECRET}=2` }, /entry 2 has no name/],
  ['a wrong encoding', { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: `a=${SECRET}%zz` }, /entry 1 has a value that no/],
  [
    'a second header in one',
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: `a=1%0d%0ab:${SECRET}` },
    /entry 1 has a value/,
  ],
  ['a character beyond headers', { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: `a=${SECRET}€` }, /entry 1 has a value/],
  ['a length of its own', { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'Content-Length=1' }, /sets content-length/],
])('%s is refused, and no value is shown', (_, env, said) => {
  const options = readOtlpOptions(env);
  expect(options).toEqual({ whyNot: expect.stringMatching(said) });
  expect(JSON.stringify(options)).not.toContain(SECRET);
});
