/**
 * RunRecord → verdict. Pure: no clock, no environment; the same record gives the same verdict, byte for byte.
 *
 * The worst wins and the empty join is `inconclusive`. `passed` is reached on one path only: planned = ran, every
 * declared layer has evidence, the controls behaved, nothing was found that makes the run less than it claims.
 */
import { COUNTED_LAYERS } from '../contract/layers.ts';
import type { InconclusiveReason, VerdictWord } from '../contract/verdict-words.ts';
import { EXIT } from '../errors.ts';
import { stampName } from '../probe/identity/build.ts';
import type { RunRecord } from '../run/schema.ts';
import { inCauseOrder } from './cause-order.ts';
import { isComplete } from './completeness.ts';
import { judgeLayers } from './judge-layers.ts';
import type { LayerVerdict, VerdictRecord } from './schema.ts';
import { worstReason } from './worst.ts';

interface Decision {
  readonly verdict: VerdictWord;
  readonly reason?: InconclusiveReason;
  readonly exitCode: VerdictRecord['exitCode'];
  readonly because: readonly string[];
}

/** Said in every verdict that rests on a version. */
export const WEAK_IDENTITY = 'identity is known by version only: two builds of one version look the same';

/** Said in every verdict that rests on a deploy stamp. */
export const STAMP_IDENTITY =
  'identity is known by a deploy stamp only: it shows that this was deployed, not which code it is';

/** What has to be said besides the verdict of an identity of this strength. */
export function weaknessOf(strength: VerdictRecord['identityStrength']): readonly string[] {
  switch (strength) {
    case 'version':
      return [WEAK_IDENTITY];
    case 'stamp':
      return [STAMP_IDENTITY];
    case 'commit':
    case 'none':
      return [];
  }
}

/** The judgement of one run. Exit codes: see `EXIT`. */
export function judge(record: RunRecord): VerdictRecord {
  const layers = judgeLayers(record);
  const complete = isComplete(record);
  const decision = decide(record, layers, complete);
  const strength = identityStrength(record);
  const because = [...decision.because, ...weaknessOf(strength)];
  const counted = layers.filter(({ layer }) => COUNTED_LAYERS.includes(layer));
  return {
    schema: 'gate10/verdict/v1',
    verdict: decision.verdict,
    ...(decision.reason !== undefined && { reason: decision.reason }),
    exitCode: decision.exitCode,
    because,
    layers,
    coverage: {
      proven: counted.filter(({ status }) => status === 'passed' || status === 'warned').length,
      of: COUNTED_LAYERS.length,
      absent: counted.filter(({ status }) => status === 'absent').length,
    },
    identityStrength: strength,
    complete,
  };
}

function decide(record: RunRecord, layers: readonly LayerVerdict[], complete: boolean): Decision {
  const found = (verdict: RunRecord['integrity'][number]['verdict']) =>
    record.integrity.filter((finding) => finding.verdict === verdict).map(({ message }) => message);
  const [ownFaults, wrongInputs] = [found('own-fault'), found('wrong-input')];
  if (ownFaults.length > 0) return inconclusive('blind', ownFaults, EXIT.ownFault);
  if (wrongInputs.length > 0) return inconclusive('not-run', wrongInputs, EXIT.wrongInput);

  const failedRows = inCauseOrder(
    record.rows.filter(({ status }) => status === 'failed'),
    record.plan,
  );
  const rowSentences = failedRows.map(({ layer, title, message }) => `${layer}: ${message ?? title}`);
  const failures = [...rowSentences, ...found('failed')];
  const blindness = controlsProblem(record);
  if (blindness !== undefined)
    return inconclusive(blindReason(record), [blindness, ...found('inconclusive'), ...failures], blindCode(record));
  const voided = voidedByNewBuild(record);
  if (voided !== undefined) return inconclusive('wrong-build', [voided, ...failures]);
  if (failures.length > 0) return { verdict: 'failed', exitCode: EXIT.failed, because: failures };

  const open = layers.filter(({ status }) => status === 'inconclusive');
  const doubts = [...found('inconclusive'), ...describeOpen(open)];
  if (doubts.length > 0 || !complete) {
    const reason = worstReason(open.map((layer) => layer.reason)) ?? 'not-run';
    return inconclusive(
      reason,
      doubts.length > 0 ? doubts : ['not everything that was planned ran'],
      doubtCode(record),
    );
  }
  const warnings = [
    ...record.rows
      .filter(({ status }) => status === 'warned')
      .map(({ layer, title, message }) => `${layer}: ${message ?? title}`),
    ...found('warned'),
  ];
  if (warnings.length > 0) return { verdict: 'warned', exitCode: EXIT.proven, because: warnings };
  const proven = record.rows.length;
  return {
    verdict: 'passed',
    exitCode: EXIT.proven,
    because: [`all ${proven} promises were observed and kept`],
  };
}

function inconclusive(
  reason: InconclusiveReason,
  because: readonly string[],
  exitCode: VerdictRecord['exitCode'] = EXIT.inconclusive,
): Decision {
  return { verdict: 'inconclusive', reason, exitCode, because };
}

/** Layers that nobody declared are one omission, whatever their number, and the contract is where it is mended. */
function describeOpen(open: readonly LayerVerdict[]): string[] {
  const silent = open.filter(({ declared, rows }) => declared === 'undeclared' && rows === 0).map(({ layer }) => layer);
  const rest = open.filter(({ layer }) => !silent.includes(layer)).map(describeOpenLayer);
  const [first] = silent;
  if (first === undefined) return rest;
  const advice = `write "${first}: declared" and promise something about it, or "${first}: { absent: "why" }", under "layers" in system.yaml`;
  return [...rest, `not declared, so not proven: ${silent.join(', ')}. For each, ${advice}`];
}

function describeOpenLayer({ layer, declared, reason, failed, rows }: LayerVerdict): string {
  if (rows === 0 && failed.length === 0)
    return `${layer}: is declared, and nothing in the contract promises anything about it; promise something, or declare it absent with the reason`;
  if (rows === 0) return `${layer}: nothing was observed (${reason ?? 'not-run'})`;
  if (declared === 'undeclared')
    return `${layer}: is promised something and not declared; write "${layer}: declared" under "layers" in system.yaml`;
  const [first = ''] = failed;
  const more = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
  return `${layer}: could not be judged (${reason ?? 'not-run'}): ${first}${more}`;
}

/** A failure seen by a blind runner does not count, nor does its success. */
function controlsProblem({ controls }: RunRecord): string | undefined {
  if (controls === undefined) return 'the controls never ran: whether this runner can see is unknown';
  const detail = controls.detail === undefined ? '' : `: ${controls.detail}`;
  if (controls.good !== 'passed') return `blind: the known-good control was judged ${controls.good}${detail}`;
  if (controls.bad !== 'failed') return `blind: the known-bad control was judged ${controls.bad}${detail}`;
  return undefined;
}

/** Controls that never ran, because the run never got there, are `not-run`; misbehaving ones are `blind`. */
function blindReason({ controls }: RunRecord): InconclusiveReason {
  return controls === undefined ? 'not-run' : 'blind';
}

/** Misbehaving controls are a fault of the validator, not of what it looks at. */
function blindCode({ controls }: RunRecord): Decision['exitCode'] {
  return controls === undefined ? EXIT.inconclusive : EXIT.ownFault;
}

/**
 * A worker that died fails the run as it fails Playwright's (1), though nothing is known to be broken: the verdict stays
 * inconclusive, so that nothing is rolled back for it.
 */
function doubtCode({ integrity }: RunRecord): Decision['exitCode'] {
  return integrity.some(({ code }) => code === 'worker-crash') ? EXIT.failed : EXIT.inconclusive;
}

/** A deploy in mid-run voids the run, unless the identity checks themselves failed. */
function voidedByNewBuild(record: RunRecord): string | undefined {
  const changed = record.rows.find(({ status, reason }) => status === 'inconclusive' && reason === 'wrong-build');
  if (changed === undefined) return undefined;
  const identity = new Set(
    record.plan.rows.filter(({ by }) => by === 'settle' || by === 'confirm').map(({ id }) => id),
  );
  const identityFailed = record.rows.some(({ id, status }) => status === 'failed' && identity.has(id));
  return identityFailed ? undefined : (changed.message ?? 'the build changed during the run');
}

const STAMP = stampName('');

function identityStrength({ expected, identity }: RunRecord): VerdictRecord['identityStrength'] {
  if (expected.commit !== undefined && identity.some(({ commit }) => commit !== undefined)) return 'commit';
  if (expected.version !== undefined && identity.some(({ version }) => version !== undefined)) {
    return expected.version.startsWith(STAMP) ? 'stamp' : 'version';
  }
  return 'none';
}
