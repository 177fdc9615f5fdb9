/** A real browser looks at every declared page; each judgement of a page is a row. */
import path from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { observePage } from '../../src/probe/browser/observe-page.ts';
import { openBrowser } from '../../src/probe/browser/open-browser.ts';
import { toExpectation, toFrontendRows } from '../../src/probe/browser/to-frontend-rows.ts';
import { urlAt } from '../../src/probe/context.ts';
import { browserRowId } from '../../src/probe/plan-browser.ts';
import { toBlindRow } from '../../src/probe/row.ts';
import type { PlannedRow, Row } from '../../src/probe/schema.ts';
import type { Observatory } from './fixture.ts';
import type { RunFiles } from './run-files.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** One row per planned browser row, always: a browser that does not start makes them `inconclusive`, never absent. */
export async function lookAtPages(run: RunFiles, observatory: Observatory): Promise<Row[]> {
  const planned = run.plan.rows.filter(({ by }) => by === 'browser');
  if (planned.length === 0) return [];
  const { clock } = observatory;
  let browser: Browser | undefined;
  try {
    browser = await launch(observatory);
    const rows: Row[] = [];
    for (const { path: pagePath } of observatory.system.contract.frontend?.pages ?? [])
      rows.push(...(await lookAtPage(browser, pagePath, planned, run, observatory)));
    return rows;
  } catch (error) {
    const why = `The browser could not be used: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
    return planned.map((row) => toBlindRow(row, why, clock.now().toISOString()));
  } finally {
    await browser?.close();
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

/** The browser goes where the declared resolvers point, and trusts the declared CA, nothing else besides. */
async function launch({ system, resolver, ca }: Observatory): Promise<Browser> {
  const names = [...new Set(Object.values(system.environment.services).map(({ url }) => new URL(url).hostname))];
  const hosts: Record<string, readonly string[]> = {};
  for (const name of names) hosts[name] = await resolver.resolve(name).catch(() => []);
  const { executablePath } = findBrowser({ root, env: process.env, platform: process.platform });
  const { launchOptions } = openBrowser({
    machine: { platform: process.platform, uid: process.getuid?.() ?? null, env: process.env },
    stateDir: process.env['GATE10_STATE_DIR'] ?? '.gate10',
    hosts,
    ...(ca !== undefined && { caPem: ca }),
    executablePath,
  });
  return await chromium.launch(launchOptions);
}
