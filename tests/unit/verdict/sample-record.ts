/** A small healthy run: two promises, every other layer absent, controls behaving. */
import { LAYERS } from '../../../src/contract/layers.ts';
import type { PlannedRow, Row } from '../../../src/probe/schema.ts';
import type { RunRecord } from '../../../src/run/schema.ts';

const AT = '2026-11-21T10:00:00.000Z';
export const COMMIT = 'a'.repeat(40);

export function plannedRow(id: string, over: Partial<PlannedRow> = {}): PlannedRow {
  return { id, layer: 'runtime', title: `title of ${id}`, severity: 'P1', by: 'engine', ...over };
}

export function row(id: string, over: Partial<Row> = {}): Row {
  return {
    id,
    layer: 'runtime',
    title: `title of ${id}`,
    severity: 'P1',
    status: 'passed',
    at: AT,
    durationMs: 1,
    ...over,
  };
}

export const PLANNED: readonly PlannedRow[] = [
  plannedRow('code-authority.served-commit', { layer: 'code-authority', by: 'settle' }),
  plannedRow('runtime.health'),
];

export const ROWS: readonly Row[] = [
  row('code-authority.served-commit', { layer: 'code-authority' }),
  row('runtime.health'),
];

export function healthyRecord(over: Partial<RunRecord> = {}): RunRecord {
  const layers = Object.fromEntries(
    LAYERS.map((layer) => [
      layer,
      layer === 'runtime' || layer === 'code-authority'
        ? ('declared' as const)
        : { absent: 'this small system has no such layer' },
    ]),
  );
  return {
    schema: 'gate10/run/v1',
    runId: 'run-1',
    kind: 'production',
    system: 'mosaic',
    environment: 'embedded',
    frontDoor: 'https://app.mosaic.test',
    expected: { commit: COMMIT },
    commit: { subject: 'feat: everything works' },
    startedAt: AT,
    settledAt: AT,
    endedAt: '2026-11-21T10:00:09.000Z',
    runner: { name: 'playwright', version: '1.65.1', node: '24.21.0', argv: [] },
    plan: {
      schema: 'gate10/plan/v1',
      system: 'mosaic',
      environment: 'embedded',
      expected: { commit: COMMIT },
      newOperations: [],
      rows: [...PLANNED],
      contractDigest: 'c'.repeat(64),
      digest: 'd'.repeat(64),
    },
    rows: [...ROWS],
    slis: [],
    identity: [{ at: AT, via: 'app', commit: COMMIT }],
    integrity: [],
    controls: { good: 'passed', bad: 'failed' },
    layers,
    ...over,
  };
}
