/** Whether a new version of an API contract may be released: breaking changes need a new major version, or a waiver each. */
import type { BreakingChangeWaiver, Waiver } from '../waiver-schema.ts';
import type { Change } from './change.ts';

export interface JudgedChange extends Change {
  /** the waiver that lets it pass */
  readonly waiver?: BreakingChangeWaiver;
}

export interface CompatibilityJudgement {
  readonly verdict: 'passed' | 'warned' | 'failed';
  /** breaking and harmless ones, in this order */
  readonly changes: readonly JudgedChange[];
  /** the versions say that clients have to look: nothing blocks */
  readonly isMajor: boolean;
  /** waivers for breaking changes that cover nothing, with why: remove or renew them */
  readonly unused: readonly {
    readonly waiver: BreakingChangeWaiver;
    readonly why: 'expired' | 'not-yet' | 'no-such-change';
  }[];
}

export interface CompatibilityCase {
  readonly changes: readonly Change[];
  /** `info.version` of both */
  readonly was: string;
  readonly is: string;
  readonly waivers: readonly Waiver[];
  /** UTC, `2026-01-31` */
  readonly today: string;
}

export function judgeChanges({ changes, was, is, waivers, today }: CompatibilityCase): CompatibilityJudgement {
  const given = waivers.filter((waiver) => waiver.covers === 'breaking-change');
  const valid = given.filter(({ granted, expires }) => granted <= today && today < expires);
  const judged = changes.map((change): JudgedChange => {
    const waiver = change.breaking ? valid.find((one) => covers(one, change)) : undefined;
    return waiver === undefined ? change : { ...change, waiver };
  });
  const used = new Set(judged.map(({ waiver }) => waiver));
  const breaking = judged.filter((change) => change.breaking);
  const isMajor = isMajorStep(was, is);
  const blocks = !isMajor && breaking.some(({ waiver }) => waiver === undefined);
  return {
    verdict: blocks ? 'failed' : breaking.length > 0 ? 'warned' : 'passed',
    changes: judged,
    isMajor,
    unused: given
      .filter((waiver) => !used.has(waiver))
      .map((waiver) => ({
        waiver,
        why: waiver.expires <= today ? 'expired' : waiver.granted > today ? 'not-yet' : 'no-such-change',
      })),
  };
}

function covers({ operation, kind, place }: BreakingChangeWaiver, change: Change): boolean {
  return operation === change.operation && kind === change.kind && (place === undefined || place === change.place);
}

/** SemVer 2.0.0 §8; below 1.0.0 the minor version is the one that breaks (§4). What is no version does not move. */
export function isMajorStep(was: string, is: string): boolean {
  const [before, after] = [parse(was), parse(is)];
  if (before === undefined || after === undefined) return false;
  if (after.major !== before.major) return after.major > before.major;
  return after.major === 0 && after.minor > before.minor;
}

function parse(version: string): { readonly major: number; readonly minor: number } | undefined {
  const [, major, minor] = /^v?(\d+)(?:\.(\d+)(?:[.+-].*)?)?$/.exec(version.trim()) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor ?? 0) };
}
