/** JUnit XML (the form that Jenkins, GitLab and Azure read): one suite per layer, one test case per promise. */
import { LAYER_TITLES, LAYERS } from '../contract/layers.ts';
import type { Row } from '../probe/schema.ts';
import type { RunRecord } from './schema.ts';
import { xmlText } from './xml.ts';

const seconds = (durationMs: number): string => (durationMs / 1000).toFixed(3);

/** `failed` = failure; `inconclusive` = error (could not be judged), `skipped` where it never ran. */
export function toJUnit(record: RunRecord): string {
  const suites = LAYERS.map((layer) => ({ layer, rows: record.rows.filter((row) => row.layer === layer) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ layer, rows }) => toSuite(LAYER_TITLES[layer], rows, record.startedAt));
  const integrity = toIntegritySuite(record);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xmlText(`${record.system} ${record.environment}`)}">\n${[...suites, ...integrity].join('\n')}\n</testsuites>\n`;
}

function toSuite(name: string, rows: readonly Row[], at: string): string {
  const count = (wanted: (row: Row) => boolean): number => rows.filter(wanted).length;
  const total = rows.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const head = `  <testsuite name="${xmlText(name)}" tests="${rows.length}" failures="${count(({ status }) => status === 'failed')}" errors="${count(isError)}" skipped="${count(isSkipped)}" time="${seconds(total)}" timestamp="${xmlText(at)}">`;
  return `${head}\n${rows.map(toCase).join('\n')}\n  </testsuite>`;
}

const isSkipped = (row: Row): boolean => row.status === 'inconclusive' && row.reason === 'not-run';
const isError = (row: Row): boolean => row.status === 'inconclusive' && row.reason !== 'not-run';

function toCase(row: Row): string {
  const head = `    <testcase classname="${xmlText(row.layer)}" name="${xmlText(row.id)}" time="${seconds(row.durationMs)}"`;
  const body = toCaseBody(row);
  return body === '' ? `${head}/>` : `${head}>\n${body}\n    </testcase>`;
}

function toCaseBody(row: Row): string {
  const message = xmlText(row.message ?? row.title);
  const facts = [row.expected && `expected: ${row.expected}`, row.actual && `actual: ${row.actual}`, row.source];
  const detail = xmlText(facts.filter(Boolean).join('\n'));
  switch (row.status) {
    case 'passed':
      return '';
    case 'warned':
      return `      <system-out>warned: ${message}</system-out>`;
    case 'failed':
      return `      <failure message="${message}" type="${row.severity}">${detail}</failure>`;
    case 'inconclusive':
      return isSkipped(row)
        ? `      <skipped message="${message}"/>`
        : `      <error message="${message}" type="${row.reason ?? 'not-run'}">${detail}</error>`;
  }
}

function toIntegritySuite(record: RunRecord): string[] {
  const { integrity } = record;
  if (integrity.length === 0) return [];
  const failures = integrity.filter(({ verdict }) => verdict === 'failed').length;
  const warnings = integrity.filter(({ verdict }) => verdict === 'warned').length;
  const cases = integrity.map(({ code, verdict, message }, index) => {
    const head = `    <testcase classname="run-integrity" name="${xmlText(`${code}.${index + 1}`)}" time="0.000">`;
    const tag = verdict === 'failed' ? 'failure' : 'error';
    const body =
      verdict === 'warned'
        ? `      <system-out>warned: ${xmlText(message)}</system-out>`
        : `      <${tag} message="${xmlText(message)}" type="${verdict}"/>`;
    return `${head}\n${body}\n    </testcase>`;
  });
  return [
    `  <testsuite name="Run integrity" tests="${integrity.length}" failures="${failures}" errors="${integrity.length - failures - warnings}" skipped="0" time="0.000">\n${cases.join('\n')}\n  </testsuite>`,
  ];
}
