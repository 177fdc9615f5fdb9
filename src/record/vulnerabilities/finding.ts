/** What a scanner found, whichever scanner it was. */
import type { Severity } from '../../contract/policy-schema.ts';

export interface Finding {
  /** The best known of its names: CVE, else GHSA, else the scanner's own. */
  readonly id: string;
  /** Every other name. */
  readonly aliases: readonly string[];
  readonly severity: Severity;
  /** CVSS base score, 0–10, where the scanner gave one. */
  readonly cvss?: number | undefined;
  readonly title?: string | undefined;
  readonly package?: string | undefined;
  /** Package URL (ECMA-427), where the scanner gave one. */
  readonly purl?: string | undefined;
  readonly versions: readonly string[];
  readonly fixedIn: readonly string[];
  readonly file?: string | undefined;
  /** from 1 */
  readonly line?: number | undefined;
  readonly tools: readonly string[];
  /** Why the scanner was told to ignore it, in its own words; empty where it does not say. */
  readonly suppressed?: string | undefined;
}

/** One report, as far as it can be believed. */
export interface ScanReport {
  /** `npm audit`, `trivy`, the name of a SARIF driver … */
  readonly tool: string;
  readonly findings: readonly Finding[];
  /** when the scanner looked, as it says itself; undefined = it does not */
  readonly madeAt?: string | undefined;
  /** Why this report does not say that nothing else is there: sentences without a full stop. Empty = it does. */
  readonly doubts: readonly string[];
}

/** Names that mean the same thing to every scanner. */
export const ADVISORY =
  /\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|PYSEC-\d{4}-\d+|RUSTSEC-\d{4}-\d{4}|GO-\d{4}-\d{4,}|MAL-\d{4}-\d+)\b/gi;

/** Best first, each once, advisory ids as their makers write them. */
export function orderNames(names: readonly (string | null | undefined)[]): readonly [string, ...string[]] {
  const written = names.flatMap((name) => (name ? [canonicalName(name)] : []));
  const [first = 'unnamed', ...rest] = [...new Set(written)].sort((a, b) => rank(a) - rank(b));
  return [first, ...rest];
}

/** `ghsa-XVCH-…` → `GHSA-xvch-…`; whatever is no advisory stays. */
function canonicalName(name: string): string {
  const trimmed = name.trim();
  if (/^GHSA-/i.test(trimmed)) return `GHSA${trimmed.slice(4).toLowerCase()}`;
  return trimmed.match(ADVISORY)?.[0] === trimmed ? trimmed.toUpperCase() : trimmed;
}

function rank(name: string): number {
  if (name.startsWith('CVE-')) return 0;
  return name.startsWith('GHSA-') ? 1 : 2;
}

/** The names of one finding, split into `id` and `aliases`. */
export function named(names: readonly (string | null | undefined)[]): Pick<Finding, 'id' | 'aliases'> {
  const [id, ...aliases] = orderNames(names);
  return { id, aliases };
}
