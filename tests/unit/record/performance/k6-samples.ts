/** The same k6 run in the three forms of its summary, and changed copies. */

/** What `handleSummary` is given. */
export const data = {
  root_group: { name: '', path: '', id: 'd41d8cd98f00b204e9800998ecf8427e', groups: [], checks: [] },
  options: {
    summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'],
    summaryTimeUnit: '',
    noColor: false,
  },
  state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: 60_012.4 },
  metrics: {
    http_reqs: { type: 'counter', contains: 'default', values: { count: 6000, rate: 99.98 } },
    http_req_duration: {
      type: 'trend',
      contains: 'time',
      values: { avg: 61.2, min: 12.1, med: 55.9, max: 412.7, 'p(90)': 101.4, 'p(95)': 131.9, 'p(99)': 240.3 },
      thresholds: { 'p(95)<200': { ok: true }, 'p(99)<400': { ok: true } },
    },
    'http_req_duration{expected_response:true}': {
      type: 'trend',
      contains: 'time',
      values: { avg: 61, min: 12.1, med: 55.9, max: 400, 'p(90)': 101.4, 'p(95)': 131.9, 'p(99)': 240.3 },
    },
    http_req_failed: {
      type: 'rate',
      contains: 'default',
      values: { rate: 0.001, passes: 6, fails: 5994 },
      thresholds: { 'rate<0.01': { ok: true } },
    },
    iterations: { type: 'counter', contains: 'default', values: { count: 6000, rate: 99.98 } },
    checks: { type: 'rate', contains: 'default', values: { rate: 1, passes: 12_000, fails: 0 } },
    vus: { type: 'gauge', contains: 'default', values: { value: 12, min: 10, max: 40 } },
  },
};

/** `--summary-export`: a threshold that is `true` was NOT kept. */
export const exported = {
  root_group: { name: '', path: '', id: 'd41d8cd98f00b204e9800998ecf8427e', groups: {}, checks: {} },
  metrics: {
    http_reqs: { count: 6000, rate: 99.98 },
    http_req_duration: {
      avg: 61.2,
      min: 12.1,
      med: 55.9,
      max: 412.7,
      'p(90)': 101.4,
      'p(95)': 131.9,
      thresholds: { 'p(95)<200': false },
    },
    http_req_failed: { passes: 6, fails: 5994, value: 0.001, thresholds: { 'rate<0.01': false } },
    iterations: { count: 6000, rate: 99.98 },
    checks: { passes: 12_000, fails: 0, value: 1 },
    vus: { value: 12, min: 10, max: 40 },
  },
};

/** `--new-machine-readable-summary`: it says nothing of thresholds. */
export const machine = {
  version: '1.0.0',
  metadata: { k6Version: '2.3.0', generatedAt: '2026-11-21T12:00:00Z' },
  config: { execution: 'local', script: 'load.js', duration: 60.01 },
  results: {
    checks: {
      metrics: [
        { name: 'checks_failed', type: 'rate', contains: 'default', values: { rate: 0, matches: 0, total: 12_000 } },
      ],
      results: [{ name: 'status is 200', passes: 12_000, fails: 0 }],
    },
    metrics: [
      { name: 'http_reqs', type: 'counter', contains: 'default', values: { count: 6000 } },
      { name: 'http_req_duration', type: 'trend', contains: 'time', values: { avg: 61.2, med: 55.9, 'p(95)': 131.9 } },
      { name: 'http_req_failed', type: 'rate', contains: 'default', values: { rate: 0.001, matches: 6, total: 6000 } },
    ],
  },
};

/** A deep copy with some values replaced; `undefined` takes one away. */
export function changed(
  summary: object,
  ...changes: readonly (readonly [readonly (string | number)[], unknown])[]
): string {
  const copy = structuredClone(summary);
  for (const [at, value] of changes) {
    const keys = [...at];
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Record<string | number, unknown>>(
      (node, key) => node[key] as Record<string | number, unknown>,
      copy as Record<string, unknown>,
    );
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return JSON.stringify(copy, null, 2);
}
