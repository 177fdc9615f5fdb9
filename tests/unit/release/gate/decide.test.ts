/** The decision table: one thing is spoiled, and the gate says which, in the same words each time. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/release/gate/decide.ts';
import { type GateInputs, gateDecisionSchema, gateInputsSchema } from '../../../../src/release/gate/schema.ts';
import { BEFORE, COMMIT, digest, goodInputs, lose, readValue } from './gate-stand.ts';

type Verdict = 'passed' | 'warned' | 'failed' | 'inconclusive';
type Spoil = (inputs: GateInputs) => void;
type Case = readonly [what: string, spoil: Spoil, verdict: Verdict, ...codes: readonly string[]];

const nothing: Spoil = () => undefined;
const manifest =
  (change: (value: ReturnType<typeof manifestOf>) => void): Spoil =>
  (inputs) =>
    change(manifestOf(inputs));
const manifestOf = (inputs: GateInputs) => readValue(inputs, 'manifest').manifest;
const card =
  (change: (value: ReturnType<typeof cardOf>) => void): Spoil =>
  (inputs) =>
    change(cardOf(inputs));
const cardOf = (inputs: GateInputs) => readValue(inputs, 'scorecard');
const proof =
  (change: (value: ReturnType<typeof proofOf>) => void): Spoil =>
  (inputs) =>
    change(proofOf(inputs));
const proofOf = (inputs: GateInputs) => readValue(inputs, 'proof');
const signOff =
  (change: (value: ReturnType<typeof signOffOf>) => void): Spoil =>
  (inputs) =>
    change(signOffOf(inputs));
const signOffOf = (inputs: GateInputs) => readValue(inputs, 'signOff');
const rehearsal =
  (change: (value: ReturnType<typeof rehearsalOf>) => void): Spoil =>
  (inputs) =>
    change(rehearsalOf(inputs));
const rehearsalOf = (inputs: GateInputs) => readValue(inputs, 'rehearsal');
const both =
  (...spoils: readonly Spoil[]): Spoil =>
  (inputs) => {
    for (const spoil of spoils) spoil(inputs);
  };
const at =
  (now: string): Spoil =>
  (inputs) => {
    inputs.now = now;
  };

const FAILED_ROW = { id: 'integration.app.api', layer: 'integration', severity: 'P1', message: 'answers 502' } as const;
const OTHER_ROW = { id: 'tls.app.expiry', layer: 'tls', severity: 'P1', message: 'expires tomorrow' } as const;
type Finding = ReturnType<typeof proofOf>['failed'][number];
const broken = (...rows: readonly Finding[]): Spoil =>
  proof((value) => {
    Object.assign(value, { outcome: 'failed', verdict: 'failed', message: 'run r1: failed', failed: rows });
    value.rest = { verdict: 'passed', because: ['all 3 promises were observed and kept'] };
  });
type Waiver = ReturnType<typeof signOffOf>['waivers'][number];
const waive = (...covers: readonly Waiver['covers'][]): Spoil =>
  signOff((value) => {
    value.waivers = covers.map((each, index) => ({
      file: `sign-off/waiver-${index + 1}.dsse.json`,
      approver: 'grace@example.org',
      role: 'engineering',
      key: 'SHA256:abc',
      signedAt: '2026-11-22T08:56:00.000Z',
      ownWork: false,
      covers: each,
      owner: 'ada@example.org',
      reason: 'known since yesterday, ticket 7',
      expires: '2026-12-01',
    }));
  });
type Refusal = ReturnType<typeof signOffOf>['refused'][number];
const refuse = (code: Refusal['code']): Spoil =>
  signOff((value) => {
    value.refused = [
      { file: `sign-off/${code}.dsse.json`, kind: 'approval', approver: 'eve@example.org', code, why: code },
    ];
  });
const incomplete = (...missing: readonly string[]): Spoil =>
  signOff((value) => Object.assign(value, { outcome: 'incomplete', approvals: [], missing }));
const unverifiable: Spoil = signOff((value) => {
  value.unverifiable = [{ file: 'a', kind: 'approval', approver: 'grace@example.org', why: 'ssh-keygen is not here' }];
});
const RFC = { path: 'decisions/0021.md', sha256: digest('8') };
const loosened: Spoil = (inputs) => {
  if (inputs.thresholds.before)
    inputs.thresholds.before.files = [
      { path: 'authority/policy.yaml', sha256: digest('2') },
      { path: 'contracts/policy.yaml', sha256: digest('9') },
    ];
};
const explained = both(
  loosened,
  manifest((value) => (value.thresholdChanges = [{ path: 'contracts/policy.yaml', rfc: RFC }])),
  (inputs) => {
    inputs.records = [RFC];
  },
);

const CASES: readonly Case[] = [
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
  [
    'there is no way back',
    manifest((value) => (value.rollback = { target: null, automatic: false })),
    'warned',
    'no-way-back',
  ],
  [
    'a migration bars the way back',
    manifest((value) => (value.rollback = { target: BEFORE, automatic: false, veto: '0005 drops a column' })),
    'warned',
    'no-way-back',
  ],
  [
    'the way back asks a person',
    manifest((value) => (value.rollback = { target: BEFORE, automatic: false })),
    'passed',
    'way-back',
  ],
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
  // proof
  ['nothing was run', (inputs) => lose(inputs, 'proof'), 'inconclusive', 'proof-missing'],
  ['the records were tampered with', (inputs) => lose(inputs, 'proof', 'unusable'), 'inconclusive', 'proof-unusable'],
  [
    'the run could not judge',
    proof((value) => Object.assign(value, { outcome: 'inconclusive', verdict: 'inconclusive' })),
    'inconclusive',
    'unproven',
  ],
  [
    'the run was interrupted',
    proof((value) => Object.assign(value, { outcome: 'inconclusive', message: 'never sealed' })),
    'inconclusive',
    'unproven',
  ],
  ['the run warned', proof((value) => (value.verdict = 'warned')), 'warned', 'proven'],
  ['the run is said to be proven and has no verdict', proof((value) => delete value.verdict), 'inconclusive', 'proven'],
  [
    'the run is said to be proven with a failed verdict',
    proof((value) => (value.verdict = 'failed')),
    'inconclusive',
    'proven',
  ],
  ['the proof is as old as it may be', proof((value) => (value.endedAt = '2026-11-22T08:00:00.000Z')), 'passed'],
  [
    'the proof is a second older',
    proof((value) => (value.endedAt = '2026-11-22T07:59:59.000Z')),
    'inconclusive',
    'proof-stale',
  ],
  [
    'the proof is of the future',
    proof((value) => (value.endedAt = '2026-11-22T09:00:01.000Z')),
    'inconclusive',
    'proof-of-the-future',
  ],
  ['a row failed', broken(FAILED_ROW), 'failed', 'proven-broken'],
  ['two rows failed', broken(FAILED_ROW, OTHER_ROW), 'failed', 'proven-broken'],
  [
    'a row failed in an old run',
    both(
      broken(FAILED_ROW),
      proof((value) => (value.endedAt = '2026-11-21T08:00:00.000Z')),
    ),
    'failed',
    'proven-broken',
    'proof-stale',
  ],
  [
    'the run failed, and no row did',
    both(
      broken(),
      proof((value) => delete value.rest),
    ),
    'failed',
    'beyond-rows',
  ],
  [
    'the run failed, and nobody knows of the rest',
    both(
      broken(FAILED_ROW),
      proof((value) => delete value.rest),
    ),
    'failed',
    'beyond-rows',
    'proven-broken',
  ],
  // waivers
  ['the failed row is waived', both(broken(FAILED_ROW), waive({ check: FAILED_ROW.id })), 'warned', 'waived'],
  [
    'the layer of the failed row is waived',
    both(broken(FAILED_ROW), waive({ layer: 'integration' })),
    'warned',
    'waived',
  ],
  [
    'the row is waived by itself and by its layer',
    both(broken(FAILED_ROW), waive({ check: FAILED_ROW.id }, { layer: 'integration' })),
    'warned',
    'waived',
    'waiver-unused',
  ],
  [
    'a row of severity P0 is waived by its layer',
    both(broken({ ...FAILED_ROW, severity: 'P0' }), waive({ layer: 'integration' })),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'a row of severity P0 is waived by its name',
    both(broken({ ...FAILED_ROW, severity: 'P0' }), waive({ check: FAILED_ROW.id })),
    'warned',
    'waived',
  ],
  [
    'what says which build it is cannot be waived',
    both(broken({ ...FAILED_ROW, id: 'runtime.answers', layer: 'runtime' }), waive({ check: 'runtime.answers' })),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'code authority cannot be waived',
    both(
      broken({ ...FAILED_ROW, id: 'code-authority.pushed', layer: 'code-authority' }),
      waive({ layer: 'code-authority' }),
    ),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'another row is waived',
    both(broken(FAILED_ROW), waive({ check: OTHER_ROW.id })),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'another layer is waived',
    both(broken(FAILED_ROW), waive({ layer: 'tls' })),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'a pattern is no name',
    both(broken(FAILED_ROW), waive({ check: 'integration.app.(api)' })),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'the beginning of a name is no name',
    both(broken(FAILED_ROW), waive({ check: 'integration.app' })),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'a layer is no name',
    both(broken(FAILED_ROW), waive({ check: 'integration' })),
    'failed',
    'proven-broken',
    'waiver-unused',
  ],
  [
    'one of two failed rows is waived',
    both(broken(FAILED_ROW, OTHER_ROW), waive({ check: FAILED_ROW.id })),
    'failed',
    'waived',
    'proven-broken',
  ],
  [
    'both failed rows are waived',
    both(broken(FAILED_ROW, OTHER_ROW), waive({ check: FAILED_ROW.id }, { check: OTHER_ROW.id })),
    'warned',
    'waived',
  ],
  [
    'a layer waives both its rows',
    both(broken(FAILED_ROW, { ...FAILED_ROW, id: 'integration.app.cache' }), waive({ layer: 'integration' })),
    'warned',
    'waived',
  ],
  [
    'a waiver is there twice',
    both(broken(FAILED_ROW), waive({ check: FAILED_ROW.id }, { check: FAILED_ROW.id })),
    'warned',
    'waived',
    'waiver-unused',
  ],
  ['a waiver is not needed', waive({ check: FAILED_ROW.id }), 'warned', 'waiver-unused', 'proven'],
  [
    'the failed row is waived in an old run',
    both(
      broken(FAILED_ROW),
      waive({ check: FAILED_ROW.id }),
      proof((value) => (value.endedAt = '2026-11-22T07:00:00.000Z')),
    ),
    'inconclusive',
    'waived',
    'proof-stale',
  ],
  [
    'the row is waived, and the run itself was not whole',
    both(
      broken(FAILED_ROW),
      waive({ check: FAILED_ROW.id }),
      proof((value) => (value.rest = { verdict: 'inconclusive', because: ['a worker crashed'] })),
    ),
    'inconclusive',
    'waived',
    'beyond-rows',
  ],
  [
    'the row is waived, and the rest fails too',
    both(
      broken(FAILED_ROW),
      waive({ check: FAILED_ROW.id }),
      proof((value) => (value.rest = { verdict: 'failed', because: ['the known-good server was called broken'] })),
    ),
    'failed',
    'waived',
    'beyond-rows',
  ],
  [
    'the row is waived, and the rest warns',
    both(
      broken(FAILED_ROW),
      waive({ check: FAILED_ROW.id }),
      proof((value) => (value.rest = { verdict: 'warned', because: ['slow'] })),
    ),
    'warned',
    'waived',
  ],
  [
    'the row is waived, and nobody knows of the rest',
    both(
      broken(FAILED_ROW),
      waive({ check: FAILED_ROW.id }),
      proof((value) => delete value.rest),
    ),
    'failed',
    'beyond-rows',
  ],
  [
    'the row is waived, and approvals are missing',
    both(broken(FAILED_ROW), incomplete('1 of role engineering'), waive({ check: FAILED_ROW.id })),
    'failed',
    'approval-missing',
    'waived',
  ],
  [
    'a row failed, and nothing is known of waivers',
    both(broken(FAILED_ROW), (inputs) => lose(inputs, 'signOff')),
    'failed',
    'proven-broken',
    'sign-off-missing',
  ],
  [
    'a waiver is refused',
    both(broken(FAILED_ROW), refuse('unwaivable')),
    'failed',
    'proven-broken',
    'refused-unwaivable',
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
      manifest((value) => (value.rollback = { target: null, automatic: false })),
      refuse('expired'),
    ),
    'warned',
    'proven',
    'waiver-unused',
    'no-way-back',
    'refused-expired',
  ],
];

const CODES = { passed: 0, warned: 0, failed: 1, inconclusive: 3 };

describe('a release gate', () => {
  it.each(CASES.map(([what, ...rest]) => [what, rest] as const))('%s', (_, [spoil, verdict, ...codes]) => {
    const inputs = goodInputs();
    spoil(inputs);
    expect(gateInputsSchema.safeParse(inputs).error).toBeUndefined();
    const decision = decide(inputs);
    expect(gateDecisionSchema.parse(decision)).toEqual(decision);
    expect(decision).toMatchObject({ verdict, exitCode: CODES[verdict] });
    const said = new Set(decision.reasons.map(({ code }) => code));
    expect(codes.filter((code) => !said.has(code))).toEqual([]);
  });

  it('has a table of at least 120 cases, each with a name of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(120);
    expect(new Set(CASES.map(([what]) => what)).size).toBe(CASES.length);
  });

  it('gives the same bytes for the same inputs, and other ones for others', () => {
    const inputs = goodInputs();
    const text = JSON.stringify(decide(inputs));
    expect(JSON.stringify(decide(gateInputsSchema.parse(JSON.parse(JSON.stringify(inputs)))))).toBe(text);
    expect(JSON.stringify(decide({ ...inputs, now: '2026-11-22T09:00:00.001Z' }))).not.toBe(text);
  });

  it('never opens where any input is missing', () => {
    for (const name of ['manifest', 'scorecard', 'proof', 'signOff', 'rehearsal'] as const) {
      const inputs = goodInputs();
      lose(inputs, name);
      expect(decide(inputs).exitCode, name).not.toBe(0);
    }
  });

  it('says of everything that closes it what to do', () => {
    for (const [what, spoil] of CASES) {
      const inputs = goodInputs();
      spoil(inputs);
      const silent = decide(inputs).reasons.filter(
        ({ status, code, fix }) =>
          (status === 'failed' || status === 'inconclusive') &&
          fix === undefined &&
          code !== 'artifacts-unseen' &&
          code !== 'proven',
      );
      expect(silent, what).toEqual([]);
    }
  });
});
