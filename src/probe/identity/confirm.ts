/** The end of a run: the observation window is waited out, the identity is asked again, the controls are run. */
import { randomBytes } from 'node:crypto';
import { type ControlsResult, runControls } from '../controls.ts';
import type { judgeAnswer } from '../flow/judge-answer.ts';
import { judgedRow } from '../observe-row.ts';
import { toBlindRow } from '../row.ts';
import type { IdentitySample, Plan, Row } from '../schema.ts';
import { isExpectedBuild } from './build.ts';
import { judgeConfirm, planConfirm } from './confirm-rows.ts';
import { distinctSamples, type IdentityInput, identitySampleCount, identityTargets } from './identity.ts';
import { takeLock, watch } from './settle.ts';

export { planConfirm } from './confirm-rows.ts';

export interface ConfirmInput extends IdentityInput {
  readonly plan: Pick<Plan, 'expected' | 'previousCommit'>;
  /** ISO time; undefined = the build never settled, so there is nothing to confirm. */
  readonly settledAt: string | undefined;
  /** Those of the settle phase. */
  readonly samples: readonly IdentitySample[];
  readonly onProgress?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The judgement that the controls are to control. */
  readonly judge?: typeof judgeAnswer;
}

export interface ConfirmResult {
  readonly rows: Row[];
  /** Every kind of answer of the window and of the end, once. */
  readonly samples: IdentitySample[];
  readonly controls: ControlsResult;
}

export async function confirm(input: ConfirmInput): Promise<ConfirmResult> {
  const { system, plan, client, clock, settledAt, judge } = input;
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const nonce = randomBytes(8).toString('hex');
  const controls = await runControls({ client, nonce, ...(judge === undefined ? {} : { judge }) });
  if (settledAt === undefined) {
    const why = 'Not observed: the expected build never settled, so there is nothing to confirm.';
    return { rows: planConfirm(system).map((row) => toBlindRow(row, why, at, 'not-run')), samples: [], controls };
  }
  const after = await observeToTheEnd(input, settledAt);
  const before = input.samples.filter((sample) => isExpectedBuild(sample, plan.expected));
  const judgements = judgeConfirm({ before, after, settledAt }, system, plan);
  const tookMs = Math.max(0, clock.monotonicMs() - startMs);
  const rows = planConfirm(system).map((planned) => {
    const judgement = judgements[planned.id];
    if (judgement === undefined) throw new Error(`The closing checks have no judgement for ${planned.id}.`);
    return judgedRow(planned, judgement, at, tookMs);
  });
  return { rows, samples: distinctSamples(after), controls };
}

/** The window began when the build settled; what ran in the meantime counts. */
async function observeToTheEnd(input: ConfirmInput, settledAt: string): Promise<IdentitySample[]> {
  const { system, clock, onProgress } = input;
  const { settle: times } = system.environment;
  const targets = identityTargets(system);
  const passedMs = clock.now().getTime() - Date.parse(settledAt);
  const leftMs = Math.min(times.observe, Math.max(0, times.observe - passedMs));
  if (leftMs > 0) onProgress?.(`observing for another ${(leftMs / 1000).toFixed(1)} s`);
  const watched = await watch(input, targets, leftMs);
  const last = await takeLock(input, targets, identitySampleCount(times));
  return [...watched, ...last.all];
}
