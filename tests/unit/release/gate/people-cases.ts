/** The decision table: approvals, the scorecard, rehearsals, and several things at once. */
import { BEFORE, digest, lose } from './gate-stand.ts';
import {
  both,
  broken,
  type Case,
  card,
  FAILED_ROW,
  incomplete,
  manifest,
  proof,
  refuse,
  rehearsal,
  signOff,
  unverifiable,
  waive,
  wayBack,
} from './spoil.ts';

export const PEOPLE_CASES: readonly Case[] = [
  // sign-off
  ['nothing is known of approvals', (inputs) => lose(inputs, 'signOff'), 'inconclusive', 'sign-off-missing'],
  [
    'approvals cannot be believed',
    (inputs) => lose(inputs, 'signOff', 'unusable'),
    'inconclusive',
    'sign-off-unusable',
  ],
  ['an approval is missing', incomplete('1 of role engineering'), 'failed', 'approval-missing'],
  [
    'approvals of two roles are missing',
    incomplete('1 of role engineering', '1 of role product'),
    'failed',
    'approval-missing',
  ],
  ['approvals are missing, and nobody says which', incomplete(), 'failed', 'approval-missing'],
  [
    'a refused approval stands beside enough others',
    refuse('other-digest'),
    'warned',
    'refused-other-digest',
    'approved',
  ],
  [
    'the only approval is of another digest',
    both(incomplete('1 of role engineering'), refuse('other-digest')),
    'failed',
    'refused-other-digest',
    'approval-missing',
  ],
  [
    'the only approval is forged',
    both(incomplete('1 of role engineering'), refuse('forged')),
    'failed',
    'refused-forged',
    'approval-missing',
  ],
  [
    'the only approval is of the author',
    both(incomplete('1 of role engineering'), refuse('self-approval')),
    'failed',
    'refused-self-approval',
  ],
  [
    'the only approval is of a stranger',
    both(incomplete('1 of role engineering'), refuse('unknown-signer')),
    'failed',
    'refused-unknown-signer',
  ],
  [
    'the only approval is of the wrong role',
    both(incomplete('1 of role engineering'), refuse('wrong-role')),
    'failed',
    'refused-wrong-role',
  ],
  [
    'the only approval has expired',
    both(incomplete('1 of role engineering'), refuse('expired')),
    'failed',
    'refused-expired',
  ],
  [
    'the only approval is of the future',
    both(incomplete('1 of role engineering'), refuse('future')),
    'failed',
    'refused-future',
  ],
  [
    'the only approval was of another release',
    both(incomplete('1 of role engineering'), refuse('other-release')),
    'failed',
    'refused-other-release',
  ],
  [
    'an approval cannot be verified here, and is needed',
    both(
      unverifiable,
      signOff((value) => Object.assign(value, { outcome: 'unverifiable', approvals: [] })),
    ),
    'inconclusive',
    'unverifiable',
    'approval-unverifiable',
  ],
  ['an approval cannot be verified here, and is not needed', unverifiable, 'warned', 'unverifiable', 'approved'],
  [
    'the maintainer is alone, and says so',
    signOff((value) =>
      Object.assign(value, {
        soloMaintainer: { reason: 'a project of one person' },
        approvals: value.approvals.map((each) => ({ ...each, ownWork: true })),
      }),
    ),
    'warned',
    'solo-maintainer',
    'approved',
  ],
  [
    'the maintainer is alone, and somebody else approved',
    signOff((value) => (value.soloMaintainer = { reason: 'a project of one person' })),
    'passed',
    'approved',
  ],
  [
    'the maintainer is alone, and did not approve',
    both(
      incomplete('1 approval'),
      signOff((value) => (value.soloMaintainer = { reason: 'a project of one person' })),
    ),
    'failed',
    'approval-missing',
  ],
  [
    'the sign-off is of another manifest',
    signOff((value) => (value.manifestSha256 = digest('e'))),
    'inconclusive',
    'sign-off-of-other-manifest',
  ],
  // scorecard
  ['there is no scorecard', (inputs) => lose(inputs, 'scorecard'), 'inconclusive', 'scorecard-missing'],
  [
    'the scorecard cannot be believed',
    (inputs) => lose(inputs, 'scorecard', 'unusable'),
    'inconclusive',
    'scorecard-unusable',
  ],
  ['the manifest names no scorecard', manifest((value) => (value.scorecard = null)), 'failed', 'scorecard-not-named'],
  [
    'the scorecard is not the one that was approved',
    card((value) => (value.sha256 = digest('e'))),
    'failed',
    'scorecard-other',
  ],
  [
    'the scorecard is of another commit',
    card((value) => (value.commit = BEFORE)),
    'failed',
    'scorecard-of-other-commit',
  ],
  ['the scorecard is of no commit', card((value) => (value.commit = null)), 'failed', 'scorecard-of-other-commit'],
  [
    'the scorecard is of another environment',
    card((value) => (value.environment = 'staging')),
    'failed',
    'scorecard-of-other-environment',
  ],
  ['the scorecard is as old as it may be', card((value) => (value.generatedAt = '2026-11-15T09:00:00.000Z')), 'passed'],
  [
    'the scorecard is a second older',
    card((value) => (value.generatedAt = '2026-11-15T08:59:59.000Z')),
    'inconclusive',
    'scorecard-stale',
  ],
  [
    'the scorecard is of the future',
    card((value) => (value.generatedAt = '2026-11-22T09:00:01.000Z')),
    'inconclusive',
    'scorecard-of-the-future',
  ],
  [
    'the scorecard failed',
    card((value) => Object.assign(value, { outcome: 'failed', obstacles: ['coverage is required and failed'] })),
    'failed',
    'scorecard-failed',
  ],
  [
    'the scorecard could not be judged',
    card((value) => Object.assign(value, { outcome: 'unjudged', obstacles: ['slo is required and unknown'] })),
    'inconclusive',
    'scorecard-unjudged',
  ],
  [
    'the scorecard failed, and does not say why',
    card((value) => (value.outcome = 'failed')),
    'inconclusive',
    'scorecard-failed',
  ],
  [
    'the scorecard failed twice',
    card((value) => Object.assign(value, { outcome: 'failed', obstacles: ['a', 'b'] })),
    'failed',
    'scorecard-failed',
  ],
  [
    'the scorecard failed and is old',
    card((value) =>
      Object.assign(value, { outcome: 'failed', obstacles: ['a'], generatedAt: '2026-10-01T00:00:00.000Z' }),
    ),
    'failed',
    'scorecard-failed',
    'scorecard-stale',
  ],
  // rehearsal
  ['the rollback was never rehearsed', (inputs) => lose(inputs, 'rehearsal'), 'failed', 'rehearsal-missing'],
  [
    'the rehearsal cannot be believed',
    (inputs) => lose(inputs, 'rehearsal', 'unusable'),
    'failed',
    'rehearsal-unusable',
  ],
  [
    'the rehearsal is 30 days old',
    rehearsal((value) => (value.at = '2026-10-23T09:00:00.000Z')),
    'passed',
    'rehearsed',
  ],
  [
    'the rehearsal is 31 days old',
    rehearsal((value) => (value.at = '2026-10-22T09:00:00.000Z')),
    'failed',
    'rehearsal-stale',
  ],
  [
    'the rehearsal is of the future',
    rehearsal((value) => (value.at = '2026-11-23T09:00:00.000Z')),
    'failed',
    'rehearsal-of-the-future',
  ],
  ['the rehearsal failed', rehearsal((value) => (value.outcome = 'failed')), 'failed', 'rehearsal-failed'],
  ['the rehearsal took two minutes', rehearsal((value) => (value.durationSeconds = 120)), 'passed', 'rehearsed'],
  ['the rehearsal took longer', rehearsal((value) => (value.durationSeconds = 120.5)), 'failed', 'rehearsal-slow'],
  [
    'the rehearsal failed, long ago, slowly',
    rehearsal((value) =>
      Object.assign(value, { outcome: 'failed', at: '2026-01-01T00:00:00.000Z', durationSeconds: 999 }),
    ),
    'failed',
    'rehearsal-failed',
    'rehearsal-stale',
    'rehearsal-slow',
  ],
  [
    'no rehearsal is asked for',
    both(
      (inputs) => (inputs.policy.rules.rehearsal.required = false),
      (inputs) => lose(inputs, 'rehearsal'),
    ),
    'warned',
    'rehearsal-not-required',
  ],
  // several at once
  [
    'everything is missing',
    (inputs) => {
      for (const name of ['manifest', 'scorecard', 'proof', 'signOff', 'rehearsal'] as const) lose(inputs, name);
    },
    'failed',
    'manifest-missing',
    'scorecard-missing',
    'proof-missing',
    'sign-off-missing',
    'rehearsal-missing',
  ],
  [
    'all but the rehearsal is missing',
    (inputs) => {
      for (const name of ['manifest', 'scorecard', 'proof', 'signOff'] as const) lose(inputs, name);
    },
    'inconclusive',
    'manifest-missing',
    'scorecard-missing',
    'proof-missing',
    'sign-off-missing',
  ],
  [
    'a failure outranks what is not known',
    both(broken(FAILED_ROW), (inputs) => lose(inputs, 'scorecard')),
    'failed',
    'proven-broken',
    'scorecard-missing',
  ],
  [
    'what is not known outranks a warning',
    both(
      (inputs) => lose(inputs, 'scorecard'),
      proof((value) => (value.verdict = 'warned')),
    ),
    'inconclusive',
    'scorecard-missing',
  ],
  [
    'it is too late and an artifact was changed',
    both(
      manifest((value) => (value.rollout = { notBefore: '2026-11-15T08:00:00Z', notAfter: '2026-11-15T12:00:00Z' })),
      (inputs) => (inputs.artifacts = [{ path: 'dist/app.js', state: 'changed' }]),
    ),
    'failed',
    'too-late',
    'artifact-changed',
  ],
  [
    'warned for four reasons',
    both(
      proof((value) => (value.verdict = 'warned')),
      waive({ check: 'x' }),
      wayBack({ target: null, automatic: false }),
      refuse('expired'),
    ),
    'warned',
    'proven',
    'waiver-unused',
    'no-way-back',
    'refused-expired',
  ],
];
