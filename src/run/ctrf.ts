/** CTRF 0.0.0 (ctrf.io): one test per promise, one per integrity finding. Written by hand: the package is 300 kB for one object. */
import { sha256Hex } from '../contract/canonical.ts';
import type { Row } from '../probe/schema.ts';
import { plainText } from './plain-text.ts';
import type { IntegrityFinding, RunRecord } from './schema.ts';

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'other';

export interface CtrfTest {
  readonly name: string;
  readonly status: CtrfStatus;
  readonly duration: number;
  readonly rawStatus: string;
  readonly suite: readonly string[];
  readonly message?: string;
  readonly tags: readonly string[];
  readonly retries?: number;
  readonly extra?: Record<string, unknown>;
}

export interface CtrfFacts {
  /** what the report id is made of */
  readonly id: string;
  /** ISO-8601 UTC */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly tool: Readonly<Record<string, string>>;
  readonly tests: readonly CtrfTest[];
  readonly environment: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A whole CTRF document; the summary is counted here. */
export function toCtrfDocument({ id, startedAt, endedAt, tool, tests, ...rest }: CtrfFacts): Record<string, unknown> {
  const count = (status: CtrfStatus): number => tests.filter((test) => test.status === status).length;
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    reportId: toUuid(id),
    timestamp: endedAt,
    generatedBy: 'gate10',
    results: {
      tool,
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: count('other'),
        start: Date.parse(startedAt),
        stop: Date.parse(endedAt),
      },
      tests,
      ...rest,
    },
  };
}

/** Durations are milliseconds. `warned` is `passed` with rawStatus "warned"; inconclusive is `other`, or `skipped` where it never ran. */
export function toCtrf(record: RunRecord): Record<string, unknown> {
  return toCtrfDocument({
    id: record.runId,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    tool: { name: record.runner.name, version: record.runner.version },
    tests: [...record.rows.map(toTest), ...record.integrity.map(toIntegrityTest)],
    environment: { testEnvironment: record.environment, appName: record.system, ...commitOf(record) },
  });
}

function commitOf({ expected }: RunRecord): Record<string, string> {
  return {
    ...(expected.commit !== undefined && { commit: expected.commit }),
    ...(expected.version !== undefined && { appVersion: expected.version }),
  };
}

function toTest(row: Row): CtrfTest {
  return {
    name: row.id,
    status: toCtrfStatus(row),
    duration: row.durationMs,
    rawStatus: row.reason === undefined ? row.status : `${row.status}: ${row.reason}`,
    suite: [row.layer],
    tags: [row.severity],
    ...(row.message !== undefined && { message: plainText(row.message) }),
    ...(row.attempts && row.attempts.length > 1 && { retries: row.attempts.length - 1 }),
    extra: {
      title: row.title,
      ...(row.expected !== undefined && { expected: plainText(row.expected) }),
      ...(row.actual !== undefined && { actual: plainText(row.actual) }),
      ...(row.source !== undefined && { source: row.source }),
      ...(row.authority !== undefined && { authority: row.authority }),
    },
  };
}

/** How CTRF says what gate10 says. */
export function toCtrfStatus(row: Pick<Row, 'status' | 'reason'>): CtrfStatus {
  switch (row.status) {
    case 'passed':
    case 'warned':
      return 'passed';
    case 'failed':
      return 'failed';
    case 'inconclusive':
      return row.reason === 'not-run' ? 'skipped' : 'other';
  }
}

function toIntegrityTest({ code, verdict, message }: IntegrityFinding): CtrfTest {
  const status = verdict === 'failed' ? 'failed' : verdict === 'warned' ? 'passed' : 'other';
  return {
    name: `run-integrity.${code}`,
    status,
    duration: 0,
    rawStatus: verdict,
    suite: ['run-integrity'],
    message: plainText(message),
    tags: [],
  };
}

/** CTRF wants a UUID: version 8 (RFC 9562, 5.8) over the run id, so that the same run keeps its id. */
function toUuid(runId: string): string {
  const hex = sha256Hex(runId);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
