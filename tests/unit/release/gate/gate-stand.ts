/** A gate that sees nothing but good, for tests to spoil one thing of. */
import type { GateInputs } from '../../../../src/release/gate/schema.ts';
import type { Claims } from '../../../../src/release/manifest/derive-claims.ts';
import type { ReleaseManifest } from '../../../../src/release/manifest/schema.ts';

export const NOW = '2026-11-22T09:00:00.000Z';
export const COMMIT = 'a'.repeat(40);
export const BEFORE = 'b'.repeat(40);
export const digest = (letter: string): string => letter.repeat(64);

export function goodManifest(): ReleaseManifest {
  return {
    schema: 'gate10/release-manifest/v1',
    release: 'v1.4.0',
    system: 'careers',
    environment: 'production',
    commit: COMMIT,
    previous: { commit: BEFORE },
    authors: ['Ada <ada@example.org>'],
    artifacts: [{ path: 'dist/app.js', sha256: digest('1'), bytes: 10 }],
    configuration: { files: [], variables: { added: [], removed: [] } },
    thresholds: [
      { path: 'authority/policy.yaml', sha256: digest('2') },
      { path: 'contracts/policy.yaml', sha256: digest('3') },
    ],
    thresholdChanges: [],
    rollout: { notBefore: '2026-11-22T08:00:00.000Z', notAfter: '2026-11-22T12:00:00.000Z' },
    rollback: { target: BEFORE, automatic: true },
    migrations: [],
    scorecard: { path: '.gate10/readiness-scorecard.json', sha256: digest('4') },
    sbom: null,
    dashboards: [],
  };
}

function goodClaims(): Claims {
  const { authors, configuration, migrations, rollback } = goodManifest();
  return { authors, configuration, migrations, rollback };
}

export function goodInputs(): GateInputs {
  return {
    schema: 'gate10/gate-inputs/v1',
    id: 'gate-20261122090000-00000001',
    traceId: '1'.padStart(32, '0'),
    now: NOW,
    gate10: '0.1.0',
    environment: 'production',
    commit: COMMIT,
    manifest: { state: 'read', value: { sha256: digest('5'), manifest: goodManifest() } },
    claims: { state: 'read', value: { derived: goodClaims(), deployedBefore: BEFORE, unnamed: [] } },
    artifacts: [{ path: 'dist/app.js', state: 'same' }],
    thresholds: { now: goodManifest().thresholds, before: { decision: 'gate-1', files: goodManifest().thresholds } },
    records: [],
    scorecard: {
      state: 'read',
      value: {
        sha256: digest('4'),
        commit: COMMIT,
        environment: 'production',
        generatedAt: '2026-11-22T08:55:00.000Z',
        outcome: 'passed',
        obstacles: [],
      },
    },
    proof: {
      state: 'read',
      value: {
        outcome: 'proven',
        message: 'run r1: passed',
        runId: 'r1',
        endedAt: '2026-11-22T08:50:00.000Z',
        recordSha256: digest('6'),
        verdict: 'passed',
        failed: [],
      },
    },
    signOff: {
      state: 'read',
      value: {
        schema: 'gate10/sign-off/v1',
        outcome: 'complete',
        at: NOW,
        system: 'careers',
        release: 'v1.4.0',
        environment: 'production',
        commit: COMMIT,
        manifestSha256: digest('5'),
        approvals: [
          {
            file: 'sign-off/approval.dsse.json',
            approver: 'grace@example.org',
            role: 'engineering',
            key: 'SHA256:abc',
            signedAt: '2026-11-22T08:56:00.000Z',
            ownWork: false,
            until: '2026-11-29T08:56:00.000Z',
          },
        ],
        missing: [],
        waivers: [],
        refused: [],
        unverifiable: [],
      },
    },
    rehearsal: {
      state: 'read',
      value: { at: '2026-11-10T09:00:00.000Z', environment: 'staging', outcome: 'restored', durationSeconds: 40 },
    },
    policy: {
      sha256: digest('7'),
      rules: {
        proofMaxAgeMs: 3_600_000,
        scorecardMaxAgeMs: 7 * 86_400_000,
        unwaivable: { layers: ['code-authority'], checks: ['runtime.answers'] },
        rehearsal: { required: true, maxAgeMs: 30 * 86_400_000, maxDurationMs: 120_000 },
      },
    },
  };
}

type Readable = 'manifest' | 'claims' | 'scorecard' | 'proof' | 'signOff' | 'rehearsal';
type ValueOf<Name extends Readable> = Extract<NonNullable<GateInputs[Name]>, { state: 'read' }>['value'];

/** The good value of an input, to change in place. */
export function readValue<Name extends Readable>(inputs: GateInputs, name: Name): ValueOf<Name> {
  const input = inputs[name];
  if (input?.state !== 'read') throw new Error(`${name} was not read`);
  return input.value as ValueOf<Name>;
}

export function lose(inputs: GateInputs, name: Readable, state: 'missing' | 'unusable' = 'missing'): void {
  inputs[name] = { state, why: `${name} is ${state}`, fix: `make ${name}` };
}
