/** The decision table: what the manifest says of the release, held against what git and the history say. */
import { BEFORE, COMMIT, digest, lose } from './gate-stand.ts';
import { both, type Case, claims, manifest } from './spoil.ts';

const OTHER = 'd'.repeat(40);
const MIGRATION = {
  path: 'migrations/0005.sql',
  sha256: digest('a'),
  reversible: false,
  compatible: false,
  because: 'it drops a column',
};

export const CLAIMS_CASES: readonly Case[] = [
  ['git cannot be asked again', (inputs) => lose(inputs, 'claims', 'unusable'), 'inconclusive', 'claims-unverifiable'],
  ['the decision is of before claims were asked for', (inputs) => delete inputs.claims, 'passed', 'manifest'],
  ['an author was left out', manifest((value) => (value.authors = [])), 'failed', 'authors-other'],
  [
    'an author was put in the place of another',
    manifest((value) => (value.authors = ['Eve <eve@example.org>'])),
    'failed',
    'authors-other',
  ],
  [
    'a change of the configuration was left out',
    claims((value) =>
      value.derived.configuration.files.push({ path: 'app.yaml', before: digest('a'), after: digest('b') }),
    ),
    'failed',
    'configuration-other',
  ],
  [
    'a variable was left out',
    claims((value) => value.derived.configuration.variables.added.push('NEW_KEY')),
    'failed',
    'configuration-other',
  ],
  [
    'a migration was left out',
    claims((value) => value.derived.migrations.push(MIGRATION)),
    'failed',
    'migrations-other',
  ],
  [
    'a migration is said to be harmless',
    both(
      manifest((value) => (value.migrations = [{ ...MIGRATION, reversible: true }])),
      claims((value) => (value.derived.migrations = [MIGRATION])),
    ),
    'failed',
    'migrations-other',
  ],
  [
    'the veto of the way back was taken out',
    claims((value) => (value.derived.rollback = { target: BEFORE, automatic: false, veto: '0005 drops a column' })),
    'failed',
    'rollback-other',
  ],
  [
    'the way back leads elsewhere',
    manifest((value) => (value.rollback = { target: OTHER, automatic: true })),
    'failed',
    'rollback-other',
  ],
  [
    'a file goes out that the manifest does not name',
    claims((value) => (value.unnamed = ['dist/extra.js'])),
    'failed',
    'artifact-unnamed',
  ],
  [
    'another release was proven there before',
    claims((value) => (value.deployedBefore = OTHER)),
    'failed',
    'previous-other',
  ],
  [
    'something was proven there before, and the manifest says nothing was',
    manifest((value) => (value.previous = null)),
    'failed',
    'previous-other',
  ],
  [
    'the release is compared with itself',
    manifest((value) => (value.previous = { commit: COMMIT })),
    'failed',
    'previous-itself',
  ],
  [
    'what was deployed before is said, and nothing proves it',
    claims((value) => (value.deployedBefore = null)),
    'warned',
    'previous-declared',
  ],
  [
    'what was proven there before is in no history of git any more',
    claims((value) => Object.assign(value, { deployedBefore: null, lostBefore: OTHER })),
    'warned',
    'previous-declared',
  ],
  [
    'the same, and the manifest says that nothing was',
    both(
      manifest((value) => (value.previous = null)),
      claims((value) => Object.assign(value, { deployedBefore: null, lostBefore: OTHER })),
    ),
    'warned',
    'previous-declared',
  ],
  [
    'nothing was ever deployed there',
    both(
      manifest((value) => (value.previous = null)),
      claims((value) => (value.deployedBefore = null)),
    ),
    'passed',
    'claims',
  ],
];
