/** A real browser looks at every declared page; each judgement of a page is a row. */
import type { Browser } from '@playwright/test';
import { observePage } from '../../src/probe/browser/observe-page.ts';
import { toExpectation, toFrontendRows } from '../../src/probe/browser/to-frontend-rows.ts';
import { urlAt } from '../../src/probe/context.ts';
import { browserRowId } from '../../src/probe/plan-browser.ts';
import { toBlindRow } from '../../src/probe/row.ts';
import type { PlannedRow, Row } from '../../src/probe/schema.ts';
import type { Observatory, Visitor } from './fixture.ts';
import type { RunFiles } from './run-files.ts';

/** One row per planned browser row, always: a browser that does not start makes them `inconclusive`, never absent. */
export async function lookAtPages(run: RunFiles, observatory: Observatory, visitor: Visitor): Promise<Row[]> {
  const planned = run.plan.rows.filter(({ by }) => by === 'browser');
  if (planned.length === 0) return [];
  const { clock } = observatory;
  try {
    const browser = await visitor.browser();
    const rows: Row[] = [];
    for (const { path: pagePath } of observatory.system.contract.frontend?.pages ?? [])
      rows.push(...(await lookAtPage(browser, pagePath, planned, run, observatory)));
    return rows;
  } catch (error) {
    const why = `The browser could not be used: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
    return planned.map((row) => toBlindRow(row, why, clock.now().toISOString()));
  }
}

async function lookAtPage(
  browser: Browser,
  pagePath: string,
  planned: readonly PlannedRow[],
  run: RunFiles,
  { system, clock }: Observatory,
): Promise<Row[]> {
  const { frontend } = system.contract;
  const page = frontend?.pages.find((one) => one.path === pagePath);
  if (frontend === undefined || page === undefined) return [];
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const url = urlAt(system, frontend.service, page.path);
  const context = await browser.newContext();
  try {
    const observation = await observePage(await context.newPage(), url, {
      ready: page.ready,
      withinMs: page.within,
      shows: page.shows,
      forbids: page.forbids,
      ...(page.isolated !== undefined && { isolated: page.isolated }),
      ...(frontend.buildCommit !== undefined && { buildCommitSelector: frontend.buildCommit }),
      monotonicMs: () => clock.monotonicMs(),
    });
    const own = planned.filter(({ id }) => id.startsWith(browserRowId(page.path, '')));
    const expectation = toExpectation(system, run.plan.expected.commit);
    return toFrontendRows(own, page.path, observation, expectation, at, clock.monotonicMs() - startMs);
  } finally {
    await context.close();
  }
}
