/** From the words and scores of each scanner to one scale. */
import type { PolicyDefaults, Severity } from '../../contract/policy-schema.ts';

/** What makes severities out of scores and levels: `authority/policy.yaml`. */
export type SeverityScale = Pick<PolicyDefaults['vulnerabilities'], 'cvss' | 'sarifLevels'>;

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  negligible: 'low',
  info: 'none',
  none: 'none',
};

/** A scanner's own word, whatever its case; another one = `unknown`. */
export function fromWord(word: string | null | undefined): Severity {
  const known = (word ?? '').toLowerCase();
  return Object.hasOwn(WORDS, known) ? (WORDS[known] ?? 'unknown') : 'unknown';
}

/** CVSS base score → its rating. */
export function fromScore(score: number | undefined, { cvss }: SeverityScale): Severity {
  if (score === undefined || !(score >= 0 && score <= 10)) return 'unknown';
  if (score >= cvss.critical) return 'critical';
  if (score >= cvss.high) return 'high';
  if (score >= cvss.medium) return 'medium';
  return score >= cvss.low ? 'low' : 'none';
}

/** The first that is known. */
export function firstKnown(...severities: readonly Severity[]): Severity {
  return severities.find((severity) => severity !== 'unknown') ?? 'unknown';
}
