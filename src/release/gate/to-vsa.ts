/**
 * A decision as a SLSA Verification Summary Attestation in an in-toto Statement v1 (slsa.dev/verification_summary/v1). It has
 * PASSED and FAILED only: what could not be judged is FAILED there, and says so in the decision itself (decisions/0016).
 */
import type { GateDecision, GateInputs } from './schema.ts';

export interface VerificationSummary {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: 'https://slsa.dev/verification_summary/v1';
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** undefined where there was no manifest: a summary is about something. `file` is the place of the inputs. */
export function toVerificationSummary(
  inputs: GateInputs,
  decision: GateDecision,
  file: string,
): VerificationSummary | undefined {
  if (inputs.manifest.state !== 'read') return undefined;
  const { sha256, manifest } = inputs.manifest.value;
  const isOpen = decision.verdict === 'passed' || decision.verdict === 'warned';
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'release-manifest.json', digest: { sha256 } }],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: 'urn:gate10:gate', version: { gate10: inputs.gate10 } },
      timeVerified: inputs.now,
      resourceUri: `pkg:generic/${encodeURIComponent(manifest.system)}@${manifest.commit}`,
      policy: { uri: 'contracts/policy.yaml', digest: { sha256: inputs.policy.sha256 } },
      inputAttestations: [{ uri: file, digest: { sha256: decision.inputsSha256 } }],
      verificationResult: isOpen ? 'PASSED' : 'FAILED',
      verifiedLevels: [isOpen ? 'RELEASE_GATE_PASSED' : 'FAILED'],
    },
  };
}
