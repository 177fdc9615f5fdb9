import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { changed, MINIMAL, only, parse, refusal } from './sample-objectives.ts';

const RATIO = MINIMAL.slice(MINIMAL.indexOf('      ratioMetric'), MINIMAL.indexOf('  timeWindow'));
const ratio = (text: string) => changed([RATIO, text]);
const threshold = (source: string, objective: string) =>
  changed(
    [RATIO, `      thresholdMetric: { metricSource: ${source} }\n`],
    ['objectives: [{ target: 0.999 }]', `objectives: [${objective}]`],
  );

describe('an objective is read', () => {
  test('from Prometheus', () => {
    expect(only(MINIMAL)).toMatchObject({
      id: 'shop-availability',
      service: 'shop',
      title: 'shop-availability',
      target: 0.999,
      window: { text: '30d', seconds: 2_592_000 },
      budgeting: 'Occurrences',
      indicator: { kind: 'prometheus', counts: 'good', total: 'sum(increase(http_requests_total[{{.window}}]))' },
      errorBudgetPolicy: 'report',
      source: 'contracts/objectives.yaml:3',
    });
  });

  test.each<[string, string, object]>([
    [
      'the samples of a run',
      ratio(`      ratioMetric:
        counter: true
        good: { metricSource: { type: gate10-run, spec: { sli: availability, runs: window } } }
        total: { metricSource: { type: gate10-run, spec: { sli: availability, runs: window } } }
`),
      { kind: 'run-ratio', sli: 'availability', runs: 'window' },
    ],
    [
      'the history',
      ratio(`      ratioMetric:
        counter: true
        bad: { metricSource: { type: gate10-history, spec: { looks: failed } } }
        total: { metricSource: { type: gate10-history, spec: { looks: judged } } }
`),
      { kind: 'history' },
    ],
    [
      'failures of k6',
      ratio(`      ratioMetric:
        counter: true
        bad: { metricSource: { type: k6, spec: { file: k6.json, metric: http_req_failed } } }
        total: { metricSource: { type: k6, spec: { file: k6.json, metric: http_reqs } } }
`),
      { kind: 'k6-ratio', file: 'k6.json', bad: 'http_req_failed', total: 'http_reqs' },
    ],
    [
      'latencies of a run, in seconds',
      threshold('{ type: gate10-run, spec: { sli: latency, unit: s } }', '{ op: lte, value: 2, target: 0.95 }'),
      { kind: 'run-latency', limitMs: 2000, runs: 'newest' },
    ],
    [
      'latencies of k6, in milliseconds',
      threshold(
        '{ type: k6, spec: { file: k6.json, metric: http_req_duration, unit: ms } }',
        '{ op: lte, value: 200, targetPercent: 95 }',
      ),
      { kind: 'k6-latency', file: 'k6.json', metric: 'http_req_duration', limitMs: 200 },
    ],
  ])('from %s', (_, text, indicator) => {
    expect(only(text).indicator).toEqual(indicator);
  });

  test('by references to an SLI and a DataSource of the same file', () => {
    const slo = MINIMAL.replace(/ {2}indicator:[\s\S]*?(?= {2}timeWindow)/, '  indicatorRef: http-success\n');
    const spec = RATIO.replaceAll('type: Prometheus', 'metricSourceRef: metrics');
    const text = `${slo}---
apiVersion: openslo/v1
kind: SLI
metadata: { name: http-success }
spec:
${spec}---
apiVersion: openslo/v1
kind: DataSource
metadata: { name: metrics }
spec: { type: Prometheus, connectionDetails: { tokenSecret: METRICS_TOKEN } }
`;
    expect(only(text).indicator).toMatchObject({ kind: 'prometheus', tokenSecret: 'METRICS_TOKEN' });
  });

  test('in slices of time', () => {
    const text = changed(
      ['Occurrences', 'Timeslices'],
      ['{ target: 0.999 }', '{ target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m }'],
    );
    expect(only(text)).toMatchObject({
      budgeting: 'Timeslices',
      indicator: { slices: { seconds: 300, target: 0.95 } },
    });
    expect(only(text.replace('5m }', '5 }')).indicator).toMatchObject({ slices: { seconds: 300 } });
  });

  test('as a percentage, without the dust of a division', () => {
    expect(only(changed(['target: 0.999', 'targetPercent: 99.9'])).target).toBe(0.999);
  });

  test('over thirty days where no window is said', () => {
    expect(only(changed(['  timeWindow: [{ duration: 30d, isRolling: true }]\n', ''])).window.text).toBe('30d');
  });

  test('each of several, with an id of its own', () => {
    const { objectives } = parse(
      changed(['{ target: 0.999 }', '{ target: 0.99 }, { target: 0.999, displayName: strict }']),
    );
    expect(objectives.map(({ id, title, target }) => [id, title, target])).toEqual([
      ['shop-availability', 'shop-availability', 0.99],
      ['shop-availability#2', 'strict', 0.999],
    ]);
  });

  test('with its policy and its environments', () => {
    const text = changed([
      '{ name: shop-availability }',
      '{ name: shop-availability, annotations: { gate10.error-budget-policy: enforce, gate10.environments: "staging, production", gate10.severity: P0 } }',
    ]);
    expect(only(text)).toMatchObject({
      errorBudgetPolicy: 'enforce',
      severity: 'P0',
      environments: ['staging', 'production'],
    });
  });

  test('from a list as from several documents, each with its line', () => {
    const indented = MINIMAL.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
    const list = `- ${indented.join('\n').trimStart()}`;
    expect(only(list).source).toBe('contracts/objectives.yaml:3');
    const second = MINIMAL.replace('shop-availability', 'other').replace('0.999', '1.2');
    expect(refusal(`${MINIMAL}---\n# the second\n${second}`)).toMatch(
      /^contracts\/objectives\.yaml:32:\d+: spec\.objectives\.0\.target/,
    );
  });
});

describe('what cannot be worked with is named, with its line', () => {
  test.each<[string, string, RegExp]>([
    [
      'an unknown key',
      changed(['service: shop', 'service: shop\n  sevice: shop']),
      /yaml:6:3: spec\.sevice: the key "sevice" is not known.*Did you mean "service"/,
    ],
    [
      'another version',
      changed(['openslo/v1', 'openslo/v1alpha']),
      /yaml:1:\d+: apiVersion: the version of OpenSLO.*openslo\/v1/,
    ],
    [
      'an unknown kind',
      changed(['kind: SLO', 'kind: SLOs']),
      /yaml:2:\d+: kind: there is no such kind.*Did you mean "SLO"/,
    ],
    [
      'RatioTimeslices',
      changed(['Occurrences', 'RatioTimeslices']),
      /yaml:14:\d+: spec\.budgetingMethod: RatioTimeslices are not read/,
    ],
    [
      'a composite',
      changed(['{ target: 0.999 }', '{ target: 0.999, indicatorRef: x }']),
      /yaml:15:\d+: .*composite SLOs are not read/,
    ],
    [
      'a weight',
      changed(['{ target: 0.999 }', '{ target: 0.999, compositeWeight: 2 }']),
      /composite SLOs are not read/,
    ],
    [
      'a calendar',
      changed(['isRolling: true', 'calendar: { startTime: "2026-01-01 00:00:00", timeZone: Etc/UTC }']),
      /yaml:13:\d+: spec\.timeWindow\.0: windows that follow the calendar are not read/,
    ],
    ['a rolling month', changed(['duration: 30d', 'duration: 1M']), /yaml:13:\d+: .*no fixed length/],
    [
      'a raw ratio',
      ratio(
        '      ratioMetric: { rawType: success, raw: { metricSource: { type: prometheus, spec: { query: x } } } }\n',
      ),
      /"raw" ratios are not read/,
    ],
    [
      'a raw ratio beside others',
      changed(['counter: true', 'raw: { metricSource: { type: prometheus, spec: {} } }\n        rawType: success']),
      /"raw" stands alone/,
    ],
    [
      'good and bad',
      changed(['counter: true', 'counter: true\n        bad: { metricSource: { type: prometheus, spec: {} } }']),
      /one of good and bad/,
    ],
    ['a gauge', changed(['counter: true', 'counter: false']), /only "counter: true" is read/],
    [
      'an unknown source',
      changed(['type: Prometheus', 'type: Datadog']),
      /yaml:11:\d+: .*does not read this source.*gate10-run/,
    ],
    [
      'a query without a window',
      changed(["[{{.window}}]))' } } }\n        total", "[5m]))' } } }\n        total"]),
      /yaml:11:\d+: .*good\.metricSource\.spec\.query: the query has no \{\{\.window\}\}/,
    ],
    ['a rate', changed(['increase', 'rate']), /rate\(\) tells no number of events/],
    ['no target', changed(['{ target: 0.999 }', '{ displayName: x }']), /one of target and targetPercent/],
    ['a target of nothing', changed(['0.999', '0']), /a target of 0 promises nothing/],
    [
      'a target of everything',
      changed(['0.999', '1']),
      /yaml:15:\d+: spec\.objectives\.0\.target: the value is too big/,
    ],
    ['slices without their length', changed(['Occurrences', 'Timeslices']), /Timeslices need "timeSliceTarget"/],
    [
      'slices that nobody asked for',
      changed(['{ target: 0.999 }', '{ target: 0.999, timeSliceWindow: 5m }']),
      /go with "budgetingMethod: Timeslices" only/,
    ],
    [
      'an SLI that is not there',
      changed([/ {2}indicator:[\s\S]*?(?= {2}timeWindow)/.exec(MINIMAL)?.[0] ?? '', '  indicatorRef: gone\n']),
      /there is no SLI "gone"/,
    ],
    [
      'a DataSource that is not there',
      changed(['type: Prometheus', 'metricSourceRef: gone']),
      /there is no DataSource "gone"/,
    ],
    [
      'a threshold without a value',
      threshold('{ type: gate10-run, spec: { sli: latency, unit: s } }', '{ target: 0.95 }'),
      /has "op" and "value"/,
    ],
    [
      'a quantile that no run measures',
      threshold('{ type: gate10-run, spec: { sli: latency, unit: s } }', '{ op: lte, value: 2, target: 0.9 }'),
      /a run measures P95 and P99/,
    ],
    [
      'a threshold that has to be exceeded',
      threshold('{ type: gate10-run, spec: { sli: latency, unit: s } }', '{ op: gte, value: 2, target: 0.95 }'),
      /"op: lte" alone/,
    ],
    [
      'a threshold of Prometheus',
      threshold('{ type: prometheus, spec: { query: "x[{{.window}}]" } }', '{ op: lte, value: 2, target: 0.95 }'),
      /a thresholdMetric of prometheus is not read/,
    ],
    [
      'an annotation that is misspelt',
      changed(['{ name: shop-availability }', '{ name: shop-availability, annotations: { gate10.enviroments: x } }']),
      /Did you mean "gate10\.environments"/,
    ],
    [
      'a severity that there is not',
      changed(['{ name: shop-availability }', '{ name: shop-availability, annotations: { gate10.severity: P9 } }']),
      /annotations\.gate10\.severity: the severity is none/,
    ],
    [
      'a policy that cannot look back',
      ratio(`      ratioMetric:
        counter: true
        bad: { metricSource: { type: k6, spec: { file: k6.json, metric: http_req_failed } } }
        total: { metricSource: { type: k6, spec: { file: k6.json, metric: http_reqs } } }
`).replace(
        '{ name: shop-availability }',
        '{ name: shop-availability, annotations: { gate10.error-budget-policy: enforce } }',
      ),
      /no four weeks to look back on/,
    ],
    ['two of one name', `${MINIMAL}---\n${MINIMAL}`, /yaml:19:\d+: metadata\.name: there are two SLO objects/],
    [
      'a file of services alone',
      'apiVersion: openslo/v1\nkind: Service\nmetadata: { name: shop }\nspec: {}\n',
      /the file holds no SLO/,
    ],
    [
      'a service that is not declared where others are',
      `${MINIMAL}---\napiVersion: openslo/v1\nkind: Service\nmetadata: { name: shops }\nspec: {}\n`,
      /there is no Service "shop".*Did you mean "shops"/,
    ],
    [
      'the address of a Prometheus',
      `${MINIMAL}---\napiVersion: openslo/v1\nkind: DataSource\nmetadata: { name: m }\nspec: { type: Prometheus, connectionDetails: { url: "http://x" } }\n`,
      /connectionDetails\.url: the address differs by environment/,
    ],
    ['an empty file', '# nothing\n---\n', /the file holds no objective/],
    ['broken YAML in the second document', `${MINIMAL}---\nkind: [\n`, /yaml:(?:17|18):\d+/],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      /aliases are followed/,
    ],
  ])('%s', (_, text, said) => {
    expect(refusal(text)).toMatch(said);
  });

  test('all at once', () => {
    const text = changed(
      ['Occurrences', 'RatioTimeslices'],
      ['type: Prometheus', 'type: Datadog'],
      ['duration: 30d', 'duration: 1Q'],
    );
    expect(refusal(text).split('\n')).toHaveLength(3);
    const misspelt = changed(
      ['Occurrences', 'RatioTimeslices'],
      ['duration: 30d', 'duration: 1Q'],
      ['service:', 'servise:'],
    );
    expect(refusal(misspelt)).toMatch(/RatioTimeslices are not read/);
    expect(refusal(misspelt)).toMatch(/servise/);
  });
});

test.each<[string, number, () => string]>([
  ['of the embedded system', 5, () => readFileSync('contracts/objectives.yaml', 'utf8')],
  [
    'of the documentation',
    2,
    () => /```yaml\n(apiVersion[\s\S]*?)```/.exec(readFileSync('docs/objectives.md', 'utf8'))?.[1] ?? '',
  ],
])('the objectives %s are right, all %d', (_, count, read) => {
  expect(parse(read())).toMatchObject({ objectives: { length: count }, notUsed: [] });
});

test('alert policies, conditions and targets are read, and named as not used', () => {
  const policies = `---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: fast-burn }
spec:
  conditions: [{ conditionRef: burns }]
  alertWhenBreaching: true
  alertWhenResolved: false
  alertWhenNoData: true
  notificationTargets: [{ targetRef: on-call }]
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: { name: burns }
spec: { severity: page, condition: { kind: burnrate, op: lte, threshold: 2, lookbackWindow: 1h, alertAfter: 5m } }
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: { name: on-call }
spec: { target: pager }
`;
  const { notUsed, objectives } = parse(
    changed(['service: shop', 'service: shop\n  alertPolicies: [fast-burn]']) + policies,
  );
  expect(objectives).toHaveLength(1);
  expect(notUsed).toEqual([
    expect.stringMatching(
      /^contracts\/objectives\.yaml:19: AlertPolicy "fast-burn" is read and not used: .*several windows/,
    ),
    expect.stringMatching(/^contracts\/objectives\.yaml:29: AlertCondition "burns" is read and not used/),
    expect.stringMatching(/^contracts\/objectives\.yaml:34: AlertNotificationTarget "on-call" is read and not used/),
  ]);
  expect(refusal(changed(['service: shop', 'service: shop\n  alertPolicies: [fast-born]']) + policies)).toMatch(
    /Did you mean "fast-burn"/,
  );
});
