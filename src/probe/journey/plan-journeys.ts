/** The rows of the journeys: one for the journey itself, one each for what its pages must not show, one for the undoing. */
import type { JourneyContract, ResolvedSystem } from '../../contract/schema.ts';
import { sourceOf } from '../row.ts';
import type { PlannedRow } from '../schema.ts';

/** How a journey is made: "" = a desktop Chromium; else the name of what is special, e.g. "mobile", "firefox". */
export type Way = string;

/** Which journeys are part of a run. */
export interface JourneyScope {
  readonly which: 'smoke' | 'all';
  readonly ways: readonly Way[];
}

export const SMOKE: JourneyScope = { which: 'smoke', ways: [''] };

export type JourneyRow = 'walked' | 'accessibility' | 'complaints' | 'undone';

const TITLES: Readonly<Record<Exclude<JourneyRow, 'walked'>, string>> = {
  accessibility: 'what is shown on the way can be used by everybody',
  complaints: 'nothing breaks unseen on the way',
  undone: 'what this wrote is gone again',
};

/** `<layer>.journey.<id>`, with `@<way>` where it is not the usual one; the page's own rows belong to the frontend. */
export function journeyRowId({ id, layer }: Pick<JourneyContract, 'id' | 'layer'>, way: Way, row: JourneyRow): string {
  const name = `journey.${nameOf(id, way)}`;
  switch (row) {
    case 'walked':
      return `${layer}.${name}`;
    case 'undone':
      return `${layer}.${name}.undone`;
    case 'accessibility':
    case 'complaints':
      return `frontend.${name}.${row}`;
  }
}

/** Of a journey made in one way: also `{{run.journey}}`, so that two of them never meet in the system. */
export function nameOf(id: string, way: Way): string {
  return way === '' ? id : `${id}@${way}`;
}

export function planJourneys(system: Pick<ResolvedSystem, 'contract' | 'sources'>, scope: JourneyScope): PlannedRow[] {
  const { journeys } = system.contract;
  return scope.ways.flatMap((way) =>
    journeys.flatMap((journey, index) =>
      scope.which === 'all' || journey.smoke ? planOne(journey, way, sourceOf(system, `journeys.${index}`), scope) : [],
    ),
  );
}

/** Looking for barriers takes longer than a smoke journey, and no deployment is rolled back for one: it is left to the rest. */
function planOne(
  journey: JourneyContract,
  way: Way,
  source: string | undefined,
  { which }: JourneyScope,
): PlannedRow[] {
  const { layer, severity, authority } = journey;
  const title = way === '' ? journey.title : `${journey.title} (${way})`;
  const base = { by: 'journey' as const, severity, ...(source !== undefined && { source }) };
  const id = (row: JourneyRow): string => journeyRowId(journey, way, row);
  const page = (row: 'accessibility' | 'complaints', standard: string): PlannedRow => ({
    ...base,
    id: id(row),
    layer: 'frontend',
    title: `${title}: ${TITLES[row]}`,
    authority: standard,
  });
  return [
    { ...base, id: id('walked'), layer, title, ...(authority !== undefined && { authority }) },
    ...(which === 'all' ? [page('accessibility', 'WCAG 2.2, by axe-core')] : []),
    page('complaints', 'postmortem of 2026-01-13, layer table'),
    ...(journey.writes ? [{ ...base, id: id('undone'), layer, title: `${title}: ${TITLES.undone}` }] : []),
  ];
}
