import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { changed, data, exported, machine } from '../record/performance/k6-samples.ts';
import { folderOf, runIn } from './run-command.ts';

const m = (...keys: string[]) => ['metrics', ...keys];
const judge = (text: string, ...args: string[]) =>
  runIn(folderOf({ 'summary.json': text }), 'performance', '--k6', 'summary.json', ...args);

describe('gate10 performance --k6', () => {
  test.each<[string, string, number, RegExp]>([
    [
      'the data of handleSummary',
      changed(data),
      0,
      /^performance: passed\n.*k6 threshold kept: http_req_duration p\(95\)<200/,
    ],
    [
      'a summary export',
      changed(exported),
      0,
      /^performance: passed\n.*k6 threshold kept: http_req_duration p\(95\)<200/,
    ],
    [
      'a broken threshold in the data',
      changed(data, [m('http_req_failed', 'thresholds', 'rate<0.01', 'ok'), false]),
      1,
      /FAILED +k6 threshold broken: http_req_failed rate<0\.01/,
    ],
    [
      'a broken threshold in the export, where true is broken',
      changed(exported, [m('http_req_failed', 'thresholds', 'rate<0.01'), true]),
      1,
      /FAILED +k6 threshold broken: http_req_failed rate<0\.01/,
    ],
    [
      'the machine-readable form, which hides thresholds',
      changed(machine),
      3,
      /INCONCLUSIVE +This form of summary does not say whether thresholds were kept/,
    ],
    [
      'a P95 over the objective',
      changed(data, [m('http_req_duration', 'values', 'p(95)'), 200.1]),
      1,
      /FAILED +p\(95\) of 6000 requests is 200\.1 ms, class "service" allows 200 ms/,
    ],
    [
      'a P95 at the objective',
      changed(data, [m('http_req_duration', 'values', 'p(95)'), 200]),
      0,
      /p\(95\) of 6000 requests is 200 ms/,
    ],
    [
      'too many failed requests',
      changed(data, [m('http_req_failed', 'values', 'rate'), 0.0051]),
      1,
      /FAILED +0\.51 % of 6000 requests failed, 0\.5 % are allowed/,
    ],
    [
      'too few requests',
      changed(data, [m('http_reqs', 'values', 'count'), 58]),
      3,
      /INCONCLUSIVE +p\(95\) of 58 requests .*at least 59 requests/,
    ],
    ['just enough requests', changed(data, [m('http_reqs', 'values', 'count'), 59]), 0, /p\(95\) of 59 requests/],
    ['no request', changed(data, [m('http_reqs', 'values', 'count'), 0]), 3, /Not a single request/],
    ['no latency', changed(data, [m('http_req_duration'), undefined]), 3, /has no http_req_duration/],
    ['no share of failed requests', changed(data, [m('http_req_failed'), undefined]), 3, /has no http_req_failed/],
    ['no count of requests', changed(data, [m('http_reqs'), undefined]), 3, /has no http_reqs/],
    [
      'no P95',
      changed(data, [m('http_req_duration', 'values', 'p(95)'), undefined]),
      3,
      /no p\(95\).*summaryTrendStats/,
    ],
    ['no metric at all', '{"metrics":{}}', 3, /has no http_reqs/],
    [
      'some iterations that were dropped',
      changed(data, [
        m('dropped_iterations'),
        { type: 'counter', contains: 'default', values: { count: 20, rate: 1 } },
      ]),
      0,
      /warned +k6 could not start 20 of 6020/,
    ],
    [
      'as many as hide a P95',
      changed(exported, [m('dropped_iterations'), { count: 400, rate: 1 }]),
      3,
      /INCONCLUSIVE +k6 could not start 400 of 6400/,
    ],
    [
      'checks that failed',
      changed(data, [m('checks', 'values', 'fails'), 3]),
      0,
      /^performance: warned\n +warned +3 checks of the k6 script failed/,
    ],
    ['an empty file', '', 3, /nothing is known, the file is empty/],
    ['a summary that was cut off', changed(data).slice(0, 900), 3, /cut off/],
    [
      'a summary of something else',
      '{"runs":[]}',
      2,
      /summary\.json:1:1: metrics: "metrics" is missing for a k6 summary/,
    ],
    [
      'a summary with a word for a number',
      changed(data, [m('http_reqs', 'values', 'count'), 'many']),
      2,
      /summary\.json:\d+:\d+: metrics\.http_reqs\.values\.count: the value has the wrong type/,
    ],
    [
      'a later version of the machine-readable form',
      changed(machine, [['version'], '2.0.0']),
      2,
      /version 1 of the machine-readable summary/,
    ],
  ])('%s', async (_, text, code, said) => {
    const ran = await judge(text);
    expect(ran.stdout + ran.stderr).toMatch(said);
    expect(ran.code).toBe(code);
  });

  test('takes another class of objectives where one is named', async () => {
    const slow = changed(data, [m('http_req_duration', 'values', 'p(95)'), 1900]);
    expect((await judge(slow)).code).toBe(1);
    expect((await judge(slow, '--class', 'user-facing')).code).toBe(0);
  });

  test('refuses a class that there is not', async () => {
    const ran = await judge(changed(data), '--class', 'fast');
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/no class "fast".*one of service, user-facing, llm/),
    ]);
  });

  test('knows nothing of a file that is not there', async () => {
    const ran = await runIn(folderOf({}), 'performance', '--k6', 'gone.json');
    expect([ran.code, ran.stdout]).toEqual([3, expect.stringMatching(/gone\.json: nothing is known/)]);
  });

  test('holds a P99 where the policy has one', async () => {
    const policy = 'schema: gate10/policy/v1\nperformance: { classes: { service: { p95: 200ms, p99: 240ms } } }\n';
    const files = { 'contracts/policy.yaml': policy, 'data.json': changed(data), 'export.json': changed(exported) };
    const folder = folderOf(files);
    const [broken, missing] = [
      await runIn(folder, 'performance', '--k6', 'data.json'),
      await runIn(folder, 'performance', '--k6', 'export.json'),
    ];
    expect([broken.code, broken.stdout]).toEqual([1, expect.stringMatching(/p\(99\) of 6000 requests is 240\.3 ms/)]);
    expect([missing.code, missing.stdout]).toEqual([3, expect.stringMatching(/no p\(99\)/)]);
  });

  test('leaves a CTRF record', async () => {
    const { folder } = await judge(changed(data));
    const record = JSON.parse(readFileSync(path.join(folder, '.gate10/suites/performance.ctrf.json'), 'utf8'));
    expect(record.results.extra).toMatchObject({
      suite: 'performance',
      verdict: 'passed',
      inputs: [{ file: 'summary.json' }],
    });
  });
});
