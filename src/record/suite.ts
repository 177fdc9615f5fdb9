/** What a suite that needs no runner found (vulnerabilities, secrets, performance): checks, and the verdict over them. */
import type { InconclusiveReason, VerdictWord } from '../contract/verdict-words.ts';
import { bySeverity, worstReason, worstVerdict } from '../verdict/worst.ts';

export interface SuiteCheck {
  /** stable, for whoever compares two records */
  readonly name: string;
  readonly status: VerdictWord;
  readonly reason?: InconclusiveReason | undefined;
  /** one sentence a person reads */
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** milliseconds */
  readonly durationMs?: number | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

export interface SuiteResult {
  readonly suite: 'vulnerabilities' | 'secrets' | 'performance';
  /** ISO-8601 UTC */
  readonly startedAt: string;
  readonly endedAt: string;
  /** the system and the environment that were looked at, where it was not a repository */
  readonly system?: string | undefined;
  readonly environment?: string | undefined;
  /** of the repository, or of the build that answered; undefined = not known */
  readonly commit?: string | undefined;
  /** the commit has changes that are not in it */
  readonly dirty?: boolean | undefined;
  readonly verdict: VerdictWord;
  readonly reason?: InconclusiveReason | undefined;
  /** worst first */
  readonly checks: readonly SuiteCheck[];
  /** what the checks rest on: files and their SHA-256 (hex) */
  readonly inputs: readonly { readonly file: string; readonly sha256: string }[];
  /** of the slowest operation, milliseconds; null = not known */
  readonly latencyMs?: Readonly<Record<'p50' | 'p95' | 'p99', number | null>> | undefined;
}

/** The verdict is worked out here. No check at all = nothing was looked at: inconclusive. */
export function toSuiteResult(given: Omit<SuiteResult, 'verdict' | 'reason'>): SuiteResult {
  const verdict = worstVerdict(given.checks.map(({ status }) => status)) ?? 'inconclusive';
  const reason = worstReason(given.checks.map((check) => check.reason)) ?? 'not-run';
  const checks = [...given.checks].sort(bySeverity);
  return { ...given, checks, verdict, ...(verdict === 'inconclusive' ? { reason } : {}) };
}
