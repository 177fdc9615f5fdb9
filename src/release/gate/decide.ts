/**
 * The decision of a gate, as a pure function of what it saw: the same inputs give the same bytes. Every rule says what it
 * found, so that all reasons are there at once; what is missing, stale, foreign or tampered with never opens.
 */
import { canonicalJson, sha256Hex } from '../../contract/canonical.ts';
import { VERDICT_EXIT_CODES } from '../../verdict/exit-codes.ts';
import { worstVerdict } from '../../verdict/worst.ts';
import { judgeClaims } from './judge-claims.ts';
import { judgeManifest } from './judge-manifest.ts';
import { judgeMetrics } from './judge-metrics.ts';
import { judgeProof } from './judge-proof.ts';
import { judgeRehearsal } from './judge-rehearsal.ts';
import { judgeScorecard } from './judge-scorecard.ts';
import { judgeSignOff } from './judge-sign-off.ts';
import { judgeThresholds } from './judge-thresholds.ts';
import type { GateDecision, GateInputs, GateReason } from './schema.ts';

type Rule = (inputs: GateInputs) => readonly GateReason[];

const JUDGES: readonly Rule[] = [
  judgeManifest,
  judgeClaims,
  judgeThresholds,
  judgeSignOff,
  judgeScorecard,
  judgeProof,
  judgeMetrics,
  judgeRehearsal,
];

export function decide(inputs: GateInputs): GateDecision {
  const reasons = JUDGES.flatMap((judge) => judge(inputs));
  const verdict = worstVerdict(reasons.map(({ status }) => status)) ?? 'inconclusive';
  const manifest = inputs.manifest.state === 'read' ? inputs.manifest.value.manifest : undefined;
  return {
    schema: 'gate10/gate-decision/v1',
    id: inputs.id,
    traceId: inputs.traceId,
    decidedAt: inputs.now,
    environment: inputs.environment,
    release: manifest?.release ?? null,
    commit: manifest?.commit ?? inputs.commit ?? null,
    verdict,
    exitCode: VERDICT_EXIT_CODES[verdict],
    reasons,
    inputsSha256: sha256Hex(canonicalJson(inputs)),
  };
}
