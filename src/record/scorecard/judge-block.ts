/** Does a block count for this run? Only where it is of the same build, system and environment, and new enough. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../../contract/canonical.ts';
import type { ScorecardPolicy } from '../../contract/scorecard-policy-schema.ts';
import { plainLine } from '../../run/plain-text.ts';
import type { BlockFile } from './block-schema.ts';
import type { FoundBlock } from './found-block.ts';
import type { OtherBlock } from './read-blocks.ts';
import type { ScorecardBlock } from './scorecard-schema.ts';

export interface BlockContext {
  readonly system: string;
  readonly environment: string;
  /** of the run; undefined where it knows its version only */
  readonly commit: string | undefined;
  readonly now: Date;
  readonly policy: ScorecardPolicy;
  /** where the inputs that a block names are looked for; undefined = they are not compared */
  readonly projectDir?: string | undefined;
}

/** How each comes about, for whoever finds it missing. */
const MADE_BY: Readonly<Record<OtherBlock, string>> = {
  vulnerabilities: 'gate10 vulnerabilities <report>',
  secrets: 'gate10 secrets',
  performance: 'npm run performance, or gate10 performance --k6 <summary>',
  pyramid: 'gate10 pyramid',
  coverage: 'gate10 coverage',
  flake: 'gate10 flake',
  slo: 'gate10 slo',
};
/** What was tested there is code: without its commit it says nothing about this release. */
const OF_A_COMMIT: readonly OtherBlock[] = ['vulnerabilities', 'secrets', 'performance', 'pyramid', 'coverage'];
const MAX_REASONS = 10;

/** Never throws. `status` is never better than what the file says of itself. */
export function judgeBlock(name: OtherBlock, found: FoundBlock, context: BlockContext): ScorecardBlock {
  const required = context.policy.required.includes(name);
  if (found.outcome === 'absent') {
    return { status: 'unknown', required, why: `nobody has looked yet: ${MADE_BY[name]}`, because: [] };
  }
  if (found.outcome === 'unreadable') {
    const { file, sha256, why } = found;
    const named = { file, ...(sha256 !== undefined && { sha256 }) };
    return { status: 'unknown', required, why: `${file} cannot be believed: ${why}`, because: [], ...named };
  }
  const { block, file, sha256 } = found;
  const doubts = findDoubts(name, block, context);
  return {
    ...(doubts.length === 0
      ? { status: block.status }
      : { status: 'stale', why: doubts.join('; '), said: block.status }),
    required,
    because: block.because.slice(0, MAX_REASONS).map((reason) => plainLine(reason)),
    generated_at: block.generated_at,
    ...(block.commit !== undefined && { commit: block.commit }),
    ...(block.environment !== undefined && { environment: block.environment }),
    ...{ file, sha256 },
    ...(block.totals !== undefined && { totals: block.totals }),
  };
}

function findDoubts(name: OtherBlock, block: BlockFile, context: BlockContext): string[] {
  return [
    ageDoubt(block.generated_at, context),
    isOther(block.system, context.system) ? `it is about the system ${block.system}, not ${context.system}` : undefined,
    isOther(block.environment, context.environment)
      ? `it is about ${block.environment}, not ${context.environment}`
      : undefined,
    commitDoubt(name, block, context),
    block.dirty === true ? 'it looked at changes that are in no commit' : undefined,
    inputsDoubt(block, context),
  ].flatMap((doubt) => (doubt === undefined ? [] : [plainLine(doubt)]));
}

/** A time in the future means that a clock is wrong: the age cannot be known. */
export function ageDoubt(at: string, { now, policy }: Pick<BlockContext, 'now' | 'policy'>): string | undefined {
  const ageMs = now.getTime() - Date.parse(at);
  if (ageMs < 0) return `it was made ${at}, which is in the future`;
  if (ageMs <= policy.maxAge) return undefined;
  return `it was made ${at}, ${inWords(ageMs)} ago (at most ${inWords(policy.maxAge)})`;
}

export function isOther(said: string | undefined, wanted: string): boolean {
  return said !== undefined && said !== wanted;
}

function commitDoubt(name: OtherBlock, block: BlockFile, { commit }: BlockContext): string | undefined {
  if (block.commit === undefined) {
    return OF_A_COMMIT.includes(name) ? 'it does not say which commit it is about' : undefined;
  }
  const about = `it is about commit ${block.commit.slice(0, 12)}`;
  if (commit === undefined) return `${about}, and the run does not know its commit`;
  if (block.commit === commit) return undefined;
  const isShort = block.commit.length < commit.length && commit.startsWith(block.commit);
  return isShort ? `${about}, which is not the full id` : `${about}, not ${commit.slice(0, 12)}`;
}

/** Inputs that are gone are no doubt: reports of a pipeline are cleaned up. */
function inputsDoubt({ inputs }: BlockFile, { projectDir }: BlockContext): string | undefined {
  if (projectDir === undefined) return undefined;
  const changed = inputs.find(({ file, sha256 }) => {
    const inside = path.relative(projectDir, path.resolve(projectDir, file));
    if (inside.startsWith('..') || path.isAbsolute(inside)) return false;
    const now = digestOf(path.join(projectDir, inside));
    return now !== undefined && now !== sha256;
  });
  return changed === undefined ? undefined : `${changed.file} is another file now than the one it was made from`;
}

export function digestOf(file: string): string | undefined {
  try {
    return existsSync(file) ? sha256Hex(readFileSync(file)) : undefined;
  } catch {
    return undefined;
  }
}

/** `90 s`, `26 h`, `8 d`. */
export function inWords(ageMs: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ] as const;
  const [unitMs, unit] = units.find(([ms]) => ageMs >= 2 * ms) ?? [1000, 's'];
  return `${Math.round(ageMs / unitMs)} ${unit}`;
}
