/** A look at one page as the rows that were planned for it (`planBrowser`). */
import type { ResolvedSystem } from '../../contract/schema.ts';
import { browserRowId } from '../plan-browser.ts';
import { toRow } from '../row.ts';
import type { PlannedRow, Row } from '../schema.ts';
import { judgePage, type PageExpectation } from './judge-page.ts';
import type { Finding, PageObservation } from './schema.ts';

/** Exactly the rows that `planBrowser` planned for this page. `at` is ISO-8601 UTC, the start of the look. */
export function toFrontendRows(
  planned: readonly PlannedRow[],
  path: string,
  observation: PageObservation,
  expectation: PageExpectation,
  at: string,
  durationMs: number,
): Row[] {
  const findings = new Map(
    judgePage(observation, expectation).map((finding) => [browserRowId(path, finding.id), finding]),
  );
  return planned.flatMap((row) => {
    const finding = findings.get(row.id);
    return finding === undefined
      ? []
      : [{ ...toRow(row, { judgement: toJudgement(finding), exchanges: [] }, at), durationMs }];
  });
}

function toJudgement(finding: Finding): Parameters<typeof toRow>[1]['judgement'] {
  const { status, reason, title, expected, actual } = finding;
  const said = { message: finding.message ?? title, expected, actual };
  if (status === 'passed') return actual === undefined ? { status } : { status, evidence: { seen: actual } };
  return status === 'inconclusive' ? { status, reason: reason ?? 'blind', ...said } : { status, ...said };
}

/** What a page has to be; hosts of the other services count as declared. */
export function toExpectation(
  { contract, environment }: ResolvedSystem,
  expectedCommit: string | undefined,
): PageExpectation {
  const services = Object.values(environment.services).map(({ url }) => new URL(url).host);
  return {
    status: 200,
    hosts: [...services, ...(contract.frontend?.hosts ?? [])],
    consoleBaseline: contract.frontend?.consoleBaseline ?? [],
    buildCommit: contract.frontend?.buildCommit === undefined ? null : (expectedCommit ?? null),
  };
}
