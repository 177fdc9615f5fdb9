/** The rule of ARCHITECTURE.md as a pure function over import edges (paths from the project's root). */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
}

const ARROW = ['contract', 'probe', 'run', 'verdict', 'record', 'release', 'response'];
/** May be imported by everything right of contract; may themselves import contract only. */
const SIDE = ['ledger', 'telemetry'];
const EDGES = ['cli', 'page'];
/** `tests/support` is code of the suite that adopters use: the public barrel and the runner's adapters hand it out. */
const HANDS_OUT_SUITE = ['reporters', 'index.ts'];

function folderOf(file: string): string {
  const [top, second] = file.split('/');
  if (top === 'reporters') return 'reporters';
  if (top === 'tests' && second === 'support') return 'suite';
  if (top !== 'src') return 'outside';
  return second ?? '';
}

function allowed(from: string, to: string): boolean {
  if (to === 'errors.ts') return true;
  if (from === 'errors.ts') return false;
  if (to === 'suite') return HANDS_OUT_SUITE.includes(from);
  if (from === 'reporters' || EDGES.includes(from) || from === 'index.ts') return to !== 'outside' && to !== 'index.ts';
  if (to === 'reporters' || EDGES.includes(to) || to === 'index.ts' || to === 'outside') return false;
  if (from === to) return true;
  if (SIDE.includes(from)) return to === 'contract';
  if (SIDE.includes(to)) return from !== 'contract' && ARROW.includes(from);
  const [left, right] = [ARROW.indexOf(to), ARROW.indexOf(from)];
  return left >= 0 && right >= 0 && left < right;
}

/** The edges that break the rule, as sentences. */
export function findArrowBreaks(edges: readonly ImportEdge[]): string[] {
  return edges
    .filter(({ from, to }) => !allowed(folderOf(from), folderOf(to)))
    .map(
      ({ from, to }) =>
        `${from} imports ${to}: imports go to the left only (contract → probe → run → verdict → record → release → response)`,
    );
}
