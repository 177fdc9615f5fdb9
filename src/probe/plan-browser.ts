/** The rows that the browser tests produce: one for each judgement of each declared page. */
import { plannedFindings } from './browser/judge-page.ts';
import type { ProbeContext } from './context.ts';
import { sourceOf } from './row.ts';
import type { PlannedRow } from './schema.ts';

/** The id of one judgement of one page: `frontend.<path>.<finding>`. */
export function browserRowId(path: string, findingId: string): string {
  return `frontend.${path}.${findingId}`;
}

/** The build's commit is judged where the contract says where to find it and a commit is expected. */
export function planBrowser(system: ProbeContext['system'], expectedCommit: string | undefined): PlannedRow[] {
  const { frontend } = system.contract;
  if (frontend === undefined) return [];
  const buildCommit = frontend.buildCommit === undefined || expectedCommit === undefined ? null : expectedCommit;
  return frontend.pages.flatMap((page, index) => {
    const source = sourceOf(system, `frontend.pages.${index}`);
    return plannedFindings({ buildCommit }).map(({ id, title }) => ({
      id: browserRowId(page.path, id),
      layer: 'frontend',
      title: `${page.path}: ${title}`,
      severity: 'P0',
      by: 'browser',
      ...(source === undefined ? {} : { source }),
    }));
  });
}
