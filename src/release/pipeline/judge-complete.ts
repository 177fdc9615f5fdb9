/**
 * Is a release complete? Five levels, each with its evidence (seeds S0, S1): code, deployment, production, metrics,
 * documentation. Complete only when all hold; what nobody knows does not hold.
 */
import type { VerdictWord } from '../../contract/verdict-words.ts';
import type { Proof } from '../../record/find-proof.ts';
import type { Scorecard } from '../../record/scorecard/scorecard-schema.ts';
import type { RunRecord } from '../../run/schema.ts';
import { worstVerdict } from '../../verdict/worst.ts';

export const LEVELS = ['code', 'deployment', 'production', 'metrics', 'documentation'] as const;

export interface Level {
  readonly level: (typeof LEVELS)[number];
  readonly verdict: VerdictWord;
  /** in sentences: what it rests on, or what is missing */
  readonly evidence: readonly string[];
}

export interface CompleteFacts {
  readonly commit: string;
  readonly proof: Proof;
  /** that the proof rests on; undefined = it cannot be read here */
  readonly record: RunRecord | undefined;
  /** of the state folder, whatever it is of */
  readonly scorecard: Scorecard | undefined;
  /** `declared` = that have to be written; `changed` = since what was proven before, undefined = nobody knows */
  readonly documentation: { readonly declared: readonly string[]; readonly changed: readonly string[] | undefined };
}

export function judgeComplete(facts: CompleteFacts): readonly Level[] {
  return [
    judgeCode(facts),
    judgeDeployment(facts),
    judgeProduction(facts),
    judgeMetrics(facts),
    judgeDocumentation(facts),
  ];
}

/** Five levels that hold are complete. */
export function completeness(levels: readonly Level[]): VerdictWord {
  const words = levels.map(({ verdict }) => verdict);
  return words.length === LEVELS.length ? (worstVerdict(words) ?? 'inconclusive') : 'inconclusive';
}

type Part = Omit<Level, 'level'>;
const unknown = (...evidence: string[]): Part => ({ verdict: 'inconclusive', evidence });

/** Known, pushed, clean; and its tests. */
function judgeCode({ record, scorecard, commit }: CompleteFacts): Level {
  const tests = ofScorecard(scorecard, commit)?.blocks.pyramid;
  const parts = [
    ofRows(record, 'code-authority', ({ layer, id }) => layer === 'code-authority' && !isIdentity(id)),
    tests === undefined || tests.status === 'unknown' || tests.status === 'stale'
      ? unknown('tests: no results of this commit (gate10 pyramid, gate10 scorecard)')
      : { verdict: tests.status, evidence: [`tests: ${tests.status} (${tests.file ?? 'pyramid'})`] },
  ];
  return join('code', parts);
}

/** What answers is what was meant to. */
function judgeDeployment({ record }: CompleteFacts): Level {
  return join('deployment', [
    ofRows(record, 'identity', ({ id }) => isIdentity(id)),
    ofRows(record, 'runtime', ({ layer }) => layer === 'runtime'),
  ]);
}

function isIdentity(id: string): boolean {
  return id.startsWith('code-authority.served-commit');
}

function judgeProduction({ proof }: CompleteFacts): Level {
  const evidence = [proof.message];
  switch (proof.outcome) {
    case 'proven':
      return { level: 'production', verdict: proof.run.verdict === 'warned' ? 'warned' : 'passed', evidence };
    case 'failed':
      return { level: 'production', verdict: 'failed', evidence };
    case 'inconclusive':
    case 'tampered':
    case 'own-fault':
      return { level: 'production', verdict: 'inconclusive', evidence };
  }
}

function judgeMetrics({ scorecard, commit }: CompleteFacts): Level {
  const card = ofScorecard(scorecard, commit);
  if (card === undefined) return join('metrics', [unknown('no scorecard of this commit (gate10 scorecard)')]);
  const { dora, slis } = card;
  const measured: Part[] = slis.map(({ name, status, n }) => ({
    verdict: status,
    evidence: [`${name}: ${status}, n ${n}`],
  }));
  return join('metrics', [
    dora.status === 'measured'
      ? { verdict: 'passed', evidence: [`DORA: measured (${dora.file ?? 'dora_metrics.json'})`] }
      : unknown(`DORA: ${dora.status}${dora.why === undefined ? '' : `: ${dora.why}`}`),
    ...(measured.length > 0 ? measured : [unknown('no service level was measured')]),
  ]);
}

function judgeDocumentation({ documentation: { declared, changed } }: CompleteFacts): Level {
  if (declared.length === 0)
    return join('documentation', [unknown('contracts/gates.yaml names no documentation that goes with a release')]);
  if (changed === undefined)
    return join('documentation', [
      unknown('it is not known what changed: nothing was proven before, or git cannot say'),
    ]);
  return join(
    'documentation',
    declared.map((file) =>
      changed.includes(file)
        ? { verdict: 'passed', evidence: [`${file}: written with this release`] }
        : { verdict: 'failed', evidence: [`${file}: not touched since what was proven before`] },
    ),
  );
}

/** One of another commit says nothing. */
function ofScorecard(scorecard: Scorecard | undefined, commit: string): Scorecard | undefined {
  return scorecard?.commit === commit ? scorecard : undefined;
}

function ofRows(
  record: RunRecord | undefined,
  name: string,
  isMeant: (row: RunRecord['rows'][number]) => boolean,
): Part {
  if (record === undefined) return unknown(`${name}: no sealed record (npx playwright test --project=production)`);
  const rows = record.rows.filter(isMeant);
  if (rows.length === 0) return unknown(`${name}: the run did not look at it`);
  const verdict = worstVerdict(rows.map(({ status }) => status)) ?? 'inconclusive';
  const broken = rows.filter(({ status }) => status !== 'passed').map(({ id, status }) => `${id} ${status}`);
  const passed = `${name}: ${rows.length - broken.length} of ${rows.length} promises kept (run ${record.runId})`;
  return { verdict, evidence: [[passed, ...broken.slice(0, 5)].join(', ')] };
}

function join(level: Level['level'], parts: readonly Part[]): Level {
  const verdict = worstVerdict(parts.map((part) => part.verdict)) ?? 'inconclusive';
  return { level, verdict, evidence: parts.flatMap(({ evidence }) => evidence) };
}
