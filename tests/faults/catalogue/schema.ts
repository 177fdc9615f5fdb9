/** Faults of the layer schema: Database Schema. */
import { database, schema, together } from '../broken.ts';
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, backendPatches } from '../inject.ts';

const P0 = { severity: 'P0', layer: 'schema' } as const;
const P1 = { severity: 'P1', layer: 'schema' } as const;
const P2 = { severity: 'P2', layer: 'schema' } as const;
/** The version that the table of migrations would say after them. */
const SAYS_4 = backendPatches('/__version', { '/schema_version': 4 });
const HEALTH_SAYS_4 = backendPatches('/health', {
  '/ok': true,
  '/status': 'pass',
  '/checks/schema': { ok: true, latency_ms: 1, expected: 4, actual: 4 },
});
const HEALTH_IS_200 = { faults: [appears('/health', { status: 200 })] };

export const SCHEMA_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L14-01',
    { ...P0, title: 'Migration not applied' },
    {
      'migration not run': schema('migration-missing'),
      'migration not run, and the version says it was': together(schema('migration-missing'), SAYS_4),
      'migration not run, and health says it was': together(schema('migration-missing'), HEALTH_SAYS_4, HEALTH_IS_200),
      'an answer says the version of before': backendPatches('/__version', { '/schema_version': 3 }),
      'migration not run, seen by one of two replicas': {
        faults: [{ ...appears('/__version', { patchJson: { '/schema_version': 3 } }), replica: 2 }],
      },
      column: schema('column-missing'),
      'column of a table of before': schema('column-of-old-table-missing'),
      table: schema('table-missing'),
      index: schema('index-missing'),
      'index of a table of before': schema('index-of-old-table-missing'),
    },
  ),
  fault(
    'L14-03',
    { ...P1, title: 'Schema ahead of code after rollback' },
    {
      'dropped column': schema('ahead-column-dropped'),
      'NOT NULL added': schema('ahead-not-null'),
    },
  ),
  fault(
    'L14-04',
    { ...P1, title: 'Failed migration counted as applied in shared transaction' },
    {
      'tx abort': schema('migration-aborted'),
      'tx abort, two tables': schema('migration-aborted', 'table-missing'),
      'tx abort, an index': schema('index-missing', 'table-missing'),
    },
  ),
  fault(
    'L14-06',
    { ...P1, title: 'Enum/constraint drift only hit on write' },
    {
      CHECK: schema('old-check'),
      'CHECK of a table of before': schema('old-check-on-files'),
      FK: schema('foreign-key'),
      'sequence at max': schema('sequence-at-max'),
    },
  ),
  fault('L14-07', { ...P2, title: 'Wrong schema search_path' }, { search_path: schema('search-path') }),
  fault('L14-08', {
    ...P2,
    title: 'Drift check against database prod never uses',
    expect: 'passed',
    notInjectable: { '*': 'no second database is declared: what is asked is the one that the running system names' },
  }),
  fault(
    'X14-01',
    { ...P0, title: 'What login reads is called something else in the database' },
    {
      'column renamed': schema('users-column-renamed'),
      'column renamed, and health says 200': together(schema('users-column-renamed'), HEALTH_IS_200),
    },
  ),
  fault(
    'X14-02',
    { ...P1, title: 'The database is that of a later release' },
    {
      'version ahead': schema('ahead'),
      'version ahead, seen through health': together(schema('ahead'), HEALTH_IS_200),
    },
  ),
  fault(
    'X14-03',
    { ...P1, title: 'Two releases of drift at once' },
    {
      'old check and missing column': schema('old-check', 'column-of-old-table-missing'),
      'foreign key and missing index': schema('foreign-key', 'index-missing'),
    },
  ),
  fault(
    'X14-04',
    { ...P1, title: 'The migration has not run, and what it needs is slow' },
    { '150 ms': together(schema('migration-missing'), database({ action: 'slow', delayMs: 150 })) },
  ),
  fault(
    'X14-05',
    { ...P1, title: 'A unique index is gone' },
    {
      'writes that rely on it fail': schema('unique-index-missing'),
      'and health says 200': together(schema('unique-index-missing'), HEALTH_IS_200),
    },
  ),
  fault(
    'X14-06',
    { ...P1, title: 'A column has another type', alsoNames: ['endpoints', 'database'] },
    {
      'a number is a text': schema('type-changed'),
      'and a table is missing': schema('type-changed', 'table-missing'),
    },
  ),
  fault(
    'X14-07',
    { ...P1, title: 'A trigger that somebody left refuses writes', alsoNames: ['authentication', 'database'] },
    {
      'new sessions': schema('trigger-refuses'),
      'and health says 200': together(schema('trigger-refuses'), HEALTH_IS_200),
    },
  ),
  fault(
    'X14-08',
    { ...P1, title: 'A migration ran by hand, and nothing has recorded it' },
    {
      'the code says its own version': together(schema('record-missing'), SAYS_4, HEALTH_SAYS_4, HEALTH_IS_200),
    },
  ),
  fault(
    'X14-09',
    { ...P1, title: 'What the migration of this release makes is not all there' },
    { 'a column that nobody declared': schema('column-of-feedback-missing') },
  ),
  fault(
    'X14-10',
    { ...P2, title: 'A constraint was never validated: old rows may break it', expect: 'warned' },
    { check: schema('constraint-not-validated') },
  ),
  fault(
    'X14-11',
    { ...P2, title: 'A sequence comes to its end', expect: 'warned' },
    { 'of a column of two bytes': schema('sequence-near-its-end') },
  ),
  fault(
    'X14-12',
    { ...P1, title: 'The backend reads its schema from somewhere else' },
    {
      'a version of before': backendPatches('/health', {
        '/ok': false,
        '/status': 'fail',
        '/checks/schema': { ok: false, latency_ms: 1, error: 'schema-behind', expected: 4, actual: 3 },
      }),
      'none at all': backendPatches('/health', { '/checks/schema/actual': 0 }),
    },
  ),
];
