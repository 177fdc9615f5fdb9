/** What servers answer, what people write into commits and migrations. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { readScript } from '../../../src/probe/database-schema/schema-objects-sql.ts';
import { readEndpointLines } from '../../../src/probe/endpoints/endpoint-lines.ts';
import { readRetryAfter } from '../../../src/probe/flow/pace.ts';
import { decodeBody } from '../../../src/probe/http/content-coding.ts';
import type { Answer } from '../../../src/probe/http/exchange.ts';
import { readJson } from '../../../src/probe/http/strict-json.ts';
import { readIdentity } from '../../../src/probe/identity/identity.ts';
import { parseExposition, parseSelector } from '../../../src/probe/monitoring/prometheus-text.ts';
import { readAnswer } from '../../../src/record/slo/prometheus-query.ts';
import { plainLine, plainLines } from '../../../src/run/plain-text.ts';
import { smallSystem } from '../../unit/probe/small-system.ts';
import { Finding, type FuzzParser, mustEqual, textOf } from '../fuzz-parser.ts';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const IDENTITY = {
  ...{ git_sha: '1e57859aabbccddeeff00112233445566778899a', version: '1.4.0', instance_id: 'a-1', started_at: NOW },
  ...{ environment_id: 'live', schema_version: 7, lockfile_sha256: 'd'.repeat(64) },
};
const PROMETHEUS = [
  {
    status: 'success',
    data: { resultType: 'vector', result: [{ metric: { job: 'a' }, value: [NOW.getTime() / 1000, '0.5'] }] },
  },
  { status: 'error', errorType: 'bad_data', error: 'parse error' },
];
const EXPOSITION = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a\\"b"} 3 1795255200000
http_requests_total{code="500"} 1e3 # {trace="x"} 1
up 1
{"quoted name",a="b"} +Inf
`;
const COMMITS = `feat(api): two operations

Endpoints: GET /reranker/health, POST /jobs/:id
  - DELETE /jobs/{id}
Co-authored-by: Dora <dora@example.com>
`;
const SQL = `-- up
CREATE TABLE "skills" (id uuid PRIMARY KEY, name text DEFAULT 'a''b');
CREATE FUNCTION f() RETURNS void AS $body$ BEGIN DROP TABLE x; END $body$ LANGUAGE plpgsql;
/* a /* b */ ALTER TABLE users ADD COLUMN x int; -- down
`;

function answer(bytes: Uint8Array, status = 200): Answer {
  const body = Buffer.from(bytes);
  return {
    ...{
      ok: true,
      url: 'http://a/',
      method: 'GET',
      status,
      headers: {},
      rawHeaders: [],
      body,
      reused: false,
      attempts: [],
    },
    ...{ contentType: 'application/json', remoteAddress: '', closeDelimited: false },
    text: () => body.toString('utf8'),
    json: () => {
      const read = readJson(body);
      if (read.ok) return read.value;
      throw new SyntaxError(read.why);
    },
    timing: { dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 0, totalMs: 0 },
  };
}

export const ANSWERS: readonly FuzzParser[] = [
  {
    ...{ name: 'http-json', reads: 'the JSON of any answer', form: 'json', inCi: 300 },
    samples: () => [JSON.stringify(IDENTITY), '[1,{"a":null}]', '<!doctype html><title>x</title>'],
    words: ['NaN', '-Infinity', '<!--', '<html>'],
    open: () => (bytes) => {
      const read = readJson(bytes);
      if (!read.ok) {
        if (read.why === '' || read.why.length > 400)
          throw new Finding(`it is refused with ${read.why.length} characters`);
        return 'refused';
      }
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      mustEqual(JSON.parse(text), read.value, 'the value');
      return 'read';
    },
  },
  {
    ...{ name: 'identity', reads: 'the identity that a service answers', form: 'json', inCi: 300 },
    samples: () => [JSON.stringify(IDENTITY)],
    words: ['git_sha', 'null', '1e57859', 'dev', 'unknown'],
    open: () => {
      const system = smallSystem();
      return (bytes) => {
        const read = readIdentity(system, answer(bytes));
        if (read.error === '') throw new Finding('it is refused without a reason');
        if (read.error !== undefined) return 'refused';
        if (!/^[0-9a-f]{7,64}$/i.test(read.commit ?? '')) throw new Finding(`a commit that is none: ${read.commit}`);
        return 'read';
      };
    },
  },
  {
    ...{ name: 'prometheus-answer', reads: 'the HTTP API of a Prometheus', form: 'json', inCi: 500 },
    samples: () => PROMETHEUS.map((one) => JSON.stringify(one)),
    words: ['"NaN"', '"+Inf"', '""', '"-1"', '"warnings":["x"]', '"matrix"', '"result":[]'],
    open: () => (bytes) => {
      const read = readAnswer(answer(bytes));
      if (!read.ok && read.why === '') throw new Finding('it is refused without a reason');
      if (read.ok && !Number.isFinite(read.value)) throw new Finding(`the number ${read.value}`);
      return read.ok ? 'read' : 'refused';
    },
  },
  {
    ...{ name: 'prometheus-text', reads: "Prometheus' exposition format, and selectors", form: 'text', inCi: 5000 },
    samples: () => [EXPOSITION],
    words: ['{', '}', '="', '=~"(a+)+$"', '!~"', '# TYPE a counter', 'NaN', ' # {'],
    open: () => (bytes) => {
      const text = textOf(bytes);
      const selector = parseSelector(text.split('\n')[0] ?? '');
      if (selector === '') throw new Finding('it is refused without a reason');
      const read = parseExposition(text);
      if (!read.ok) {
        if (!/^line [1-9]\d* \S/.test(read.why)) throw new Finding(`it is refused without a line: ${read.why}`);
        return 'refused';
      }
      return 'read';
    },
  },
  {
    ...{ name: 'commit-message', reads: '"Endpoints:" lines of commit messages', form: 'text', inCi: 2000 },
    samples: () => [COMMITS],
    words: ['Endpoints: ', 'POST ', '/a', ':id', '\n  - ', '$(touch ran)', '../'],
    open: () => (bytes) => {
      const message = textOf(bytes);
      const keys = readEndpointLines([
        { commit: 'a', time: '', subject: '', message, trailers: { endpoints: [message] } },
      ]);
      for (const key of keys) if (!/^[A-Z]+ \/\S*$/.test(key)) throw new Finding(`an operation that is none: ${key}`);
      if (new Set(keys).size < keys.length) throw new Finding('an operation is there twice');
      return keys.length > 0 ? 'read' : 'refused';
    },
  },
  {
    ...{ name: 'migration', reads: 'the SQL of a migration', form: 'text', inCi: 1000 },
    samples: () => [SQL],
    words: ["'", '"', '$$', '$body$', '--', '/*', '*/', ';', "E'\\'", 'DROP TABLE users'],
    open: () => (bytes) => {
      const { statements } = readScript(textOf(bytes));
      if (statements.some((tokens) => tokens.length === 0)) throw new Finding('a statement of nothing');
      return statements.length > 0 ? 'read' : 'refused';
    },
  },
  {
    ...{ name: 'content-coding', reads: 'compressed bodies', form: 'text', inCi: 200 },
    samples: () => [gzipSync('{"a": 1}').toString('latin1'), brotliCompressSync('{"a": 1}').toString('latin1')],
    open: () => async (bytes) => {
      const raw = Buffer.from(textOf(bytes), 'latin1');
      let isRead = false;
      for (const coding of ['gzip', 'br', 'identity', 'x']) {
        const decoded = await decodeBody(raw, coding, 10_000);
        if ('error' in decoded && decoded.error.message === '') throw new Finding('it is refused without a reason');
        if ('body' in decoded && coding !== 'identity' && decoded.body.length > 10_000)
          throw new Finding('more than was asked for');
        isRead ||= 'body' in decoded && coding !== 'identity';
      }
      return isRead ? 'read' : 'refused';
    },
  },
  {
    ...{ name: 'words-of-a-target', reads: 'Retry-After, and text that is shown', form: 'text', inCi: 5000 },
    samples: () => ['120', 'Sat, 21 Nov 2026 10:00:05 GMT', 'HTTP 500 \u001b[31mred\u001b[0m\n::error::x'],
    words: ['::error::', '##[', '\u009b', '\u001b]0;x\u0007', '\u202e', '99999999'],
    open: () => (bytes) => {
      const text = textOf(bytes);
      const waitMs = readRetryAfter(text, { now: () => NOW });
      if (waitMs !== undefined && !(waitMs >= 0)) throw new Finding(`a wait of ${waitMs}`);
      if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(plainLine(text) + plainLines(text)))
        throw new Finding('it moves the cursor');
      if (/^(?:::|##\[)/m.test(plainLines(text))) throw new Finding('it commands CI');
      return waitMs === undefined ? 'refused' : 'read';
    },
  },
];
