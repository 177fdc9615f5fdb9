/** One thing of a good gate spoiled: what the cases of the decision table are made of. */
import type { GateInputs } from '../../../../src/release/gate/schema.ts';
import { digest, readValue } from './gate-stand.ts';

export type Verdict = 'passed' | 'warned' | 'failed' | 'inconclusive';
export type Spoil = (inputs: GateInputs) => void;
export type Case = readonly [what: string, spoil: Spoil, verdict: Verdict, ...codes: readonly string[]];

export const nothing: Spoil = () => undefined;
export const manifest =
  (change: (value: ReturnType<typeof manifestOf>) => void): Spoil =>
  (inputs) =>
    change(manifestOf(inputs));
const manifestOf = (inputs: GateInputs) => readValue(inputs, 'manifest').manifest;
export const claims =
  (change: (value: ReturnType<typeof claimsOf>) => void): Spoil =>
  (inputs) =>
    change(claimsOf(inputs));
const claimsOf = (inputs: GateInputs) => readValue(inputs, 'claims');
/** As the manifest has it, and git. */
export const wayBack = (rollback: ReturnType<typeof manifestOf>['rollback']): Spoil =>
  both(
    manifest((value) => (value.rollback = rollback)),
    claims((value) => (value.derived.rollback = rollback)),
  );
export const card =
  (change: (value: ReturnType<typeof cardOf>) => void): Spoil =>
  (inputs) =>
    change(cardOf(inputs));
const cardOf = (inputs: GateInputs) => readValue(inputs, 'scorecard');
export const proof =
  (change: (value: ReturnType<typeof proofOf>) => void): Spoil =>
  (inputs) =>
    change(proofOf(inputs));
const proofOf = (inputs: GateInputs) => readValue(inputs, 'proof');
export const signOff =
  (change: (value: ReturnType<typeof signOffOf>) => void): Spoil =>
  (inputs) =>
    change(signOffOf(inputs));
const signOffOf = (inputs: GateInputs) => readValue(inputs, 'signOff');
export const rehearsal =
  (change: (value: ReturnType<typeof rehearsalOf>) => void): Spoil =>
  (inputs) =>
    change(rehearsalOf(inputs));
const rehearsalOf = (inputs: GateInputs) => readValue(inputs, 'rehearsal');
export const both =
  (...spoils: readonly Spoil[]): Spoil =>
  (inputs) => {
    for (const spoil of spoils) spoil(inputs);
  };
export const at =
  (now: string): Spoil =>
  (inputs) => {
    inputs.now = now;
  };

export const FAILED_ROW = {
  id: 'integration.app.api',
  layer: 'integration',
  severity: 'P1',
  message: 'answers 502',
} as const;
export const OTHER_ROW = { id: 'tls.app.expiry', layer: 'tls', severity: 'P1', message: 'expires tomorrow' } as const;
type Finding = ReturnType<typeof proofOf>['failed'][number];
export const broken = (...rows: readonly Finding[]): Spoil =>
  proof((value) => {
    Object.assign(value, { outcome: 'failed', verdict: 'failed', message: 'run r1: failed', failed: rows });
    value.rest = { verdict: 'passed', because: ['all 3 promises were observed and kept'] };
  });
type Waiver = ReturnType<typeof signOffOf>['waivers'][number];
export const waive = (...covers: readonly Waiver['covers'][]): Spoil =>
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
export const refuse = (code: Refusal['code']): Spoil =>
  signOff((value) => {
    value.refused = [
      { file: `sign-off/${code}.dsse.json`, kind: 'approval', approver: 'eve@example.org', code, why: code },
    ];
  });
export const incomplete = (...missing: readonly string[]): Spoil =>
  signOff((value) => Object.assign(value, { outcome: 'incomplete', approvals: [], missing }));
export const unverifiable: Spoil = signOff((value) => {
  value.unverifiable = [{ file: 'a', kind: 'approval', approver: 'grace@example.org', why: 'ssh-keygen is not here' }];
});
export const RFC = { path: 'decisions/0021.md', sha256: digest('8') };
export const loosened: Spoil = (inputs) => {
  if (inputs.thresholds.before)
    inputs.thresholds.before.files = [
      { path: 'authority/policy.yaml', sha256: digest('2') },
      { path: 'contracts/policy.yaml', sha256: digest('9') },
    ];
};
export const explained = both(
  loosened,
  manifest((value) => (value.thresholdChanges = [{ path: 'contracts/policy.yaml', rfc: RFC }])),
  (inputs) => {
    inputs.records = [RFC];
  },
);
