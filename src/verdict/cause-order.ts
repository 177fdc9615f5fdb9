/** The order in which findings explain each other: a broken proxy is why the front door serves no build, not the other way. */
import type { Plan, Row } from '../probe/schema.ts';

/** A row of an earlier rank may be why those of later ranks failed. Along the user path, then the build, then the rest. */
function rankOf(row: Pick<Row, 'id' | 'layer'>, watched: ReadonlySet<string>): number {
  switch (row.layer) {
    case 'dns':
      return 0;
    case 'tls':
      return 1;
    case 'runtime':
      // Asked directly, at the start. What is sampled or watched to the end is the consequence of much else.
      return watched.has(row.id) ? 5 : 2;
    case 'integration':
      return 3;
    case 'code-authority':
      return 4;
    default:
      return 5;
  }
}

/** The same rows, causes first; rows of one rank stay in their order. */
export function inCauseOrder<T extends Pick<Row, 'id' | 'layer'>>(rows: readonly T[], plan: Pick<Plan, 'rows'>): T[] {
  const watched = new Set(plan.rows.filter(({ by }) => by === 'sampling' || by === 'confirm').map(({ id }) => id));
  return rows.toSorted((a, b) => rankOf(a, watched) - rankOf(b, watched));
}
