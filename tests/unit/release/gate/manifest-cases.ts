/** The decision table: the manifest, its artifacts, its window, its way back, its thresholds. */
import { BEFORE, COMMIT, digest, lose } from './gate-stand.ts';
import { at, both, type Case, card, explained, loosened, manifest, nothing, proof, RFC, wayBack } from './spoil.ts';

export const MANIFEST_CASES: readonly Case[] = [
  [
    'all is as it should be',
    nothing,
    'passed',
    'manifest',
    'artifacts',
    'in-window',
    'way-back',
    'thresholds',
    'approved',
    'scorecard',
    'proven',
    'rehearsed',
  ],
  // manifest
  ['there is no manifest', (inputs) => lose(inputs, 'manifest'), 'inconclusive', 'manifest-missing'],
  [
    'the manifest cannot be believed',
    (inputs) => lose(inputs, 'manifest', 'unusable'),
    'inconclusive',
    'manifest-unusable',
  ],
  [
    'the manifest is of another environment',
    manifest((value) => (value.environment = 'staging')),
    'failed',
    'other-environment',
  ],
  [
    'the manifest is of another commit',
    manifest((value) => (value.commit = 'c'.repeat(40))),
    'failed',
    'other-commit',
    'scorecard-of-other-commit',
  ],
  ['another commit is asked for', (inputs) => (inputs.commit = 'c'.repeat(40)), 'failed', 'other-commit'],
  ['the beginning of the commit is asked for', (inputs) => (inputs.commit = COMMIT.slice(0, 7)), 'passed'],
  ['the beginning is asked for in capitals', (inputs) => (inputs.commit = COMMIT.slice(0, 12).toUpperCase()), 'passed'],
  ['six digits are asked for', (inputs) => (inputs.commit = COMMIT.slice(0, 6)), 'failed', 'other-commit'],
  ['more than the commit is asked for', (inputs) => (inputs.commit = `${COMMIT}aa`), 'failed', 'other-commit'],
  ['no commit is asked for', (inputs) => delete inputs.commit, 'passed'],
  [
    'the gate is of another environment',
    (inputs) => (inputs.environment = 'staging'),
    'failed',
    'other-environment',
    'scorecard-of-other-environment',
  ],
  // artifacts
  [
    'an artifact was changed',
    (inputs) => (inputs.artifacts = [{ path: 'dist/app.js', state: 'changed' }]),
    'failed',
    'artifact-changed',
  ],
  [
    'an artifact is gone',
    (inputs) => (inputs.artifacts = [{ path: 'dist/app.js', state: 'absent' }]),
    'failed',
    'artifact-absent',
  ],
  [
    'an artifact leads outside',
    (inputs) => (inputs.artifacts = [{ path: 'dist/app.js', state: 'outside' }]),
    'failed',
    'artifact-outside',
  ],
  [
    'an artifact became a folder',
    (inputs) => (inputs.artifacts = [{ path: 'dist/app.js', state: 'not-a-file' }]),
    'failed',
    'artifact-not-a-file',
  ],
  [
    'an artifact cannot be read',
    (inputs) => (inputs.artifacts = [{ path: 'dist/app.js', state: 'unreadable' }]),
    'inconclusive',
    'artifact-unreadable',
  ],
  ['no artifact was looked at', (inputs) => (inputs.artifacts = []), 'inconclusive', 'artifacts-unseen'],
  [
    'more were looked at than are named',
    (inputs) => inputs.artifacts.push({ path: 'x', state: 'same' }),
    'inconclusive',
    'artifacts-unseen',
  ],
  [
    'the manifest names none',
    both(
      manifest((value) => (value.artifacts = [])),
      (inputs) => (inputs.artifacts = []),
    ),
    'failed',
    'no-artifacts',
  ],
  [
    'one of two was changed',
    both(
      manifest((value) => value.artifacts.push({ path: 'b', sha256: digest('1'), bytes: 1 })),
      (inputs) => inputs.artifacts.push({ path: 'b', state: 'changed' }),
    ),
    'failed',
    'artifact-changed',
  ],
  [
    'one is gone and one unreadable',
    both(
      manifest((value) => value.artifacts.push({ path: 'b', sha256: digest('1'), bytes: 1 })),
      (inputs) =>
        (inputs.artifacts = [
          { path: 'dist/app.js', state: 'absent' },
          { path: 'b', state: 'unreadable' },
        ]),
    ),
    'failed',
    'artifact-absent',
    'artifact-unreadable',
  ],
  // window
  ['it is too early by a second', at('2026-11-22T07:59:59.000Z'), 'failed', 'too-early'],
  [
    'the window opens now',
    both(
      at('2026-11-22T08:00:00.000Z'),
      proof((value) => (value.endedAt = '2026-11-22T07:50:00.000Z')),
      card((value) => (value.generatedAt = '2026-11-22T07:50:00.000Z')),
    ),
    'passed',
    'in-window',
  ],
  [
    'the window closes now',
    both(
      at('2026-11-22T12:00:00.000Z'),
      proof((value) => (value.endedAt = '2026-11-22T11:50:00.000Z')),
    ),
    'failed',
    'too-late',
  ],
  [
    'the window closes in a millisecond',
    both(
      at('2026-11-22T11:59:59.999Z'),
      proof((value) => (value.endedAt = '2026-11-22T11:50:00.000Z')),
    ),
    'passed',
    'in-window',
  ],
  [
    'the window was last week',
    manifest((value) => (value.rollout = { notBefore: '2026-11-15T08:00:00Z', notAfter: '2026-11-15T12:00:00Z' })),
    'failed',
    'too-late',
  ],
  [
    'the window is next week',
    manifest((value) => (value.rollout = { notBefore: '2026-11-29T08:00:00Z', notAfter: '2026-11-29T12:00:00Z' })),
    'failed',
    'too-early',
  ],
  ['there is no window', manifest((value) => (value.rollout = null)), 'passed'],
  // the way back
  ['there is no way back', wayBack({ target: null, automatic: false }), 'warned', 'no-way-back'],
  [
    'a migration bars the way back',
    wayBack({ target: BEFORE, automatic: false, veto: '0005 drops a column' }),
    'warned',
    'no-way-back',
  ],
  ['the way back asks a person', wayBack({ target: BEFORE, automatic: false }), 'passed', 'way-back'],
  // thresholds
  ['it is the first decision here', (inputs) => (inputs.thresholds.before = null), 'passed', 'thresholds'],
  [
    'a threshold is not the one that was approved',
    (inputs) =>
      (inputs.thresholds.now = [
        { path: 'authority/policy.yaml', sha256: digest('2') },
        { path: 'contracts/policy.yaml', sha256: digest('e') },
      ]),
    'failed',
    'thresholds-other',
  ],
  [
    'a file of thresholds is gone',
    (inputs) => (inputs.thresholds.now = [{ path: 'authority/policy.yaml', sha256: digest('2') }]),
    'failed',
    'thresholds-other',
  ],
  [
    'a file of thresholds is new since the approval',
    (inputs) =>
      (inputs.thresholds.now = [...inputs.thresholds.now, { path: 'contracts/objectives.yaml', sha256: digest('e') }]),
    'failed',
    'thresholds-other',
  ],
  ['thresholds changed since the last decision, and nobody says why', loosened, 'failed', 'threshold-without-rfc'],
  ['thresholds changed, and the record was approved', explained, 'warned', 'thresholds'],
  [
    'thresholds changed, and the record is gone',
    both(explained, (inputs) => (inputs.records = [])),
    'failed',
    'rfc-other',
  ],
  [
    'thresholds changed, and the record was rewritten',
    both(explained, (inputs) => (inputs.records = [{ ...RFC, sha256: digest('e') }])),
    'failed',
    'rfc-other',
  ],
  [
    'the record is about another file',
    both(
      explained,
      manifest((value) => (value.thresholdChanges = [{ path: 'contracts/objectives.yaml', rfc: RFC }])),
    ),
    'failed',
    'threshold-without-rfc',
  ],
  [
    'a file of thresholds was taken away since',
    both((inputs) => inputs.thresholds.before?.files.push({ path: 'contracts/objectives.yaml', sha256: digest('e') })),
    'failed',
    'threshold-without-rfc',
  ],
  [
    'a record is named for what did not change',
    both(
      manifest((value) => (value.thresholdChanges = [{ path: 'contracts/policy.yaml', rfc: RFC }])),
      (inputs) => (inputs.records = [RFC]),
    ),
    'passed',
    'thresholds',
  ],
];
