import { Counter, Histogram, Registry, Summary } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parseExposition, parseSelector, sumOf } from '../../../../src/probe/monitoring/prometheus-text.ts';

function series(text: string) {
  const parsed = parseExposition(text);
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.series;
}

describe('the text of Prometheus', () => {
  it('reads the example of its documentation', () => {
    const text = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
http_request_duration_seconds_bucket{le="+Inf",} 144320
`;
    expect(series(text)).toEqual([
      { name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027 },
      { name: 'http_requests_total', labels: { method: 'post', code: '400' }, value: 3 },
      {
        name: 'msdos_file_access_time_seconds',
        labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
        value: 1458255915,
      },
      { name: 'metric_without_timestamp_and_labels', labels: {}, value: 12.47 },
      { name: 'something_weird', labels: { problem: 'division by zero' }, value: Number.POSITIVE_INFINITY },
      { name: 'http_request_duration_seconds_bucket', labels: { le: '+Inf' }, value: 144320 },
    ]);
  });

  it.each([
    ['OpenMetrics with an exemplar', '# TYPE a counter\na_total{x="1"} 5 1.5 # {trace_id="abc"} 0.67 1.2\n# EOF\n', 5],
    ['a quoted name', '{"my.metric", x="1"} 4\n', 4],
    ['white space before the braces', 'a {x="1"} 3\n', 3],
    ['carriage returns', 'a{x="1"} 2\r\n', 2],
    ['no line feed at the end', 'a 1', 1],
    ['a small number', 'a 1.5E-3\n', 0.0015],
  ])('reads %s', (_, text, value) => {
    expect(series(text).map((one) => one.value)).toEqual([value]);
  });

  it.each([
    ['a web page', '<!doctype html>\n'],
    ['JSON', '{"requests": 1}\n'],
    ['no value', 'a{x="1"}\n'],
    ['a word as its value', 'a one\n'],
    ['three numbers', 'a 1 2 3\n'],
    ['labels that do not end', 'a{x="1" 1\n'],
    ['a label without quotes', 'a{x=1} 1\n'],
    ['a label twice', 'a{x="1",x="2"} 1\n'],
    ['a name with a dash', 'a-b 1\n'],
    ['an unknown type', '# TYPE a meter\na 1\n'],
  ])('refuses %s', (_, text) => {
    expect(parseExposition(text)).toEqual({ ok: false, why: expect.stringMatching(/^line 1 /) });
  });

  it('reads what prom-client writes', async () => {
    const registry = new Registry();
    const registers = [registry];
    const counter = new Counter({ name: 'hits_total', help: 'h', labelNames: ['route'], registers });
    counter.inc({ route: '/a"b\\c\nd' }, 7);
    new Histogram({ name: 'took_seconds', help: 'h', buckets: [0.1, 1], registers }).observe(0.5);
    new Summary({ name: 'size_bytes', help: 'h', registers }).observe(3);
    const read = series(await registry.metrics());
    expect(read[0]).toEqual({ name: 'hits_total', labels: { route: '/a"b\\c\nd' }, value: 7 });
    expect(read.find(({ name }) => name === 'took_seconds_count')?.value).toBe(1);
  });
});

describe('a selector', () => {
  const all = series(
    'hits{route="/a",code="200"} 1\nhits{route="/b",code="200"} 2\nhits{route="/b",code="500"} 4\nother 8\n',
  );

  it.each([
    ['hits', 7],
    ['hits{}', 7],
    ['hits{route="/b"}', 6],
    ['hits{route="/b", code!="500"}', 2],
    ['hits{code=~"5.."}', 4],
    ['hits{code=~"5"}', undefined],
    ['hits{code!~"2.."}', 4],
    ['hits{gone=""}', 7],
    ['hits{gone="1"}', undefined],
    ['nothing', undefined],
  ])('%s sums up to %s', (text, sum) => {
    const selector = parseSelector(text);
    expect(typeof selector === 'string' ? selector : sumOf(all, selector)).toBe(sum);
  });

  it.each(['', 'rate(hits[5m])', 'hits{', 'hits{a}', 'hits{a="1"} > 2', 'hits{a=~"("}'])('%j is none', (text) => {
    expect(typeof parseSelector(text)).toBe('string');
  });
});
